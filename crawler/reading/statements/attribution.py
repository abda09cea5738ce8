"""Who speaks a quotation, as a value. Phrases as written: see `people`."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.reading.statements.clause import Token
from crawler.reading.statements.grammar import Grammar, plain
from crawler.reading.statements.phrases import Phrase, phrase_before


@dataclass(frozen=True, slots=True)
class Attribution:
    """A speaker's phrase, the verb, the rule that found them, and where in the text they stand."""

    phrase: Phrase
    verb: str | None
    rule: str
    start: int
    end: int


def found_at(
    text: str, clause: Sequence[Token], phrase: Phrase, verb: tuple[int, int] | None, rule: str
) -> Attribution:
    words = None if verb is None else text[clause[verb[0]].start : clause[verb[1] - 1].end]
    first = phrase.start if verb is None else min(phrase.start, verb[0])
    last = phrase.end if verb is None else max(phrase.end, verb[1])
    return Attribution(phrase, words, rule, clause[first].start, clause[min(last, len(clause)) - 1].end)


def found_apart(
    text: str, before: Sequence[Token], phrase: Phrase, clause: Sequence[Token], verb: tuple[int, int]
) -> Attribution:
    words = text[clause[verb[0]].start : clause[verb[1] - 1].end]
    return Attribution(
        phrase, words, "name quotation verb", before[phrase.start].start, clause[verb[1] - 1].end
    )


def according_after(text: str, clause: list[Token], grammar: Grammar) -> Attribution | None:
    """Find a word such as "айтуынша" with its speaker before it."""
    for number, token in enumerate(clause[: grammar.reach + 6] if grammar.according_after else ()):
        if number and plain(token.text) in grammar.according_after:
            phrase = phrase_before(clause, number, grammar)
            if phrase is not None:
                return found_at(text, clause, phrase, (number, number + 1), "according to")
    return None


def is_inflected(phrase: Phrase, grammar: Grammar) -> bool:
    return phrase.name is not None and phrase.name.endswith(grammar.genitive)
