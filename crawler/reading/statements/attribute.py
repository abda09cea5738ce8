"""Which phrase beside a quotation names its speaker, and by which rule."""

from dataclasses import replace

from crawler.reading.statements.ahead import speaker_ahead, speaker_before
from crawler.reading.statements.attribution import Attribution
from crawler.reading.statements.behind import speaker_behind
from crawler.reading.statements.clause import last_sentence, open_sentence, tokens
from crawler.reading.statements.grammar import Grammar
from crawler.reading.statements.spans import Quotation

# Characters of a clause that are looked at on each side of a quotation.
_CLAUSE = 300


def attribute(text: str, quotation: Quotation, room: tuple[int, int], grammar: Grammar) -> Attribution | None:
    """Return who speaks a quotation. `room` bounds its paragraph's free text before and behind it."""
    stop = min(room[1], quotation.closes + _CLAUSE)
    behind = tokens(text, quotation.closes, stop, grammar, one_sentence=True)
    ahead = (max(room[0], quotation.opens - _CLAUSE), quotation.opens)
    found = speaker_behind(text, quotation, behind, ahead, grammar)
    return found or speaker_ahead(text, open_sentence(text, *ahead, grammar), grammar)


def introduction(text: str, start: int, end: int, grammar: Grammar) -> Attribution | None:
    """Find the speaker in a paragraph that ends with a colon, for the quotation that is the next one."""
    if text[end - 1] != ":":
        return None
    clause = last_sentence(tokens(text, max(start, end - _CLAUSE), end, grammar))
    found = speaker_before(text, clause, grammar)
    return None if found is None else replace(found, rule="introduced")
