"""Author lines to names."""

import pytest

from crawler.reading.authors import clean_authors


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (["By Aida Example"], ("Aida Example",)),
        (["Text by Aida Example"], ("Aida Example",)),
        (["By Aida Example and Bolat Sample"], ("Aida Example", "Bolat Sample")),
        (["Aida Example, Bolat Sample; Chingiz Third"], ("Aida Example", "Bolat Sample", "Chingiz Third")),
        (["Aida Example", "aida example"], ("Aida Example",)),
        (["Автор: Аида Пример"], ("Аида Пример",)),
        (["Авторы статьи: Аида Пример и Болат Образец"], ("Аида Пример", "Болат Образец")),
        (["Muallif: Anvar Namuna"], ("Anvar Namuna",)),
        (["Aida Example, aida@example.org"], ("Aida Example",)),
        (["Aida Example (Tashkent)"], ("Aida Example",)),
        (["Aida Example, Staff Writer"], ("Aida Example",)),
        (["https://www.facebook.com/example"], ()),
        (["@example"], ()),
        (["admin"], ()),
        (["Редакция"], ()),
        ([""], ()),
        (["A very long line that somebody wrote into the field for names, which is certainly not one"], ()),
    ],
)
def test_names(raw: list[str], expected: tuple[str, ...]) -> None:
    assert clean_authors(raw) == expected
