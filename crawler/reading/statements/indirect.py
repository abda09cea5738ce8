"""Reported speech: "X said that ...", "X подчеркнул, что ...", "X ... атап өтті". Never over a quotation."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.text import line_sentences
from crawler.reading.statements.attribution import Attribution
from crawler.reading.statements.behind import closing
from crawler.reading.statements.clause import Token, according_at, tokens, verb_at
from crawler.reading.statements.grammar import Grammar, Word, plain
from crawler.reading.statements.phrases import Phrase, phrase_before, phrase_from
from crawler.reading.statements.spans import Quotation

_STOP = re.compile(r"[.!?…](?=\s|\Z)")
_WORD = re.compile(r"[^\W\d_](?:[\w'-]*\w)?")
_LAST_WORD = re.compile(r"[^\s«»“”\"(),]+\Z")
# A sentence longer than this is none.
_LONGEST = 1500
_FEWEST_WORDS = 3
_MOST = 300
# Characters between a verb and its "that".
_TO_THAT = 80
_SENTENCE_ENDS = frozenset(".!?…")
# Tokens of a sentence among which "айтуынша" closes the speaker's phrase.
_LEADING = 12


def reported(
    text: str, busy: Sequence[tuple[int, int]], grammar: Grammar
) -> Iterator[tuple[Quotation, Attribution]]:
    """Yield reported speech with its speaker. `busy`: sorted bounds of quotations and attributions."""
    done = -1
    count = 0
    for at in _cues(text, grammar):
        if at < done or _is_busy(at, at + 1, busy):
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


def _cues(text: str, grammar: Grammar) -> Iterator[int]:
    """Yield where a word stands that may report; where the verb comes last, at the end of a sentence.

    Looking for these first is several times faster than looking at every sentence.
    """
    folded = grammar.folded(text)
    if not grammar.verb_final:
        lower = folded.lower()
        if len(lower) == len(text):
            yield from (
                word.start()
                for word in _WORD.finditer(lower)
                if word[0] in grammar.cues and _can_report(lower, word, grammar)
            )
        return
    for stop in _STOP.finditer(folded):
        word = _LAST_WORD.search(folded, max(0, stop.start() - 40), stop.start())
        if word is not None and word[0].lower() in grammar.cues:
            yield word.start()
    if grammar.according_after:
        yield from (
            word.start() for word in _WORD.finditer(folded) if word[0].lower() in grammar.according_after
        )


def _can_report(lower: str, word: re.Match[str], grammar: Grammar) -> bool:
    """Say whether a verb has beside it what the rules below ask for: a cheap look at the letters."""
    end = word.end()
    if word[0] in grammar.according_cues or lower[end : end + 1] in _SENTENCE_ENDS:
        return True
    if lower[max(0, word.start() - 2) : word.start()].lstrip() == ", ":
        return True
    following = lower[end : end + _TO_THAT].replace(",", " ").split()
    if not following:
        return False
    kinds = Word.ARTICLE | Word.PRONOUN | Word.PLACE
    if word[0] in grammar.bare and grammar.kind(following[0]) & kinds:
        return True
    return not grammar.that.isdisjoint(following)


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
    if len(clause) <= _FEWEST_WORDS:
        return None
    found = _according(text, clause, grammar)
    if found is not None:
        return found
    for number, token in enumerate(clause):
        verb = verb_at(clause, number, grammar) if token.is_word else None
        if verb is None:
            continue
        if grammar.verb_final:
            if verb < len(clause) - 1:
                continue
            return _verb_final(text, clause, number, grammar)
        found = _verb_medial(text, clause, number, verb, grammar)
        if found is not None:
            return found
    return None if grammar.verb_final else _behind(text, clause, grammar)


def _verb_medial(
    text: str, clause: Sequence[Token], at: int, verb: int, grammar: Grammar
) -> tuple[Quotation, Attribution] | None:
    """Read "X said that ...", "..., said X that" and "X said the ..."."""
    phrase = phrase_before(clause, at, grammar)
    behind = verb
    if phrase is None and grammar.reach:
        phrase = phrase_from(clause, verb, grammar)
        behind = phrase.end if phrase is not None else verb
    if phrase is None:
        return None
    if clause[0].text.lower() in grammar.as_words and not any(t.text == "," for t in clause[: phrase.start]):
        return None  # "Had X said that"
    that = next((n for n in range(behind, min(len(clause), behind + 6)) if clause[n].kind & Word.THAT), None)
    if that is not None:
        first = that + 1
    elif behind == verb and clause[at].text in grammar.bare and _is_bare(clause, phrase, verb):
        first = verb
    else:
        return None
    if len(clause) - first < _FEWEST_WORDS:
        return None
    while first < len(clause) - 1 and not clause[first].text[0].isalnum():
        first += 1
    rule = "reported" if that is not None else "reported bare"
    return _found(text, clause, (first, len(clause)), phrase, (at, verb), rule)


def _is_bare(clause: Sequence[Token], phrase: Phrase, at: int) -> bool:
    """Say whether what follows "X said" is what was said: "the road", "he"; not in "what X said"."""
    if phrase.start and clause[phrase.start - 1].kind & Word.NO_NAME:
        return False
    kinds = Word.ARTICLE | Word.PRONOUN | Word.PLACE
    return at < len(clause) and bool(clause[at].kind & kinds) and not clause[at].kind & Word.PREPOSITION


def _behind(text: str, clause: list[Token], grammar: Grammar) -> tuple[Quotation, Attribution] | None:
    """Read "..., X said" and "..., said X"."""
    found = closing(text, clause, 0, grammar)
    if found is None:
        return None
    end = next((n for n, token in enumerate(clause) if token.start >= found.start), 0) - 1
    if end < _FEWEST_WORDS or clause[end].text != "," or (found.phrase.office and not found.phrase.name):
        return None
    if clause[0].text.lower() in grammar.as_words:
        return None  # "As the minister noted earlier, ..."
    start, stop = clause[0].start, clause[end - 1].end
    return Quotation(start, stop, start, stop), replace(found, rule="reported behind")


def _according(text: str, clause: Sequence[Token], grammar: Grammar) -> tuple[Quotation, Attribution] | None:
    """Read "According to X, ..." and "Х айтуынша, ..."."""
    for number in range(min(2, len(clause))):
        behind = according_at(clause, number, grammar)
        phrase = phrase_from(clause, behind, grammar) if behind is not None else None
        if phrase is not None and behind is not None:
            return _rest(text, clause, phrase, (number, behind))
    for number in range(1, min(len(clause), _LEADING) if grammar.according_after else 0):
        if plain(clause[number].text) in grammar.according_after:
            phrase = phrase_before(clause, number, grammar)
            if phrase is not None:
                return _rest(text, clause, phrase, (number, number + 1))
    return None


def _rest(
    text: str, clause: Sequence[Token], phrase: Phrase, cue: tuple[int, int]
) -> tuple[Quotation, Attribution] | None:
    """Return what stands behind the comma that closes "According to X,"."""
    behind = max(phrase.end, cue[1])
    comma = behind - 1 if clause[behind - 1].text == "," else behind
    if comma + 1 < len(clause) and clause[comma].is_word and not clause[comma].is_capital:
        comma += 1  # "сўзларига кўра,"
    if comma >= len(clause) or clause[comma].text != "," or len(clause) - comma <= _FEWEST_WORDS:
        return None
    return _found(text, clause, (comma + 1, len(clause)), phrase, cue, "reported according to")


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
