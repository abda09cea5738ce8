"""Turns of a transcript: "SECRETARY BLINKEN: ...", "К.Токаев: ...". Text in, turns with speakers out."""

import re

from crawler.reading.statements.attribution import Attribution
from crawler.reading.statements.clause import tokens
from crawler.reading.statements.grammar import Grammar, Word
from crawler.reading.statements.phrases import Phrase, phrase_from
from crawler.reading.statements.spans import Quotation

_LABEL = re.compile(r"(?:^|(?<=\n))(?=[^\W\d_])([^\n:«»“”\"]{1,80}):[ \t\u00a0]+(?=\S)")
_INITIALS = re.compile(r"^(?:[^\W\d_]h?\. ?)+")
_FEWEST = 2
_MOST = 300
# Turns that begin later than this in the text belong to an article that only quotes a dialogue.
_SHARE = 0.5


def turns(text: str, grammar: Grammar) -> list[tuple[Quotation, Attribution]]:
    """Return the turns of a transcript, [] for other texts. Turns of a nameless asker have no name."""
    if text.count(":") < _FEWEST:
        return []
    labels = list(_LABEL.finditer(text))
    if len(labels) < _FEWEST:
        return []
    read = [(label, _speaker(text, label, grammar)) for label in labels[: 4 * _MOST]]
    kept = [(label, phrase) for label, phrase in read if phrase is not None]
    named = [phrase for _, phrase in kept if phrase.name is not None]
    if len(named) < _FEWEST or kept[0][0].start() > _SHARE * len(text):
        return []
    found: list[tuple[Quotation, Attribution]] = []
    for number, (label, phrase) in enumerate(kept[:_MOST]):
        end = kept[number + 1][0].start() if number + 1 < len(kept) else len(text)
        while end > label.end() and text[end - 1].isspace():
            end -= 1
        if phrase.name is None:
            continue  # a question of an unnamed journalist is nobody's statement
        where = Quotation(label.end(), end, label.start(), end)
        found.append((where, Attribution(phrase, None, "turn", label.start(1), label.end(1))))
    return found


def _speaker(text: str, label: re.Match[str], grammar: Grammar) -> Phrase | None:
    """Return whom a label names: capitals, an initial, or an office with a name. "Q" is a nameless asker."""
    words = label[1].strip()
    clause = tokens(text, label.start(1), label.end(1), grammar)
    if not clause or len(clause) > 10:
        return None
    if words[0].isupper() and len(clause) == 1 and clause[0].kind & (Word.NO_NAME | Word.PRONOUN):
        return Phrase(0, 1)
    phrase = phrase_from(clause, 0, grammar)
    if phrase is None or phrase.name is None or phrase.end != len(clause):
        return None
    if words.isupper() or _INITIALS.match(phrase.name) or phrase.office is not None or " " in phrase.name:
        return phrase
    return None
