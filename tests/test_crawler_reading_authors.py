"""Author lines to names."""

import pytest
from fakes_pages import article_html, read_page

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
        (["Специальный корреспондент Аида Пример"], ("Аида Пример",)),
        (["Аида Пример, политолог, эксперт"], ("Аида Пример",)),
        (["Muhabir: Ayşe Örnek"], ("Ayşe Örnek",)),
        (["신예시 기자"], ("신예시",)),
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


TWO = ("Aida Example", "Bolat Sample")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            "<p class='byline'><span>Aida Example</span><span>Bolat Sample</span></p>",
            TWO,
        ),
        (
            "<p class='byline'>By <a href='/a'>Aida Example</a> and <a>Bolat Sample</a></p>",
            TWO,
        ),
        ("<p><b>Автор</b> Аида Пример</p>", ("Аида Пример",)),
        ("<p>Автор: Аида Пример</p>", ("Аида Пример",)),
        ("<p><b>Автор</b> Аида Пример</p><p><b>Автор</b> Болат Образец</p>", ()),
        ("<p>Автор не указан</p>", ()),
        (
            "<meta name='author' content='Wire (www.example.org)'><p class='author'>Aida Example</p>",
            ("Aida Example",),
        ),
        ("<meta name='author' content='Aida Example, Example Wire'>", ("Aida Example",)),
        ("<meta name='author' content='Example Wire'>", ("Example Wire",)),
    ],
)
def test_authors_of_a_page(before: str, expected: tuple[str, ...]) -> None:
    assert read_page(article_html(before=before)).authors == expected
