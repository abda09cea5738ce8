"""The statements of a text in order: quotations, speech behind dashes, reported speech, a transcript's turns.

Text and one language's tables in, statements out. Work is bounded for any text; a text's people are looked up
once.
"""

import re
from dataclasses import replace
from typing import overload

from core.language import Speech
from core.statement import Statement, StatementKind
from crawler.reading.statements.attribute import attribute, introduction
from crawler.reading.statements.attribution import Attribution
from crawler.reading.statements.clause import Token, tokens
from crawler.reading.statements.dashes import dash_speech
from crawler.reading.statements.grammar import Grammar, Word, grammar_of
from crawler.reading.statements.indirect import reported
from crawler.reading.statements.once import once
from crawler.reading.statements.people import People
from crawler.reading.statements.spans import Quotation, quotations
from crawler.reading.statements.turns import turns

# Behind this many characters no statement is looked for, and no text has more statements than this.
MOST_CHARACTERS = 200_000
MOST_STATEMENTS = 300

# How sure each rule is: right ones among those that `policywire evaluate quotes` can tell, (right + 1) of
# (right + wrong + 2), so that a rule seen seldom is not called sure. On 2026-11-22: "continued" 832 of 852,
# "verb name" 577 of 587. The rules that its texts have not ("name quotation verb", "turn") and the two that
# its labels cannot tell ("pronoun": 23 of 24 right by eye; "office": 7 of 12) stand below that.
CONFIDENCE = {
    "verb name": 0.98,
    "name verb": 0.98,
    "name verb quotation": 0.98,
    "name quotation verb": 0.9,
    "according to": 0.83,
    "name colon": 0.86,
    "introduced": 0.83,
    "continued": 0.97,
    "reported": 0.96,
    "reported bare": 0.98,
    "reported behind": 0.95,
    "reported according to": 0.88,
    "turn": 0.9,
}
# A pronoun or an office alone is resolved by what the text says elsewhere: less sure than a name.
_BY_PRONOUN = 0.75
_BY_OFFICE = 0.57
# Only what these rules found is sure enough for a later pronoun to mean it.
_ANTECEDENTS = frozenset(CONFIDENCE) - {"reported bare", "reported behind", "reported according to"} | {
    "pronoun",
    "office",
}
# The speaker's name stands inflected there.
_OBLIQUE = frozenset({"according to", "reported according to"})
# A sentence opens with the speaker there, and words that are nobody's name may stand in that place too.
_OPENING = frozenset({"reported", "reported according to", "name colon", "introduced"})
# Words that nobody is named for are a statement only where they are long enough to be one.
_LONG = 60
_PRONOUN_REACH = 1200
_GAP = 400
_JOINING_WORDS = 3
_LINKS = frozenset({",", "and", "и", "before"})
_NEXT_WORD = 24
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[ \u00a0]\Z")
_NOT_NAMING = Word.VERB | Word.THAT | Word.QUOTATIVE | Word.BETWEEN | Word.PREPOSITION | Word.PRONOUN
_STOPS = frozenset(".!?…;")


def find_statements(text: str, language: str, speech: Speech | None) -> tuple[Statement, ...]:
    """Return the statements of an article's text, each once; none where the language has no tables."""
    if speech is None or not text:
        return ()
    return once(_Finder(text[:MOST_CHARACTERS], language, grammar_of(speech)).find())


class _Finder:
    """One text on its way: what was said last, and by whom."""

    def __init__(self, text: str, language: str, grammar: Grammar) -> None:
        self._text = text
        self._language = language
        self._grammar = grammar
        self._people = People(text, grammar)
        self._last: tuple[Statement, Attribution] | None = None

    def find(self) -> list[Statement]:
        text, grammar = self._text, self._grammar
        of_transcript = turns(text, grammar)
        if of_transcript:
            said = (self._statement(*turn, StatementKind.TURN) for turn in of_transcript[:MOST_STATEMENTS])
            return [statement for statement in said if statement is not None]
        spoken = [one for one in quotations(text, grammar) if self._is_spoken(one)]
        pieces: list[tuple[Quotation, Attribution | None, StatementKind]] = []
        taken: list[tuple[int, int]] = []
        for number, quotation in enumerate(spoken[:MOST_STATEMENTS]):
            found = self._attribution(spoken, number, pieces)
            pieces.append((quotation, found, StatementKind.DIRECT))
            taken.append((quotation.opens, quotation.closes))
            if found is not None:
                taken.append((found.start, found.end))
        pieces += [(where, found, StatementKind.DIRECT) for where, found in dash_speech(text, grammar)]
        busy = sorted((*taken, *((where.opens, where.closes) for where, _, _ in pieces)))
        pieces += [(where, found, StatementKind.INDIRECT) for where, found in reported(text, busy, grammar)]
        pieces.sort(key=lambda piece: piece[0].start)
        found_all = (self._statement(*piece) for piece in pieces[:MOST_STATEMENTS])
        return [statement for statement in found_all if statement is not None]

    def _is_spoken(self, quotation: Quotation) -> bool:
        """Say whether words between marks are speech; a term and a title are only where "деп" follows."""
        if not quotation.is_term(self._text) and not self._is_title(quotation):
            return True
        behind = self._text[quotation.closes : quotation.closes + _NEXT_WORD].split()
        return any(self._grammar.kind(word.strip(",")) & Word.QUOTATIVE for word in behind[:2])

    def _is_title(self, quotation: Quotation) -> bool:
        """Say whether marks hold what a word before them names: the law «On water», which goes on."""
        text, opens = self._text, quotation.opens
        if not text[quotation.start].isupper() or quotation.ends_speech(text):
            return False
        word = _WORD_BEFORE.search(text, max(0, opens - _NEXT_WORD), opens)
        if word is None or self._grammar.kind(word[1]) & _NOT_NAMING:
            return False
        opening = (
            not self._grammar.verb_final and text[max(0, word.start() - 2) : word.start()].strip() in "."
        )
        return word[1][0].islower() or opening

    def _attribution(
        self,
        spoken: list[Quotation],
        number: int,
        pieces: list[tuple[Quotation, Attribution | None, StatementKind]],
    ) -> Attribution | None:
        text, quotation = self._text, spoken[number]
        start = text.rfind("\n", 0, quotation.opens) + 1
        end = text.find("\n", quotation.closes)
        end = len(text) if end < 0 else end
        last = pieces[-1] if pieces and pieces[-1][0].closes > start else None
        following = spoken[number + 1].opens if number + 1 < len(spoken) else end
        taken_to = start
        if last is not None:
            taken_to = last[0].closes
            if last[1] is not None:
                taken_to = max(taken_to, min(last[1].end, quotation.opens))
        found = attribute(text, quotation, (taken_to, min(end, following)), self._grammar)
        if found is not None:
            return found
        if last is not None and last[1] is not None and self._goes_on(last[0], last[1], quotation):
            return replace(last[1], rule="continued")
        if start == quotation.opens and start > 1:
            stop = len(text[:start].rstrip()) if start < _GAP else start - _blank_before(text, start)
            return introduction(text, text.rfind("\n", 0, stop) + 1, stop, self._grammar)
        return None

    def _goes_on(self, last: Quotation, found: Attribution, quotation: Quotation) -> bool:
        """Say whether nothing but the attribution's own sentence stands between two quotations."""
        begin = last.closes if found.end <= last.start else max(found.end, last.closes)
        if quotation.opens - begin > _GAP:
            return False
        gap = tokens(self._text, begin, quotation.opens, self._grammar)
        while gap and not gap[-1].is_word:
            gap.pop()
        if self._text[begin : quotation.opens].rstrip()[-1:].isalnum() and len(gap) > _JOINING_WORDS:
            return False  # "..., said X, who calls it «...»"
        return not any(
            token.text in _STOPS or (token.kind & Word.VERB and not _goes_on_speaking(gap, number))
            for number, token in enumerate(gap)
        )

    def _statement(
        self, where: Quotation, found: Attribution | None, kind: StatementKind
    ) -> Statement | None:
        speaker, office, rule, confidence = None, None, "none", 0.0
        if found is not None:
            speaker, office, rule, confidence = self._speaker(where, found)
        elif where.end - where.start < _LONG:
            return None
        statement = Statement(
            speaker=speaker,
            office=office,
            words=self._text[where.start : where.end],
            verb=found.verb if found is not None else None,
            rule=rule,
            kind=kind,
            language=self._language,
            confidence=confidence if speaker is not None else 0.0,
            start=where.start,
            end=where.end,
        )
        if found is not None and speaker is not None and rule in _ANTECEDENTS:
            self._last = (statement, found)
        return statement

    def _speaker(self, where: Quotation, found: Attribution) -> tuple[str | None, str | None, str, float]:
        """Return the speaker, the office, the rule and its confidence."""
        phrase = found.phrase
        if phrase.pronoun is not None:
            speaker = self._meant(where, found)
            if speaker is None:
                return None, None, found.rule, 0.0
            return speaker[0], speaker[1], "pronoun", _BY_PRONOUN
        if phrase.name is not None:
            return self._named(phrase.name, found)
        holder = self._people.holder(phrase.office or "")
        if holder is None:
            return None, phrase.office, found.rule, 0.0
        return holder, self._people.resolve(holder)[1] or phrase.office, "office", _BY_OFFICE

    def _named(self, written: str, found: Attribution) -> tuple[str | None, str | None, str, float]:
        """Return whom a name as written means; no speaker where it proves to be an office's or no name."""
        office, people = found.phrase.office, self._people
        if found.rule in _OBLIQUE and self._grammar.genitive:
            name = people.nominative(written)
        else:
            name = people.upright(_cased(written) if found.rule == "turn" else written, office)
            office = f"{office} {written}" if office and name is None else office
        speaker, known = (None, None) if name is None else people.resolve(name)
        proved = found.rule not in _OPENING or written.isupper()
        if speaker is None or not people.is_name(speaker, proved=proved):
            return None, office, found.rule, 0.0
        return speaker, _cased(office or known), found.rule, CONFIDENCE[found.rule]

    def _meant(self, where: Quotation, found: Attribution) -> tuple[str, str | None] | None:
        """Return whom a pronoun means: the last speaker, if nobody else was named since. Else None."""
        if self._last is None:
            return None
        statement, last = self._last
        if statement.speaker is None or found.start - max(last.end, statement.end) > _PRONOUN_REACH:
            return None
        if found.start < last.end:
            return statement.speaker, statement.office
        own = set(statement.speaker.split())
        between = tokens(self._text, last.end, found.start, self._grammar)
        named = [
            token
            for token in between
            if token.is_capital and not token.kind and token.text not in own and len(token.text) > 1
        ]
        quoted = ((statement.start, statement.end), (where.start, where.end))
        if any(not any(start <= token.start < end for start, end in quoted) for token in named):
            return None
        return statement.speaker, statement.office


def _goes_on_speaking(gap: list[Token], number: int) -> bool:
    """Say whether a verb has the speaker before for its subject: ", adding", "and said"."""
    before = gap[number - 1] if number else None
    return before is None or before.text in _LINKS or bool(before.kind & Word.BETWEEN)


@overload
def _cased(words: str) -> str: ...


@overload
def _cased(words: str | None) -> str | None: ...


def _cased(words: str | None) -> str | None:
    return words.title() if words is not None and words.isupper() and len(words) > 4 else words


_BLANK = re.compile(r"\s+\Z")


def _blank_before(text: str, end: int) -> int:
    found = _BLANK.search(text, max(0, end - 20), end)
    return len(found[0]) if found else 0
