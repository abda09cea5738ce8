"""Matching small documents with small watchlists: boundaries, rules, places, masks, explanation, evidence."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes_matching import one

from core.match import Match
from publisher.matching import Document, Matcher, Said, check_examples

BASE = """
name: Test
states: {KZ: Kazakhstan, UZ: Uzbekistan}
groups:
  state: [kazakhstan, uzbekistan, people, our-country]
mask: [lookalikes]
rules:
  - name: talks of a state
    all: [state, acts]
    weight: 0.8
"""


def judge(folder: Path, watchlist: str, *, title: str = "", text: str = "", **about: str) -> Match:
    matcher = Matcher([one(folder, watchlist)])
    language = about.get("language", "en")
    (match,) = matcher.match(
        Document(title=title, text=text, language=language, source_country=about.get("source_country"))
    )
    return match


def test_a_match_says_why_where_and_for_which_state(tmp_path: Path) -> None:
    title = "Kazakhstan's embassy opens"
    match = judge(tmp_path, BASE, title=title, text="A second sentence. Testov was there.")
    assert (match.watchlist, match.matched, match.score, match.language) == ("test", True, 0.8, "en")
    assert match.states == ("KZ",)
    assert match.why == 'Kazakhstan ("Kazakhstan\'s") with acts ("embassy") in the title.'
    assert match.sentence == title
    assert [(found.group, found.term, found.form, found.field) for found in match.evidence] == [
        ("state", "Kazakhstan", "Kazakhstan's", "title"),
        ("acts", "embassy", "embassy", "title"),
    ]
    assert [title[found.start : found.end] for found in match.evidence] == ["Kazakhstan's", "embassy"]


def test_evidence_counts_characters_of_the_original_text(tmp_path: Path) -> None:
    text = "Stra\u00adße. Kazakh\u00adstan held talks."
    match = judge(tmp_path, BASE, text=text)
    assert {text[found.start : found.end] for found in match.evidence} == {"Kazakh\u00adstan", "talks"}
    assert match.sentence == "Kazakh\u00adstan held talks."


def test_people_are_named_with_their_office_and_former_holders_as_former(tmp_path: Path) -> None:
    assert judge(tmp_path, BASE, title="Testov in talks").why == (
        'Kazakhstan\'s president ("Testov") with acts ("talks") in the title.'
    )
    assert "former president" in judge(tmp_path, BASE, title="Holderov in talks").why


@pytest.mark.parametrize(
    ("title", "matched"),
    [
        ("Talks in Kazakhstan", True),
        ("TALKS IN KAZAKHSTAN", True),
        ("Talks in (Kazakhstan)", True),
        ("Talks with Kazakhstanis", False),
        ("Smalltalks in Kazakhstan", False),
        ("Kazakhstan in the CIS", True),
        ("Kazakhstan and cis isomers", False),
        ("Казахстан назначил посла", True),
        ("Казахстан после дождя", False),
        ("Kazakh horse talks", False),
        ("Kazakh horse at talks in Kazakhstan", True),
    ],
)
def test_terms_count_as_whole_words_in_all_their_forms(tmp_path: Path, title: str, matched: bool) -> None:
    assert judge(tmp_path, BASE, title=title).matched is matched


def test_terms_must_stand_in_one_sentence(tmp_path: Path) -> None:
    assert judge(tmp_path, BASE, text="Kazakhstan held talks.").matched
    apart = judge(tmp_path, BASE, text="Kazakhstan is large. The talks were long.")
    assert (apart.matched, apart.score, apart.why) == (False, 0.0, "No rule of this watchlist is met.")


@pytest.mark.parametrize(
    ("near", "text", "matched"),
    [
        ("paragraph", "Kazakhstan is large. The talks were long.", True),
        ("paragraph", "Kazakhstan is large.\n\nThe talks were long.", False),
        ("text", "Kazakhstan is large.\n\nThe talks were long.", True),
        ("{words: 3}", "In Kazakhstan, talks went on.", True),
        ("{words: 3}", "In Kazakhstan, very many and long talks went on.", False),
    ],
)
def test_near_is_a_sentence_a_paragraph_a_text_or_words(
    tmp_path: Path, near: str, text: str, matched: bool
) -> None:
    assert judge(tmp_path, f"{BASE}    near: {near}\n", text=text).matched is matched


def test_any_and_not(tmp_path: Path) -> None:
    rule = f"{BASE}    any: [people]\n    not: [sport]\n"
    assert not judge(tmp_path, rule, title="Talks in Kazakhstan").matched
    assert judge(tmp_path, rule, title="Talks in Kazakhstan: Testov").matched
    assert not judge(tmp_path, rule, title="Football talks in Kazakhstan: Testov").matched


def test_two_names_of_one_rule_need_two_places_and_two_states(tmp_path: Path) -> None:
    rule = BASE.replace("[state, acts]", "[state, kazakhstan]")
    assert not judge(tmp_path, rule, title="Kazakhstan").matched
    assert not judge(tmp_path, rule, title="Kazakhstan and its capital Astana").matched
    assert judge(tmp_path, rule, title="Kazakhstan and Uzbekistan").matched


def test_the_title_weighs_more_than_the_lead_and_the_lead_more_than_the_rest(tmp_path: Path) -> None:
    said = "Kazakhstan held talks."
    filler = "Nothing else happened there on that day. " * 20
    scores = [
        judge(tmp_path, BASE, title=said).score,
        judge(tmp_path, BASE, text=said + " " + filler).score,
        judge(tmp_path, BASE, text=filler + said).score,
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_sentences_add_up_but_a_repeated_title_does_not(tmp_path: Path) -> None:
    title = "Kazakhstan held talks"
    assert (
        judge(tmp_path, BASE, title=title, text=f"{title}.").score == judge(tmp_path, BASE, title=title).score
    )
    more = judge(tmp_path, BASE, title=title, text="The embassy of Uzbekistan was silent.")
    assert more.score > 0.8
    assert "1 more place like it" in more.why


def test_a_state_named_in_passing_adds_little_to_a_long_text(tmp_path: Path) -> None:
    central = f"{BASE}score: {{centre: [state]}}\n"
    filler = "Question after question was answered at length that day. " * 200
    text = f"{filler}Kazakhstan held talks.\n{filler}"
    assert judge(tmp_path, central, text=text).score < judge(tmp_path, BASE, text=text).score / 5


def test_a_subject_that_speaks_against_lowers_the_score_and_is_named(tmp_path: Path) -> None:
    lowered = f"{BASE}lower:\n  - {{any: [sport], by: 0.5}}\n"
    match = judge(tmp_path, lowered, title="Football talks in Kazakhstan")
    assert (match.matched, match.score) == (False, 0.4)
    assert 'lowered by "Football" in the title' in match.why
    assert "not enough: 0.40 of 0.50" in match.why
    assert judge(tmp_path, lowered, title="Talks in Kazakhstan", text="Football too.").score == 0.8


def test_our_country_means_the_state_of_the_source_else_that_of_the_language(tmp_path: Path) -> None:
    title = "Our country held talks"
    assert judge(tmp_path, BASE, title=title, source_country="UZ").states == ("UZ",)
    assert not judge(tmp_path, BASE, title=title, source_country="RU").matched
    assert not judge(tmp_path, BASE, title=title).matched
    assert judge(tmp_path, BASE, title="еліміз talks", language="kk").states == ("KZ",)


def test_a_term_for_its_own_language_only_needs_that_language_or_none(tmp_path: Path) -> None:
    terms = """
lists:
  kazakhstan: {country: KZ, terms: {tr: [{term: Kazak, only: true}]}}
  acts: {terms: {en: [talks]}}
"""
    watchlist = "name: T\nrules: [{name: r, all: [kazakhstan, acts], weight: 0.8}]"
    matcher = Matcher([one(tmp_path, watchlist, terms)])
    found = {
        language: matcher.match(Document(title="Kazak talks", text="", language=language))[0].matched
        for language in ("tr", "en", None, "und")
    }
    assert found == {"tr": True, "en": False, None: True, "und": True}


def test_several_watchlists_share_one_search_and_keep_their_order(tmp_path: Path) -> None:
    first = one(tmp_path / "a", BASE)
    other = one(
        tmp_path / "b", BASE.replace("[state, acts]", "[state, sport]").replace("KZ: Kazakhstan", "KZ: K")
    )
    matches = Matcher([first, other]).match(Document(title="Talks in Kazakhstan", text="", language="en"))
    assert [match.matched for match in matches] == [True, False]


def test_an_empty_document_does_not_match(tmp_path: Path) -> None:
    assert not judge(tmp_path, BASE).matched


def test_examples_that_are_decided_otherwise_are_problems_with_their_line(tmp_path: Path) -> None:
    examples = "match:\n  - Talks in Kazakhstan\n  - title: Rain\nno_match:\n  - {title: Kazakh talks}\n"
    watchlist = one(tmp_path, BASE + examples)
    problems = check_examples(watchlist, Matcher([watchlist]))
    assert [(problem.key, problem.line) for problem in problems] == [("match.#2", 13), ("no_match.#1", 15)]
    assert "'Rain' does not match" in problems[0].message
    assert "'Kazakh talks' matches (score 0.80)" in problems[1].message


def test_a_text_without_sentence_ends_gives_short_evidence(tmp_path: Path) -> None:
    text = "The one side and Kazakhstan opened an embassy and went on to speak of other matters " * 500
    match = judge(tmp_path, BASE, text=text)
    assert match.matched
    assert match.sentence in text
    for found in match.evidence:
        assert found.form in found.sentence
        assert found.sentence in text
        assert len(found.sentence) <= 600


MOUTH = f"{BASE}score: {{centre: [state]}}\n"
FILLER = "Question after question was answered at length on that day. " * 60


def _said(text: str, words: str, speaker: str) -> Said:
    return Said(speaker=speaker, start=text.index(words), end=text.index(words) + len(words))


@pytest.mark.parametrize(
    ("speaker", "matched"),
    [
        ("Aman Testov, President", True),
        ("Testov", True),
        ("spokesman of Kazakhstan", True),
        ("Somebody Else, coach", False),
        ("president of Uzbekistan", False),
    ],
)
def test_words_in_the_mouth_of_a_states_official_are_that_states(
    tmp_path: Path, speaker: str, matched: bool
) -> None:
    words = "We have opened an embassy there."
    text = f"Aman Testov of Kazakhstan spoke to us.\nHe was asked about work. “{words}”"
    matcher = Matcher([one(tmp_path, MOUTH)])
    alone = Document(title="", text=text, language="en")
    assert not matcher.match(alone)[0].matched
    (match,) = matcher.match(replace(alone, said=(_said(text, words, speaker),)))
    assert match.matched is matched
    if matched:
        assert "as speaker with acts" in match.why
        assert match.states == ("KZ",)
        assert match.sentence == f"“{words}”"
        assert all(text[found.start : found.end] == found.form for found in match.evidence)


def test_what_a_states_official_says_weighs_in_full_however_long_the_text(tmp_path: Path) -> None:
    words = "The talks will go on."
    text = f"{FILLER}\nTestov was there. He said: “{words}”\n{FILLER}"
    document = Document(title="", text=text, language="en")
    matcher = Matcher([one(tmp_path, MOUTH)])
    (match,) = matcher.match(replace(document, said=(_said(text, words, "Testov"),)))
    assert match.score == 0.4


def test_an_official_source_speaks_for_its_state(tmp_path: Path) -> None:
    text = f"{FILLER}\nKazakhstan held talks.\n{FILLER}"
    matcher = Matcher([one(tmp_path, MOUTH)])
    document = Document(title="", text=text, language="en", source_country="KZ")
    elsewhere, own, other = (
        matcher.match(replace(document, official=official, source_country=country))[0]
        for official, country in ((False, "KZ"), (True, "KZ"), (True, "FR"))
    )
    assert (own.score, elsewhere.score) == (0.4, other.score)
    assert elsewhere.score < 0.1
    assert "the source speaks for Kazakhstan" in own.why
    assert "speaks for" not in elsewhere.why + other.why


def test_a_rule_that_counts_words_does_not_reach_to_a_speaker_elsewhere(tmp_path: Path) -> None:
    rule = MOUTH.replace("weight: 0.8", "near: {words: 4}\n    weight: 0.8")
    words = "We opened an embassy."
    text = f"Testov spoke to us. “{words}”"
    document = Document(title="", text=text, language="en", said=(_said(text, words, "Testov"),))
    assert not Matcher([one(tmp_path, rule)]).match(document)[0].matched


def test_statements_by_the_thousand_and_out_of_order_do_no_harm(tmp_path: Path) -> None:
    text = "Testov spoke. " + "We opened an embassy. " * 2_000
    said = tuple(Said(speaker="Testov", start=at, end=at + 20) for at in range(30_000, 0, -15))
    (match,) = Matcher([one(tmp_path, MOUTH)]).match(
        Document(title="", text=text, language="en", said=(*said, Said(speaker="", start=0, end=9)))
    )
    assert match.matched
