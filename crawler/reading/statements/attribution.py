"""Which phrase beside a quotation names its speaker, and by which rule. Phrases as written: see `people`."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.reading.statements.clause import (
    Phrase,
    Token,
    according_at,
    last_sentence,
    phrase_before,
    phrase_from,
    tokens,
    verb_at,
)
from crawler.reading.statements.grammar import Grammar, Word, plain
from crawler.reading.statements.spans import Quotation

# Characters of a clause that are looked at on each side of a quotation.
_CLAUSE = 300
_ATTACHED = frozenset(",!?…–—-―")
_LEADING = frozenset(",–—-―.!?")
_TRAILING = frozenset(",:–—-―")
_VERB_TO_QUOTE = 14
_APPOSITION = 24


@dataclass(frozen=True, slots=True)
class Attribution:
    """A speaker's phrase, the verb, the rule that found them, and where in the text they stand."""

    phrase: Phrase
    verb: str | None
    rule: str
    start: int
    end: int


def attribute(text: str, quotation: Quotation, room: tuple[int, int], grammar: Grammar) -> Attribution | None:
    """Return who speaks a quotation. `room` bounds its paragraph's free text before and behind it."""
    stop = min(room[1], quotation.closes + _CLAUSE)
    behind = tokens(text, quotation.closes, stop, grammar, one_sentence=True)
    ahead = (max(room[0], quotation.opens - _CLAUSE), quotation.opens)
    found = _behind(text, quotation, _without_leading(behind), ahead, grammar)
    if found is not None:
        return found
    before = _sentence_before(text, ahead, grammar)
    return _before(text, before, grammar) or _colon(text, before, grammar)


def _sentence_before(text: str, room: tuple[int, int], grammar: Grammar) -> list[Token]:
    """Return the tokens of the sentence that is open at room[1]."""
    # Two full stops back is far enough, even with an abbreviation between.
    start = text.rfind(". ", room[0], max(room[0], text.rfind(". ", *room)))
    return last_sentence(tokens(text, max(start, room[0]), room[1], grammar))


def _without_leading(clause: list[Token]) -> list[Token]:
    start = 0
    while start < len(clause) and clause[start].text in _LEADING:
        start += 1
    return clause[start:]


def _behind(
    text: str, quotation: Quotation, clause: list[Token], ahead: tuple[int, int], grammar: Grammar
) -> Attribution | None:
    """Find "said X", "X said" and "according to X" behind the quotation."""
    if not clause:
        return None
    follows = text[quotation.closes : quotation.closes + 3].lstrip()[:1]
    attached = (
        text[quotation.end - 1] in _ATTACHED
        or follows in _ATTACHED - {"!", "?"}
        or clause[0].kind & Word.QUOTATIVE
    )
    start = 0
    while start < len(clause) and (
        clause[start].kind & (Word.BETWEEN | Word.QUOTATIVE) or clause[start].text == ","
    ):
        start += 1
    if start == len(clause):
        start = 0
    verb = verb_at(clause, start, grammar) if clause[start].is_word else None
    if verb is not None:
        phrase = _behind_verb(clause, verb, grammar)
        if phrase is not None:
            return _found(text, clause, phrase, (start, verb), "verb name")
        if grammar.verb_final:
            before = _sentence_before(text, ahead, grammar)
            return _subject_before(text, clause, before, (start, verb), grammar)
        return None
    if not attached:
        return None
    return _name_verb(text, clause, start, grammar) or _according(text, clause, grammar)


def _behind_verb(clause: list[Token], at: int, grammar: Grammar) -> Phrase | None:
    """Return the speaker behind a verb: the first phrase that no preposition governs."""
    limit = min(len(clause), at + grammar.reach + 1)
    number = at
    while number < limit:
        token = clause[number]
        if token.text == "," and number > at:
            return None
        if token.kind & Word.PREPOSITION:
            number += 2
            while number < limit and (clause[number].is_capital or clause[number].kind & Word.PLACE):
                number += 1
            continue
        phrase = phrase_from(clause, number, grammar)
        if phrase is not None:
            return phrase
        number += 1
    return None


def _name_verb(text: str, clause: list[Token], start: int, grammar: Grammar) -> Attribution | None:
    phrase = phrase_from(clause, start, grammar)
    if phrase is None:
        return None
    at = _over_apposition(clause, phrase.end, grammar)
    tries = 1 + (grammar.reach if grammar.verb_final else 0)
    for number in range(at, min(len(clause), at + tries)):
        verb = verb_at(clause, number, grammar)
        if verb is not None:
            return _found(text, clause, phrase, (number, verb), "name verb")
    return None


def _over_apposition(clause: list[Token], at: int, grammar: Grammar) -> int:
    """Step over ", 52, of Almaty," and over words that may stand between speaker and verb."""
    if at < len(clause) and clause[at].text == ",":
        for number in range(at + 1, min(len(clause), at + _APPOSITION)):
            if clause[number].text == ",":
                behind = _over_between(clause, number + 1)
                if behind < len(clause) and verb_at(clause, behind, grammar) is not None:
                    at = number + 1
                break
    return _over_between(clause, at)


def _over_between(clause: list[Token], at: int) -> int:
    while at < len(clause) and clause[at].kind & Word.BETWEEN:
        at += 1
    return at


def _according(text: str, clause: list[Token], grammar: Grammar) -> Attribution | None:
    for number in range(min(2, len(clause))):
        behind = according_at(clause, number, grammar)
        phrase = phrase_from(clause, behind, grammar) if behind is not None else None
        if phrase is not None and behind is not None:
            return _found(text, clause, phrase, (number, behind), "according to")
    return _according_after(text, clause, grammar)


def _according_after(text: str, clause: list[Token], grammar: Grammar) -> Attribution | None:
    """Find a word such as "айтуынша" with its speaker before it."""
    for number, token in enumerate(clause[: grammar.reach + 6] if grammar.according_after else ()):
        if number and plain(token.text) in grammar.according_after:
            phrase = phrase_before(clause, number, grammar)
            if phrase is not None:
                return _found(text, clause, phrase, (number, number + 1), "according to")
    return None


def _subject_before(
    text: str, clause: list[Token], before: list[Token], verb: tuple[int, int], grammar: Grammar
) -> Attribution | None:
    """Find the speaker of "X «...» said": the phrase that opens the sentence."""
    for number, token in enumerate(before):
        if token.kind & (Word.BETWEEN | Word.PREPOSITION) or not token.is_word:
            continue
        phrase = phrase_from(before, number, grammar)
        if phrase is not None and not _is_inflected(phrase, grammar):
            return _found_apart(text, before, phrase, clause, verb)
        if phrase is not None:
            return None
    return None


def _is_inflected(phrase: Phrase, grammar: Grammar) -> bool:
    return phrase.name is not None and phrase.name.endswith(grammar.genitive)


def _before(text: str, clause: list[Token], grammar: Grammar) -> Attribution | None:
    """Find "X said: «" and "X said that «" before the quotation."""
    end = len(clause)
    while end and (clause[end - 1].text in _TRAILING or clause[end - 1].kind & Word.THAT):
        end -= 1
    whole = clause[:end]
    for number in range(end - 1, max(-1, end - 1 - _VERB_TO_QUOTE), -1):
        verb = verb_at(whole, number, grammar)
        if verb is None:
            continue
        phrase = phrase_before(whole, number, grammar)
        if phrase is None and grammar.reach and not grammar.verb_final:
            phrase = _behind_verb(whole, verb, grammar)
        if phrase is None and grammar.verb_final:
            phrase = _opening(whole, number, grammar)
        if phrase is not None:
            return _found(text, whole, phrase, (number, verb), "name verb quotation")
        return None
    for number in range(min(end, 3)):
        behind = according_at(whole, number, grammar)
        phrase = phrase_from(whole, behind, grammar) if behind is not None else None
        if phrase is not None and behind is not None:
            return _found(text, whole, phrase, (number, behind), "according to")
    return _according_after(text, whole, grammar)


def _opening(clause: Sequence[Token], limit: int, grammar: Grammar) -> Phrase | None:
    """Return the phrase that opens a sentence, its subject where the verb stands last."""
    for number in range(limit):
        token = clause[number]
        if token.kind & (Word.BETWEEN | Word.NO_NAME) or not token.is_word:
            continue
        phrase = phrase_from(clause, number, grammar)
        return phrase if phrase is not None and not _is_inflected(phrase, grammar) else None
    return None


def _colon(text: str, clause: list[Token], grammar: Grammar) -> Attribution | None:
    """Find "X: «...»" where the name is all that the sentence has."""
    if len(clause) < 2 or clause[-1].text != ":":
        return None
    phrase = phrase_from(clause, 0, grammar)
    if phrase is None or phrase.name is None or phrase.end != len(clause) - 1:
        return None
    return _found(text, clause, phrase, None, "name colon")


def introduction(text: str, start: int, end: int, grammar: Grammar) -> Attribution | None:
    """Find the speaker in a paragraph that ends with a colon, for the quotation that is the next one."""
    if text[end - 1] != ":":
        return None
    clause = last_sentence(tokens(text, max(start, end - _CLAUSE), end, grammar))
    found = _before(text, clause, grammar)
    if found is None:
        return None
    return Attribution(found.phrase, found.verb, "introduced", found.start, found.end)


def _found(
    text: str, clause: Sequence[Token], phrase: Phrase, verb: tuple[int, int] | None, rule: str
) -> Attribution:
    words = None if verb is None else text[clause[verb[0]].start : clause[verb[1] - 1].end]
    first = phrase.start if verb is None else min(phrase.start, verb[0])
    last = phrase.end if verb is None else max(phrase.end, verb[1])
    return Attribution(phrase, words, rule, clause[first].start, clause[min(last, len(clause)) - 1].end)


def _found_apart(
    text: str, before: Sequence[Token], phrase: Phrase, clause: Sequence[Token], verb: tuple[int, int]
) -> Attribution:
    words = text[clause[verb[0]].start : clause[verb[1] - 1].end]
    return Attribution(
        phrase, words, "name quotation verb", before[phrase.start].start, clause[verb[1] - 1].end
    )
