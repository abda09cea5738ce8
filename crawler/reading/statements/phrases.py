"""The phrases of a clause that can name a speaker: office, name, apposition. Bounded by its length."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.reading.statements.clause import AND, INITIAL, Token
from crawler.reading.statements.grammar import Grammar, Word, plain
from crawler.reading.statements.names import (
    can_be_name,
    full_name_begins,
    governed,
    institution_before,
    is_short_form,
    is_surname,
    name_begins,
    name_ends,
    opens_place,
)

_MOST_NAME = 5
_FULL_NAME = 2
# A phrase behind a name that is longer than this is no apposition.
_APPOSITION = 24


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase that can be a speaker: the name as written, the office, or a pronoun. None: not there."""

    start: int
    end: int
    name: str | None = None
    office: str | None = None
    pronoun: str | None = None


def phrase_from(clause: Sequence[Token], at: int, grammar: Grammar) -> Phrase | None:
    """Return the phrase that begins at `at`, with an apposition behind it; `end` is a position in it."""
    begin = at
    if at >= len(clause):
        return None
    if clause[at].kind & Word.PRONOUN:
        return Phrase(at, at + 1, pronoun=clause[at].text.lower())
    at = _phrase_end(clause, at, grammar)
    found = _read(clause, begin, at, grammar)
    if found is None or at >= len(clause) or clause[at].text not in ",(":
        return found
    if found.name is None:
        return _with_name_behind(clause, found, grammar)
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


def _phrase_end(clause: Sequence[Token], at: int, grammar: Grammar) -> int:
    """Return the position behind the tokens that can belong to one phrase."""
    named = False
    while at < len(clause) and _is_part(clause, at):
        token = clause[at]
        if named and (token.kind & Word.PLACE or _goes_on_elsewhere(token)):
            break
        # Capitals before an office are an institution: "Rail Ministry spokesman Aman Testov".
        named = (named or (can_be_name(token) and not opens_place(clause, at))) and not (
            token.kind & Word.OFFICE and not token.is_capital
        )
        at += 1
    return at


def _goes_on_elsewhere(token: Token) -> bool:
    """Say whether a word behind a name begins something else: "of Iowa", "and Bolat Probov"."""
    small = token.kind & (Word.PREPOSITION | Word.ARTICLE) or token.text in AND
    return bool(small) and not token.is_capital and not token.kind & (Word.OFFICE | Word.PARTICLE)


def _with_name_behind(clause: Sequence[Token], found: Phrase, grammar: Grammar) -> Phrase:
    """Read "the minister's spokesman, Aman Testov,": the name stands behind the office."""
    named = name_between_commas(clause, found.end, grammar)
    if named is None:
        return found
    return Phrase(found.start, named.end, name=named.name, office=found.office)


def name_between_commas(clause: Sequence[Token], at: int, grammar: Grammar) -> Phrase | None:
    """Return the full name behind the comma at `at`, if it stands alone up to a comma or the clause's end."""
    if at + 2 >= len(clause) or clause[at].text != ",":
        return None
    end = _phrase_end(clause, at + 1, grammar)
    found = _read(clause, at + 1, end, grammar)
    if found is None or found.name is None or found.office is not None or end - at < _FULL_NAME + 1:
        return None
    if end < len(clause) and clause[end].text not in ",(":
        return None
    return Phrase(at + 1, min(end + 1, len(clause)), name=found.name)


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
        if found is None:
            continue
        if found.name is None:
            named = name_between_commas(clause, opening, grammar)
            if named is None or named.end != end:
                continue
            return Phrase(found.start, end, name=named.name, office=found.office)
        if any(token.kind & Word.VERB for token in inner) or (inner and can_be_name(inner[0])):
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
    while start > 0 and _is_part(clause, start - 1):
        start -= 1
    before = clause[start - 1] if start else None
    if before is not None and before.kind & Word.PREPOSITION and not grammar.verb_final:
        return None
    if before is not None and before.text.lower() in AND:
        return None
    if start < end and clause[start].kind & Word.PREPOSITION and not clause[start].is_capital:
        return None  # "the mother of Aman Testov"
    return _read(clause, start, end, grammar)


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


def _is_part(clause: Sequence[Token], at: int) -> bool:
    """Say whether a token can belong to a speaker's phrase."""
    token = clause[at]
    if not token.is_word:
        return token.text == "-" and 0 < at < len(clause) - 1
    kind = token.kind
    if kind & (Word.VERB | Word.PRONOUN | Word.THAT | Word.QUOTATIVE) and not token.is_capital:
        return False
    if kind & Word.BETWEEN and kind & Word.OFFICE and not token.is_capital:
        return False  # whom it was said to: "журналистам"
    if kind & Word.PREPOSITION and not kind & Word.BESIDE_OFFICE and not token.is_capital:
        return False
    return token.is_capital or bool(
        kind & (Word.OFFICE | Word.BESIDE_OFFICE | Word.TITLE | Word.PLACE | Word.ARTICLE | Word.PARTICLE)
    )


def _read(clause: Sequence[Token], start: int, end: int, grammar: Grammar) -> Phrase | None:
    """Part the tokens of a phrase into office and name. "A spokesman" is nobody in particular."""
    definite = start == end or plain(clause[start].text) not in _INDEFINITE
    least = start
    while start < end and _opens_phrase(clause[start]) and not opens_place(clause, start):
        start += 1
    while end > start + 1 and clause[end - 1].kind & Word.TITLE:
        end -= 1  # "Aman Testov Jr."
    first = end
    while first > start and (
        (can_be_name(clause[first - 1]) and not opens_place(clause, first - 1))
        or is_surname(clause, start, first - 1, end)
    ):
        first -= 1
    capitals = first
    taken = governed(clause, least, first, grammar)
    if taken is not None:
        begins = full_name_begins(clause, first, end) if taken == 1 else None
        if begins is None and not (first == start and end - first == 1 and is_short_form(clause[first])):
            whole = _office(clause[start:end], grammar, whole=True)
            return Phrase(start, end, office=whole) if whole and definite else None
        first = first if begins is None else begins
    heads = any(token.kind & Word.OFFICE for token in clause[start:first])
    first = name_begins(clause, first, end, grammar, office=heads)
    ends = name_ends(clause, first, end)
    name = clause[first:ends][-_MOST_NAME:]
    office = _office(clause[start:first], grammar, whole=first > capitals)
    if office is None and name:
        before = institution_before(clause, start, first, len(name), grammar)
        name = [*before, *name][-_MOST_NAME:]
    if not name or not any(token.is_capital and not INITIAL.match(token.text) for token in name):
        return Phrase(start, end, office=office) if office and first == end and definite else None
    return Phrase(start, end, name=_joined(name), office=office)


def _opens_phrase(token: Token) -> bool:
    """Say whether a word stands before a phrase and is none of it."""
    return bool(
        token.kind & (Word.ARTICLE | Word.NO_NAME | Word.PREPOSITION)
        and not token.kind & (Word.OFFICE | Word.TITLE)
    )


_INDEFINITE = frozenset({"a", "an", "another", "one"})


def _office(before: Sequence[Token], grammar: Grammar, *, whole: bool) -> str | None:
    """Return the office among the words before a name: to its last word, or to the name."""
    heads = [n for n, token in enumerate(before) if token.kind & Word.OFFICE]
    if not heads:
        return None
    begin, end = 0, len(before)
    while not whole and end - 1 > heads[-1] and not before[end - 1].kind & (Word.PLACE | Word.BESIDE_OFFICE):
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
