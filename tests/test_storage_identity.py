import pytest
from fakes_storage import text_of

from storage.identity import (
    Candidate,
    Decision,
    KnownArticle,
    Relation,
    decide,
    fingerprint,
    same_article,
)

BEFORE = (
    "Kazakhstan and Uzbekistan signed the treaty on 2 March. The ministers said: “It is in our "
    "people’s interest”, and the trade of 1.5 billion shall double."
)


def decision(before: str, after: str, *, source: str = "one", former: str | None = None) -> Decision:
    known = KnownArticle(
        id=7,
        language="en",
        fingerprint=fingerprint("Title", before),
        read_by="one",
        former=frozenset() if former is None else frozenset({fingerprint("Title", former).exact}),
    )
    return decide(Candidate(fingerprint=fingerprint("Title", after), source=source), known)


def test_an_unknown_address_and_text_is_new() -> None:
    found = decide(Candidate(fingerprint=fingerprint("T", BEFORE), source="one"), None)
    assert (found.kind, found.of) == ("new", None)


def test_the_same_text_at_another_address_is_a_duplicate() -> None:
    found = decide(
        Candidate(fingerprint=fingerprint("T", BEFORE), source="one"),
        None,
        copied=Relation(article=3, reason="the same text", similarity=1.0),
    )
    assert (found.kind, found.of, found.similarity) == ("duplicate", 3, 1.0)


def test_the_same_text_again_is_unchanged() -> None:
    assert decision(BEFORE, BEFORE).kind == "unchanged"


@pytest.mark.parametrize(
    "after",
    [
        BEFORE.upper(),
        BEFORE.replace(" ", "\u00a0 "),
        BEFORE.replace("“", '"').replace("”", '"').replace("’", "'"),
        BEFORE.replace(". ", ".\n\n"),
        BEFORE.rstrip("."),
    ],
)
def test_case_spacing_and_punctuation_are_cosmetic(after: str) -> None:
    found = decision(BEFORE, after)
    assert (found.kind, found.revision, found.of, found.similarity) == ("revision", "cosmetic", 7, 1.0)


@pytest.mark.parametrize(
    "after",
    [
        BEFORE.replace("signed", "did not sign"),
        BEFORE.replace("1.5", "15"),
        BEFORE.replace("2 March", "3 March"),
        BEFORE + " No more was said.",
    ],
)
def test_other_words_or_numbers_are_substantive(after: str) -> None:
    found = decision(BEFORE, after)
    assert (found.kind, found.revision, found.of) == ("revision", "substantive", 7)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Oʻzbekiston gʻalabasi", "O‘zbekiston g’alabasi"),
        ("Ёлка", "Елка"),
        ("Й", "И\u0306"),
        ("a 5\u20136 b", "a 5-6 b"),
        ("ﬁve", "five"),
    ],
)
def test_spellings_that_readers_take_for_one(one: str, other: str) -> None:
    assert fingerprint("", one).folded == fingerprint("", other).folded


@pytest.mark.parametrize(
    ("one", "other"), [("-5", "5"), ("5 %", "5"), ("$5", "€5"), ("1.5", "15"), ("й", "и")]
)
def test_signs_and_letters_that_change_the_meaning_count(one: str, other: str) -> None:
    assert fingerprint("", one).folded != fingerprint("", other).folded


def test_a_long_text_is_told_by_itself_and_a_short_one_with_its_title() -> None:
    assert fingerprint("One", text_of("a")).body == fingerprint("Other", text_of("a")).body
    flash = fingerprint("One minister resigned", "No more.")
    assert flash.body == fingerprint("ONE minister resigned", "No more").body
    assert flash.body != fingerprint("Two ministers resigned", "No more.").body
    assert fingerprint("Photo report", "").body is None


def test_two_sources_that_read_a_page_differently_do_not_take_turns() -> None:
    first, second = BEFORE, BEFORE + " Read more on our site."
    assert decision(first, second, source="two").kind == "revision"
    assert decision(second, first, source="two", former=first).kind == "unchanged"
    assert decision(second, first, source="one", former=first).kind == "revision"


def known(id_: int, language: str, text: str, *, held: bool = False) -> KnownArticle:
    return KnownArticle(
        id=id_, language=language, fingerprint=fingerprint("T", text), read_by="one", held=held
    )


@pytest.mark.parametrize(
    ("language", "text", "articles", "expected"),
    [
        ("ru", text_of("b"), [], None),
        ("ru", text_of("b"), [known(1, "ru", text_of("a"))], 1),
        ("kk", text_of("b"), [known(1, "ru", text_of("a"))], None),
        ("kk", text_of("a"), [known(1, "ru", text_of("a"))], 1),
        ("kk", text_of("b"), [known(1, "ru", text_of("a")), known(2, "kk", text_of("c"))], 2),
        ("und", "Short", [known(1, "ru", text_of("a"))], 1),
        ("tg", "Short", [known(1, "ru", text_of("a")), known(2, "kk", text_of("c"))], 2),
        ("ru", text_of("b"), [known(1, "und", "Short")], 1),
        ("ru", text_of("b"), [known(1, "kk", "", held=True)], 1),
        ("und", "Short", [], None),
    ],
)
def test_a_language_parts_articles_only_where_it_is_sure(
    language: str, text: str, articles: list[KnownArticle], expected: int | None
) -> None:
    found = same_article(language, fingerprint("T", text), articles)
    assert (found.id if found else None) == expected
