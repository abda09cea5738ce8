"""The speaker before a quotation: "X said: «", "X came, saying: «", "According to X, «", "X: «"."""

import re
from collections.abc import Sequence

from crawler.reading.statements.attribution import Attribution, according_after, found_at, is_inflected
from crawler.reading.statements.behind import behind_verb
from crawler.reading.statements.clause import AND, Token, according_at, verb_at
from crawler.reading.statements.grammar import Grammar, Word, plain
from crawler.reading.statements.phrases import Phrase, phrase_before, phrase_from

_TRAILING = frozenset(",:–—-―")
_VERB_TO_QUOTE = 14


def speaker_ahead(text: str, clause: list[Token], grammar: Grammar) -> Attribution | None:
    """Return who speaks what stands behind a clause."""
    return speaker_before(text, clause, grammar) or _colon(text, clause, grammar)


def speaker_before(text: str, clause: list[Token], grammar: Grammar) -> Attribution | None:
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
        if phrase is None and (grammar.reach or number == 0) and not grammar.verb_final:
            phrase = behind_verb(whole, verb, grammar)
        if phrase is None and grammar.verb_final:
            phrase = _opening(whole, number, grammar)
        if phrase is None and _is_participle(whole, number, grammar):
            phrase = _subject(text, whole, number, grammar)
        if phrase is not None:
            return found_at(text, whole, phrase, (number, verb), "name verb quotation")
        return None
    for number in range(min(end, 3)):
        behind = according_at(whole, number, grammar)
        phrase = phrase_from(whole, behind, grammar) if behind is not None else None
        if phrase is not None and behind is not None:
            return found_at(text, whole, phrase, (number, behind), "according to")
    return according_after(text, whole, grammar)


def _is_participle(clause: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """Say whether a verb takes the sentence's subject: "Testov left, saying", "Testov came and said"."""
    if at == 0 or clause[at - 1].text in AND:
        return at > 0
    return clause[at - 1].text == "," and plain(clause[at].text).endswith(grammar.participle)


def _subject(text: str, clause: Sequence[Token], limit: int, grammar: Grammar) -> Phrase | None:
    """Return whose a second verb is: the first verb's speaker, else the name that opens the sentence."""
    for number in range(limit - 1, 0, -1):
        if verb_at(clause, number, grammar) is not None:
            phrase = phrase_before(clause, number, grammar)
            if phrase is not None:
                return phrase
    phrase = _opening(clause, limit, grammar)
    if phrase is None or phrase.name is None:
        return None
    if any(token.kind & Word.PRONOUN for token in clause[phrase.end : limit]):
        return None
    # A word that has its capital only from the sentence's beginning is no name.
    if " " not in phrase.name and re.search(rf"[a-zа-яё,] {re.escape(phrase.name)}\b", text) is None:
        return None
    return phrase


def _opening(clause: Sequence[Token], limit: int, grammar: Grammar) -> Phrase | None:
    """Return the phrase that opens a sentence, its subject; "At the debate, X": the one behind the comma."""
    begins = 0
    first = next(
        (token for token in clause[:limit] if not token.kind & Word.NO_NAME or token.kind & Word.PREPOSITION),
        None,
    )
    if first is not None and first.kind & Word.PREPOSITION and not grammar.verb_final:
        begins = next((n + 1 for n in range(limit) if clause[n].text == ","), 0)
    for number in range(begins, limit):
        token = clause[number]
        if token.kind & (Word.BETWEEN | Word.NO_NAME) or not token.is_word:
            continue
        phrase = phrase_from(clause, number, grammar)
        return phrase if phrase is not None and not is_inflected(phrase, grammar) else None
    return None


def _colon(text: str, clause: list[Token], grammar: Grammar) -> Attribution | None:
    """Find "X: «...»" where the name is all that the sentence has."""
    if len(clause) < 2 or clause[-1].text != ":":
        return None
    phrase = phrase_from(clause, 0, grammar)
    if phrase is None or phrase.name is None or phrase.end != len(clause) - 1:
        return None
    return found_at(text, clause, phrase, None, "name colon")
