"""What of the capitals at a phrase's end is somebody's name: tokens in, where it begins and ends out."""

import re
from collections.abc import Sequence

from crawler.reading.statements.clause import INITIAL, Token
from crawler.reading.statements.grammar import Grammar, Word, plain

_NUMERAL = re.compile(r"[IVX]+\Z")
_FULL_NAME = 2
_POSSESSIVE = ("'s", "’s", "s'", "s’")


def can_be_name(token: Token) -> bool:
    """Say whether a token can be part of a name proper."""
    if token.text.endswith(_POSSESSIVE):
        return False
    if token.kind & Word.PARTICLE:
        return True
    odd = Word.OFFICE | Word.TITLE | Word.PLACE | Word.NO_NAME | Word.BESIDE_OFFICE | Word.PRONOUN
    return token.is_capital and not token.kind & odd


def is_surname(clause: Sequence[Token], start: int, at: int, end: int) -> bool:
    """Say whether a word that means something else too is a surname here: "Theresa May", "Mr. King"."""
    token = clause[at]
    if at == start or not token.is_capital or not token.kind & Word.ALSO_NAME:
        return False
    if token.kind & Word.OFFICE and sum(can_be_name(one) for one in clause[at + 1 : end]) >= _FULL_NAME:
        return False  # "District Judge Aman Testov"
    before = clause[at - 1]
    return bool(before.kind & Word.TITLE) or can_be_name(before)


def institution_before(
    clause: Sequence[Token], start: int, first: int, words: int, grammar: Grammar
) -> Sequence[Token]:
    """Return what is part of a name without an office: "New York Times", "World Health Council".

    Where names are inflected it is that of one word only, and uninflected: not in "Казахстана Аман Тестов".
    """
    begin = first
    while begin > start and clause[begin - 1].is_capital and clause[begin - 1].kind & Word.BESIDE_OFFICE:
        begin -= 1
    if begin < first:
        whole = words == 1 and begin > start and can_be_name(clause[begin - 1])
        return clause[begin - 1 : first] if whole else ()
    while begin > start and is_place(clause, begin - 1):
        begin -= 1
    if grammar.genitive and (words > 1 or clause[first - 1].text.endswith(grammar.genitive)):
        return ()
    return clause[begin:first]


def is_short_form(token: Token) -> bool:
    """Say whether a token is an institution's letters: "МЧС", "MEP"."""
    word = token.text
    return len(word) > 1 and word.isalpha() and word.isupper() and _NUMERAL.match(word) is None


def name_begins(clause: Sequence[Token], first: int, end: int, grammar: Grammar, *, office: bool) -> int:
    """Return where the name in clause[first:end] begins behind what describes its bearer.

    That is "Almaty-born", and an institution's letters before a full name, behind an office before any.
    """
    begin = first
    for number in range(first, end):
        token = clause[number]
        behind = [one for one in clause[number + 1 : end] if not INITIAL.match(one.text)]
        if plain(token.text).endswith(grammar.epithets) and grammar.epithets:
            begin = number + 1
        elif not is_short_form(token) or any(one.text.isupper() for one in behind):
            continue
        elif len(behind) >= _FULL_NAME or (behind and office and len(token.text) > _FULL_NAME):
            begin = number + 1
    return begin + (office and _begins_inflected(clause[begin:end], grammar))


def _begins_inflected(name: Sequence[Token], grammar: Grammar) -> bool:
    """Say whether an office's genitive stands before a full name: "глава Газпрома Аман Тестов"."""
    if not grammar.genitive or grammar.verb_final or len(name) <= _FULL_NAME:
        return False
    bent = [plain(token.text).endswith(grammar.genitive) for token in name]
    return bent == [True] + [False] * (len(name) - 1) and not plain(name[1].text).endswith(
        grammar.patronymics
    )


def name_ends(clause: Sequence[Token], first: int, end: int) -> int:
    """Return where it ends: single letters and inflected short forms behind it are no part of it."""
    while end > first and (len(clause[end - 1].text) == 1 or _is_inflected_short_form(clause[end - 1])):
        end -= 1
    return end


def _is_inflected_short_form(token: Token) -> bool:
    """Say whether it is as "COVID-den": with a case's ending."""
    head, hyphen, tail = token.text.partition("-")
    return bool(hyphen) and len(head) > 1 and head.isupper() and tail.islower()


def opens_place(clause: Sequence[Token], at: int) -> bool:
    """Say whether a word opens a place's name: "South" in "South Korea", not in "South said"."""
    if not clause[at].kind & Word.OPENS_PLACE or not clause[at].is_capital or at + 1 == len(clause):
        return False
    return clause[at + 1].is_capital and bool(clause[at + 1].kind & Word.PLACE)


def is_place(clause: Sequence[Token], at: int) -> bool:
    """Say whether a word with a capital is a place's name or of one."""
    return clause[at].is_capital and (bool(clause[at].kind & Word.PLACE) or opens_place(clause, at))


def governed(clause: Sequence[Token], least: int, first: int, grammar: Grammar) -> int | None:
    """Return how many words of clause[first:] a preposition before them takes; None where none stands there.

    It is an office's ("envoy for Climate Aman Testov") or an institution's ("chairman of the Joint Chiefs").
    Where names are inflected it takes a name that opens a sentence, too.
    """
    at = first - 1
    while at >= least and clause[at].kind & Word.ARTICLE:
        at -= 1
    if at < least or not (
        grammar.genitive or any(one.is_capital or one.kind & Word.OFFICE for one in clause[least:at])
    ):
        return None
    kind = clause[at].kind
    if not (kind & Word.PREPOSITION and kind & Word.BESIDE_OFFICE):
        return None
    return 1 if at == first - 1 else len(clause)


def full_name_begins(clause: Sequence[Token], first: int, end: int) -> int | None:
    """Return where a full name begins in clause[first:end], which has a word more before it."""
    begin = end - _FULL_NAME
    if begin > first + 1 and INITIAL.match(clause[begin].text):
        begin -= 1
    return begin if begin > first else None
