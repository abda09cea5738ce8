"""Reported speech: "X said that ...", "X подчеркнул, что ...", "X ... атап өтті". Never over a quotation."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from core.text import line_sentences
from crawler.reading.statements.attribution import Attribution
from crawler.reading.statements.clause import Token, tokens, verb_at
from crawler.reading.statements.grammar import Grammar, Word
from crawler.reading.statements.phrases import Phrase, phrase_before, phrase_from
from crawler.reading.statements.spans import Quotation

_STOP = re.compile(r"[.!?…](?=\s|\Z)")
_LAST_WORD = re.compile(r"[^\s«»“”\"(),]+\Z")
# A sentence longer than this is none.
_LONGEST = 1500
_FEWEST_WORDS = 3
_MOST = 300
# Characters between a verb and its "that".
_TO_THAT = 80


def reported(
    text: str, busy: Sequence[tuple[int, int]], grammar: Grammar
) -> Iterator[tuple[Quotation, Attribution]]:
    """Yield reported speech with its speaker. `busy`: sorted bounds of quotations and attributions."""
    done = -1
    count = 0
    for at in _verbs(text, grammar):
        if at < done:
            continue
        start, end = _sentence(text, at)
        done = end
        if end - start > _LONGEST or _is_busy(start, end, busy):
            continue
        found = _of_sentence(text, start, end, grammar)
        if found is not None:
            yield found
            count += 1
            if count >= _MOST:
                return


def _verbs(text: str, grammar: Grammar) -> Iterator[int]:
    """Yield where a word stands that may report: before a "that", or at the end of a sentence.

    Looking for these first is several times faster than looking at every word.
    """
    plain_text = grammar.folded(text)
    if grammar.verb_final:
        for stop in _STOP.finditer(plain_text):
            word = _LAST_WORD.search(plain_text, max(0, stop.start() - 40), stop.start())
            if word is not None and word[0].lower() in grammar.cues:
                yield word.start()
        return
    for that in grammar.that.finditer(plain_text):
        begin = max(0, plain_text.rfind("\n", 0, that.start()), that.start() - _TO_THAT)
        before = plain_text[begin : that.start()]
        verb = next((word for word in reversed(before.split()) if word.strip(",") in grammar.cues), None)
        if verb is not None:
            yield begin + before.rindex(verb)


def _sentence(text: str, at: int) -> tuple[int, int]:
    line = text.rfind("\n", 0, at) + 1
    line = max(line, at - _LONGEST)
    stop = text.find("\n", at, at + _LONGEST)
    stop = min(len(text), at + _LONGEST) if stop < 0 else stop
    return next(
        ((first, last) for first, last in line_sentences(text, line, stop) if first <= at < last),
        (at, stop),
    )


def _is_busy(start: int, end: int, busy: Sequence[tuple[int, int]]) -> bool:
    number = bisect_right(busy, (end, 0))
    return any(stop > start for _, stop in busy[max(0, number - 8) : number])


def _of_sentence(text: str, start: int, end: int, grammar: Grammar) -> tuple[Quotation, Attribution] | None:
    clause = tokens(text, start, end, grammar)
    while clause and not clause[-1].is_word:
        clause.pop()
    for number, token in enumerate(clause):
        verb = verb_at(clause, number, grammar) if token.is_word else None
        if verb is None:
            continue
        if grammar.verb_final:
            if verb < len(clause) - 1:
                continue
            return _verb_final(text, clause, number, grammar)
        return _verb_medial(text, clause, number, verb, grammar)
    return None


def _verb_medial(
    text: str, clause: Sequence[Token], at: int, verb: int, grammar: Grammar
) -> tuple[Quotation, Attribution] | None:
    """Read "X said that ..." and "..., said X that": the word "that" must follow."""
    phrase = phrase_before(clause, at, grammar)
    behind = verb
    if phrase is None and grammar.reach:
        phrase = phrase_from(clause, verb, grammar)
        behind = phrase.end if phrase is not None else verb
    that = next((n for n in range(behind, min(len(clause), behind + 6)) if clause[n].kind & Word.THAT), None)
    if phrase is None or that is None or len(clause) - that <= _FEWEST_WORDS:
        return None
    first = that + 1
    while first < len(clause) - 1 and not clause[first].text[0].isalnum():
        first += 1
    return _found(text, clause, (first, len(clause)), phrase, (at, verb), "reported")


def _verb_final(
    text: str, clause: Sequence[Token], at: int, grammar: Grammar
) -> tuple[Quotation, Attribution] | None:
    """Read "X ... said": the subject opens the sentence, the verb ends it."""
    begin = 0
    while begin < at and clause[begin].kind & (Word.BETWEEN | Word.NO_NAME):
        begin += 1
    phrase = phrase_from(clause, begin, grammar)
    if phrase is None or at - phrase.end < _FEWEST_WORDS:
        return None
    if phrase.name is not None and phrase.name.endswith(grammar.genitive):
        return None
    last = at
    while last > phrase.end and clause[last - 1].kind & (Word.QUOTATIVE | Word.BETWEEN):
        last -= 1
    first = phrase.end
    while first < last and not clause[first].is_word:
        first += 1
    return _found(text, clause, (first, last), phrase, (at, len(clause)), "reported")


def _found(
    text: str,
    clause: Sequence[Token],
    words: tuple[int, int],
    phrase: Phrase,
    verb: tuple[int, int],
    rule: str,
) -> tuple[Quotation, Attribution]:
    start, end = clause[words[0]].start, clause[words[1] - 1].end
    said = text[clause[verb[0]].start : clause[verb[1] - 1].end]
    first = min(clause[phrase.start].start, clause[verb[0]].start)
    last = max(clause[phrase.end - 1].end, clause[verb[1] - 1].end)
    return Quotation(start, end, start, end), Attribution(phrase, said, rule, first, last)
