"""What is cosmetic and what is substantive, each with its reason."""

import pytest

from storage.revision import Judgement, judge

TITLE = "Joint statement on the visit"
TEXT = (
    "The government of Kazakhstan and the ministry of Uzbekistan signed four documents on 2 March 2026.\n\n"
    "The parties recieved the report of the government, of 1 500 wagons and trade of 1.5 billion.\n\n"
    "They will meet again in Tashkent, and the commission shall adopt its plan."
)


def of(after: str, *, before: str = TEXT, title: str = TITLE) -> Judgement:
    return judge(TITLE, before, title, after)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (TEXT.upper(), "case"),
        (TEXT.replace("\n\n", "\n"), "spacing"),
        (TEXT.replace("recieved", "received"), "a typo was mended: “recieved” became “received”"),
        (TEXT.replace("commission", "comission"), "typo"),
        (TEXT.replace("1 500", "1500"), "spacing within a word or number"),
        (TEXT + "\n\n1 245 views", "a counter may have changed"),
        (TEXT + "\n\n2 hours ago", "a relative date"),
        (TEXT + "\n\nUpdated: 3 March 2026, 14:05", "furniture"),
        (TEXT + "\n\nRead also: Ministers met in Bishkek", "furniture"),
        (TEXT + "\n\nПросмотров: 871", "a counter"),
        (TEXT + "\n\n3 сағат бұрын", "a relative date"),
    ],
)
def test_cosmetic(after: str, said: str) -> None:
    found = of(after)
    assert found.kind == "cosmetic", found.reason
    assert said in found.reason


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (TEXT.replace("four", "six"), "words changed: “four” became “six”"),
        (TEXT.replace("will", "may"), "“will” became “may”"),
        (TEXT.replace("2 March", "3 March"), "a number or date changed: “2” became “3”"),
        (TEXT.replace("1.5", "15"), "a number or date"),
        (TEXT.replace("Tashkent", "Samarkand"), "a name"),
        (TEXT.replace("Kazakhstan", "Kazakstan"), "a name"),
        (TEXT.replace("signed", "did not sign"), "words"),
        (TEXT.replace("adopt", "adapt"), "words changed"),
        (TEXT.replace("wagons", "wagon"), "words changed"),
        (TEXT.replace("1 500", "1 600"), "number"),
        (TEXT + "\n\nThe president thanked his hosts for a warm welcome in the city.", "added"),
        (TEXT.rpartition("\n\n")[0], "removed"),
        (TEXT.replace("again", "again three days ago"), "words added"),
    ],
)
def test_substantive(after: str, said: str) -> None:
    found = of(after)
    assert found.kind == "substantive", found.reason
    assert said in found.reason


def test_another_title_is_substantive_and_a_respaced_one_is_not() -> None:
    assert of(TEXT, title="Joint communiqué on the visit").kind == "substantive"
    assert "the title changed" in of(TEXT, title="Joint communiqué on the visit").reason
    assert of(TEXT, title="Joint  Statement on the “visit”").kind == "cosmetic"


def test_a_substituted_letter_is_a_typo_only_where_the_text_has_the_word() -> None:
    before = TEXT.replace("ministry of", "govermment of")
    assert of(TEXT.replace("ministry of", "government of"), before=before).kind == "cosmetic"


def test_an_uzbek_negation_inside_a_word_is_no_typo() -> None:
    assert of("Vazir hujjatni imzolamadi va ketdi.", before="Vazir hujjatni imzoladi va ketdi.").kind == (
        "substantive"
    )


def test_reasons_are_few_and_short() -> None:
    other = " ".join(f"word{n} and {word}" for n, word in enumerate(TEXT.split()))
    found = of(other)
    assert len(found.reasons) <= 5
    assert len(found.reason) < 1500


def test_a_very_long_text_is_compared_by_lines() -> None:
    lines = [f"Article {n} of the treaty is about matter number {n}." for n in range(1200)]
    changed = [*lines[:-1], "Article 1199 is removed."]
    assert of("\n".join(changed), before="\n".join(lines)).kind == "substantive"
    assert of("\n".join(lines).upper(), before="\n".join(lines)).kind == "cosmetic"
