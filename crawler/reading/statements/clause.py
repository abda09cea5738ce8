"""Clauses as tokens, and the phrases in them that can name a speaker. Bounded by the clause's length."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crawler.reading.statements.grammar import Grammar, Word, plain

_TOKEN = re.compile(r"[^\W\d_](?:\w|[.'’ʻʼ‘`-](?=\w))*\.?|\d[\w.,]*|''|[^\w\s]")
_INITIAL = re.compile(r"(?:[^\W\d_]h?\.)+$")
_POSSESSIVE = ("'s", "’s", "s'", "s’")
_STOPS = frozenset(".!?…;")
_MOST_NAME = 5
# A phrase behind a name that is longer than this is no apposition.
_APPOSITION = 24


class Token(NamedTuple):
    """A word or a mark with what it can be. Many are made: a dataclass would take thrice as long."""

    text: str
    start: int
    end: int
    kind: int

    @property
    def is_word(self) -> bool:
        """Say whether it begins with a letter."""
        return self.text[0].isalpha()

    @property
    def is_capital(self) -> bool:
        """Say whether it begins with a capital."""
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase that can be a speaker: the name as written, the office, or a pronoun. None: not there."""

    start: int
    end: int
    name: str | None = None
    office: str | None = None
    pronoun: str | None = None


def tokens(text: str, start: int, end: int, grammar: Grammar, *, one_sentence: bool = False) -> list[Token]:
    """Return the tokens of text[start:end]. A full stop belongs to initials and titles only.

    With `one_sentence` those before the first end of a sentence that is behind a word.
    """
    found: list[Token] = []
    kind_of = grammar.kind
    for match in _TOKEN.finditer(text, start, end):
        word = match[0]
        at, to = match.span()
        if word[-1] == "." and len(word) > 1:
            if not (_INITIAL.match(word) or plain(word) in grammar.abbreviations):
                found.append(Token(word[:-1], at, to - 1, kind_of(word[:-1])))
                if one_sentence:
                    break
                found.append(Token(".", to - 1, to, 0))
                continue
        elif one_sentence and word in _STOPS and any(token.is_word for token in found):
            break
        found.append(Token(word, at, to, kind_of(word)))
    return found


def last_sentence(clause: list[Token]) -> list[Token]:
    """Return the tokens behind the last end of a sentence."""
    for number in range(len(clause) - 1, -1, -1):
        if clause[number].text in _STOPS:
            return clause[number + 1 :]
    return clause


def verb_at(clause: Sequence[Token], at: int, grammar: Grammar) -> int | None:
    """Return the position behind the speech verb that begins at `at`; None where there is none."""
    for words in grammar.phrases.get(plain(clause[at].text), ()):
        if _follows(clause, at, words):
            return at + len(words)
    return at + 1 if clause[at].kind & Word.VERB and not clause[at].is_capital else None


def according_at(clause: Sequence[Token], at: int, grammar: Grammar) -> int | None:
    """Return the position behind the "according to" that begins at `at`."""
    for words in grammar.according.get(plain(clause[at].text), ()):
        if _follows(clause, at, words):
            return at + len(words)
    return None


def _follows(clause: Sequence[Token], at: int, words: Sequence[str]) -> bool:
    return len(clause) >= at + len(words) and all(
        plain(token.text) == word for token, word in zip(clause[at:], words, strict=False)
    )


def phrase_from(clause: Sequence[Token], at: int, grammar: Grammar) -> Phrase | None:
    """Return the phrase that begins at `at`, with an apposition behind it; `end` is a position in it."""
    begin = at
    if at >= len(clause):
        return None
    if clause[at].kind & Word.PRONOUN:
        return Phrase(at, at + 1, pronoun=clause[at].text.lower())
    named = False
    while at < len(clause) and _is_part(clause, at, grammar) and not (named and clause[at].kind & Word.PLACE):
        named = named or _is_name(clause[at])
        at += 1
    found = _read(clause, begin, at, grammar)
    if found is None or found.name is None or at >= len(clause) or clause[at].text not in ",(":
        return found
    closing = "," if clause[at].text == "," else ")"
    end = next(
        (n for n in range(at + 1, min(len(clause), at + _APPOSITION)) if clause[n].text == closing), None
    )
    if end is None:
        end = len(clause) if len(clause) - at < _APPOSITION else at
    office = apposition(clause[at + 1 : end])
    if office is None:
        return found
    return Phrase(begin, min(end + 1, len(clause)), name=found.name, office=found.office or office)


def phrase_before(clause: Sequence[Token], at: int, grammar: Grammar) -> Phrase | None:
    """Return the phrase that ends right before `at`, over words that may stand between and an apposition."""
    end = at
    while end > 0 and clause[end - 1].kind & Word.BETWEEN and not clause[end - 1].is_capital:
        end -= 1
    if end == 0:
        return None
    if clause[end - 1].text == ",":
        return _before_apposition(clause, end, grammar)
    return _phrase_ending(clause, end, grammar)


def _before_apposition(clause: Sequence[Token], end: int, grammar: Grammar) -> Phrase | None:
    """Return the phrase before "..., chairman of the party, [said]"; without an office, only a short one."""
    for opening in range(end - 2, max(-1, end - _APPOSITION), -1):
        if clause[opening].text != ",":
            continue
        inner = clause[opening + 1 : end - 1]
        found = _phrase_ending(clause, opening, grammar)
        if found is None or found.name is None:
            continue
        if any(token.kind & Word.VERB for token in inner) or (inner and _is_name(inner[0])):
            return None
        office = apposition(inner)
        begins = inner[0] if inner else None
        if office is None and not (begins and (begins.kind & Word.ARTICLE or begins.text in _RELATIVES)):
            continue
        return Phrase(found.start, end, name=found.name, office=found.office or office)
    return None


_RELATIVES = frozenset({"who", "whose", "который", "которая"})


def _phrase_ending(clause: Sequence[Token], end: int, grammar: Grammar) -> Phrase | None:
    last = clause[end - 1]
    if last.kind & Word.PRONOUN:
        return Phrase(end - 1, end, pronoun=last.text.lower())
    start = end
    while start > 0 and _is_part(clause, start - 1, grammar):
        start -= 1
    before = clause[start - 1] if start else None
    if before is not None and before.kind & Word.PREPOSITION and not grammar.verb_final:
        return None
    if before is not None and before.text.lower() in _AND:
        return None
    return _read(clause, start, end, grammar)


_AND = frozenset({"and", "&", "и", "және", "жана", "va", "ва", "we"})


def apposition(inner: Sequence[Token]) -> str | None:
    """Return the words of an apposition that tells an office, without its article."""
    words = [token for token in inner if token.is_word]
    if not any(token.kind & Word.OFFICE for token in words[:8]) or len(words) > _APPOSITION:
        return None
    kept = list(inner)
    while kept and (kept[0].kind & Word.ARTICLE or not kept[0].is_word):
        kept = kept[1:]
    for number, token in enumerate(kept):
        if token.text in ("who", "which", ","):
            kept = kept[:number]
            break
    return _joined(kept) or None


def _is_part(clause: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """Say whether a token can belong to a speaker's phrase."""
    token = clause[at]
    if not token.is_word:
        return token.text == "-" and 0 < at < len(clause) - 1
    kind = token.kind
    if kind & (Word.VERB | Word.PRONOUN | Word.THAT | Word.QUOTATIVE) and not token.is_capital:
        return False
    if kind & Word.PREPOSITION and not kind & Word.BESIDE_OFFICE and not token.is_capital:
        return False
    return token.is_capital or bool(
        kind & (Word.OFFICE | Word.BESIDE_OFFICE | Word.TITLE | Word.PLACE | Word.ARTICLE | Word.PARTICLE)
    )


def _read(clause: Sequence[Token], start: int, end: int, grammar: Grammar) -> Phrase | None:
    """Part the tokens of a phrase into office and name. "A spokesman" is nobody in particular."""
    definite = start == end or plain(clause[start].text) not in _INDEFINITE
    while (
        start < end
        and clause[start].kind & (Word.ARTICLE | Word.NO_NAME | Word.PREPOSITION)
        and not (clause[start].kind & (Word.OFFICE | Word.TITLE))
    ):
        start += 1
    first = end
    while first > start and _is_name(clause[first - 1]):
        first -= 1
    while first < end and clause[first].kind & Word.PARTICLE and not clause[first].is_capital:
        first += 1
    name = clause[first:end][-_MOST_NAME:]
    office = _office(clause[start:first], grammar)
    if office is None and name and first > start and clause[first - 1].kind & Word.PLACE:
        # "Astana Times", "Washington Post": without an office the place is part of the name.
        name = clause[first - 1 : end][-_MOST_NAME:] if clause[first - 1].is_capital else name
    if not name or not any(token.is_capital and not _INITIAL.match(token.text) for token in name):
        return Phrase(start, end, office=office) if office and first == end and definite else None
    return Phrase(start, end, name=_joined(name), office=office)


_INDEFINITE = frozenset({"a", "an", "another", "one"})


def _is_name(token: Token) -> bool:
    """Say whether a token can be part of a name proper."""
    if token.text.endswith(_POSSESSIVE):
        return False
    if token.kind & Word.PARTICLE:
        return True
    odd = Word.OFFICE | Word.TITLE | Word.PLACE | Word.NO_NAME | Word.BESIDE_OFFICE | Word.PRONOUN
    return token.is_capital and not token.kind & odd


def _office(before: Sequence[Token], grammar: Grammar) -> str | None:
    """Return the office among the words before a name: from its first word to its last."""
    heads = [n for n, token in enumerate(before) if token.kind & Word.OFFICE]
    if not heads:
        return None
    begin, end = 0, len(before)
    while end - 1 > heads[-1] and not before[end - 1].kind & (Word.PLACE | Word.BESIDE_OFFICE):
        end -= 1
    while before[begin].kind & Word.ARTICLE:
        begin += 1
    words = list(before[begin:end])
    country = grammar.countries.get(_without_possessive(words[0].text)) if words else None
    if country is not None and len(words) > 1:
        return f"{_joined(words[1:])} of {country}"
    return _joined(words) or None


def _without_possessive(word: str) -> str:
    lower = plain(word)
    return lower.removesuffix("'s") if lower.endswith("'s") else lower.removesuffix("'")


def _joined(words: Sequence[Token]) -> str:
    """Return tokens as they stand in the text, with single blanks."""
    pieces: list[str] = []
    last = None
    for token in words:
        if last is not None and token.start > last:
            pieces.append(" ")
        pieces.append(token.text)
        last = token.end
    return "".join(pieces).strip(" ,–—-")
