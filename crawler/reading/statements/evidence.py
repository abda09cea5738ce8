"""Whether a word that a sentence opens with is a name: how the text writes it elsewhere. Text and word in."""

import re

from crawler.reading.statements.clause import INITIAL
from crawler.reading.statements.grammar import Grammar, Word, plain

# Places of a word that are looked at.
_MOST = 40
# Letters of an ending that a name may carry in a language that inflects names.
_ENDING = 4
_BLANKS = " \u00a0\u202f\u2009"
# A capital behind one of these inside a sentence is the word's own.
_INSIDE = frozenset(",;)%")
_LAST_WORD = re.compile(r"[^\s«»“”\"(]+\Z")


def is_name(text: str, word: str, grammar: Grammar) -> bool | None:
    """Say whether a single word is a name: it has its capital inside sentences, and more often than not.

    Capitals and digits behind its first letter prove it, and so does a surname's ending where the text has
    the word at the beginning of sentences only. None: the text does not tell.
    """
    if any(sign.isupper() or sign.isdigit() for sign in word[1:]):
        return True
    ending = _ENDING if grammar.genitive else 0
    named = common = 0
    for number, found in enumerate(re.finditer(rf"(?<!\w){re.escape(word)}(\w*)", text, re.IGNORECASE)):
        if number >= _MOST:
            break
        if len(found[1]) > ending:
            continue
        if text[found.start()].islower():
            common += 1
        elif _is_inside(text, found.start(), grammar):
            named += 1
    if not named and not common:
        return plain(word).endswith(grammar.surnames) or None
    return named > common


def _is_inside(text: str, at: int, grammar: Grammar) -> bool:
    """Say whether something of the same sentence stands before text[at]."""
    before = text[max(0, at - _ENDING * 10) : at].rstrip(_BLANKS)
    if not before or len(before) == min(at, _ENDING * 10):
        return False
    last = before[-1]
    if last == ".":
        word = _LAST_WORD.search(before)
        return word is not None and (
            INITIAL.match(word[0]) is not None or bool(grammar.kind(word[0]) & (Word.TITLE | Word.OFFICE))
        )
    if last in "”\"»'’":
        return before[-2:-1] == ","
    return last.isalnum() or last in _INSIDE
