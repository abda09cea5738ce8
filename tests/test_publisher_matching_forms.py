"""Generated word forms: true ones are there, other words are not, and there are dozens, not thousands."""

import pytest
from fakes_matching import tables

from publisher.matching.inflect import derive, inflect


def forms(code: str, base: str, **how: str) -> set[str]:
    return {form for form, _ in inflect(base, tables(code), **how)}


@pytest.mark.parametrize(
    ("code", "base", "word_class", "expected"),
    [
        ("en", "foreign minister", None, {"foreign ministers", "foreign minister's"}),
        ("en", "embassy", None, {"embassies", "embassy's"}),
        ("en", "memorandum of understanding", None, {"memorandums of understanding"}),
        ("en", "ratify", "verb-y", {"ratified", "ratifies", "ratifying"}),
        (
            "ru",
            "официальный визит",
            None,
            {"официального визита", "официальным визитом", "официальных визитах"},
        ),
        ("ru", "министр иностранных дел", None, {"министра иностранных дел", "министрами иностранных дел"}),
        ("ru", "внешняя политика", None, {"внешней политики", "внешнюю политику"}),
        ("ru", "соглашение", None, {"соглашений", "соглашениями"}),
        ("ru", "переговоры", None, {"переговоров", "переговорах"}),
        ("ru", "верительные грамоты", None, {"верительных грамот"}),
        ("ru", "казахстанский", None, {"казахстанской", "казахстанских", "казахстанско"}),
        ("ru", "Киргизия", "name", {"Киргизии", "Киргизию", "Киргизией"}),
        ("ru", "Касым-Жомарт Токаев", "person", {"Касым-Жомарта Токаева", "Касым-Жомартом Токаевым"}),
        ("ru", "Сердар Бердымухамедов", "person", {"Сердара Бердымухамедова", "Сердаром Бердымухамедовым"}),
        ("kk", "Қазақстан", "name", {"Қазақстанның", "Қазақстанға", "Қазақстаннан", "Қазақстандағы"}),
        ("kk", "келісім", None, {"келісімдер", "келісімінің", "келісіммен"}),
        ("kk", "елшілік", None, {"елшілігі", "елшілігінде", "елшіліктердің"}),
        ("kk", "Сыртқы істер министрі", None, {"Сыртқы істер министрінің", "Сыртқы істер министріне"}),
        ("kk", "Тоқаев", "person", {"Тоқаевтың", "Тоқаевқа", "Тоқаевпен"}),
        ("ky", "Кыргызстан", "name", {"Кыргызстандын", "Кыргызстанга", "Кыргызстандагы"}),
        ("ky", "өкмөт", None, {"өкмөттүн", "өкмөткө", "өкмөттөр", "өкмөтүбүздү"}),
        ("ky", "жолугушуу", None, {"жолугушуунун", "жолугушуусунда"}),
        ("uz-Latn", "O'zbekiston", "name", {"O'zbekistonning", "O'zbekistonga", "O'zbekistondagi"}),
        ("uz-Latn", "hamkorlik", None, {"hamkorligi", "hamkorlikka", "hamkorlikning"}),
        ("uz-Latn", "tashqi ishlar vaziri", None, {"tashqi ishlar vazirining", "tashqi ishlar vaziriga"}),
        ("uz-Cyrl", "Ўзбекистон", "name", {"Ўзбекистоннинг", "Ўзбекистонга", "Ўзбекистондан"}),
        ("uz-Cyrl", "элчихона", None, {"элчихонаси", "элчихонага"}),
        ("tg", "Тоҷикистон", "name", {"Тоҷикистони", "Тоҷикистонро"}),
        ("tg", "давлат", None, {"давлатҳо", "давлатҳои", "давлати"}),
        ("tk", "Türkmenistan", "name", {"Türkmenistanyň", "Türkmenistana", "Türkmenistandaky"}),
        ("tk", "hökümet", None, {"hökümetiň", "hökümetimiziň"}),
        ("tr", "Kazakistan", "name", {"Kazakistan'ın", "Kazakistan'da", "Kazakistandan"}),
    ],
)
def test_true_forms_are_generated(code: str, base: str, word_class: str | None, expected: set[str]) -> None:
    how = {"class_name": word_class} if word_class else {}
    generated = forms(code, base, **how)
    assert expected <= generated
    assert len(generated) < 70


@pytest.mark.parametrize(
    ("code", "base", "other"),
    [
        ("kk", "Қазақстан", "Қазақстандер"),  # vowel harmony
        ("kk", "келісім", "келісімтер"),  # assimilation after a nasal
        ("ky", "өкмөт", "өкмөттар"),
        ("tk", "Aşgabat", "Aşgabatde"),
        ("ru", "саммит", "саммитский"),
    ],
)
def test_forms_that_the_language_does_not_have_are_not_generated(code: str, base: str, other: str) -> None:
    assert other not in forms(code, base)


def test_a_stem_of_its_own_serves_words_with_a_fleeting_vowel() -> None:
    assert {"посол", "посла", "послами"} <= forms("ru", "посол", stem="посл")
    assert "посола" not in forms("ru", "посол", stem="посл")


def test_each_form_tells_its_rule() -> None:
    rules = dict(inflect("Қазақстан", tables("kk"), class_name="name"))
    assert rules["Қазақстаннан"] == "name: ablative"
    assert rules["Қазақстан"] == "as written"


def test_a_fixed_term_never_changes() -> None:
    assert forms("ru", "коммюнике", class_name="fixed") == {"коммюнике"}


def test_derivation_makes_the_word_for_an_inhabitant_with_its_forms() -> None:
    made = {form for form, _ in derive("Қазақстан", tables("kk"), "person")}
    assert {"Қазақстандық", "Қазақстандықтардың"} <= made
    assert "O'zbekistonlik" in {form for form, _ in derive("O'zbekiston", tables("uz-Latn"), "person")}
