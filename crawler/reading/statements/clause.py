"""Clauses as tokens, and the speech verbs among them. Bounded by the clause's length."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from crawler.reading.statements.grammar import Grammar, Word, plain

_TOKEN = re.compile(r"[^\W\d_](?:\w|[.'’ʻʼ‘`-](?=\w))*\.?|\d(?:[\w.,]*\w)?|''|[^\w\s]")
# Capitals of Cyrillic are above this letter; among Latin ones McCain and DeSantis are one word.
_LATIN = "\u0400"
# Letters, at least, of a word that a lost blank joined to another.
_JOINED = 5
INITIAL = re.compile(r"(?:[^\W\d_]h?\.)+$")
_STOPS = frozenset(".!?…;")
AND = frozenset({"and", "&", "и", "және", "жана", "va", "ва", "we"})


class Token(NamedTuple):
    """A word or a mark with what it can be. Many are made: a dataclass would take thrice as long."""

    text: str
    start: int
    end: int
    kind: int

    @property
    def is_word(self) -> bool:
        """Say whether it begins with a letter."""
        return self.text[0].isalpha()

    @property
    def is_capital(self) -> bool:
        """Say whether it begins with a capital."""
        return self.text[0].isupper()


def tokens(text: str, start: int, end: int, grammar: Grammar, *, one_sentence: bool = False) -> list[Token]:
    """Return the tokens of text[start:end]. A full stop belongs to initials and titles only.

    With `one_sentence` those before the first end of a sentence that is behind a word.
    """
    found: list[Token] = []
    kind_of = grammar.kind
    inside = False  # of brackets, where "(R-Fla.)" ends no sentence
    for match in _TOKEN.finditer(text, start, end):
        word = match[0]
        at, to = match.span()
        if word[-1] == "." and len(word) > 1:
            if not (INITIAL.match(word) or plain(word) in grammar.abbreviations):
                found.append(Token(word[:-1], at, to - 1, kind_of(word[:-1])))
                if one_sentence and not inside:
                    break
                found.append(Token(".", to - 1, to, 0))
                continue
        elif len(word) >= _JOINED and not word[1:].islower() and (seam := _seam(word, grammar)):
            found.append(Token(word[:seam], at, at + seam, kind_of(word[:seam])))
            if word[seam] == ".":
                if one_sentence and not inside:
                    break
                found.append(Token(".", at + seam, at + seam + 1, 0))
                seam += 1
            at, word = at + seam, word[seam:]
        elif word in _STOPS:
            if one_sentence and not inside and any(token.is_word for token in found):
                break
        elif word in "()":
            inside = word == "("
        # Half the time of Token(...), which is most of what statements cost.
        found.append(tuple.__new__(Token, (word, at, to, kind_of(word))))
    return found


def _seam(word: str, grammar: Grammar) -> int:
    """Return where a lost blank joined two words, "Testov.He" and "КазахстанаАман"; 0 where none did.

    Without a full stop one of them must be a known word: a company may be called so.
    """
    for at in range(2, len(word) - 1):
        before, sign, behind = word[at - 2 : at], word[at], word[at + 1]
        if not before.isalpha() or not (before.islower() or before.isupper()):
            continue
        if sign == "." and behind.isupper():
            return 0 if plain(word[: at + 1]) in grammar.abbreviations else at
        known = sign.isupper() and sign > _LATIN and behind.islower()
        if known and (grammar.kind(word[:at]) or grammar.kind(word[at:])):
            return at
    return 0


def last_sentence(clause: list[Token]) -> list[Token]:
    """Return the tokens behind the last end of a sentence."""
    for number in range(len(clause) - 1, -1, -1):
        if clause[number].text in _STOPS:
            return clause[number + 1 :]
    return clause


def open_sentence(text: str, start: int, end: int, grammar: Grammar) -> list[Token]:
    """Return the tokens of the sentence that is open at `end`, not before `start`."""
    # Two full stops back is far enough, even with an abbreviation between.
    stop = text.rfind(". ", start, max(start, text.rfind(". ", start, end)))
    return last_sentence(tokens(text, max(start, stop), end, grammar))


def verb_at(clause: Sequence[Token], at: int, grammar: Grammar) -> int | None:
    """Return the position behind the speech verb that begins at `at`; None where there is none."""
    token = clause[at]
    if token.kind & Word.OPENS_VERB:
        for words in grammar.phrases.get(plain(token.text), ()):
            if _follows(clause, at, words):
                return at + len(words)
    return at + 1 if token.kind & Word.VERB and not (at and token.is_capital) else None


def according_at(clause: Sequence[Token], at: int, grammar: Grammar) -> int | None:
    """Return the position behind the "according to" that begins at `at`."""
    for words in grammar.according.get(plain(clause[at].text), ()):
        if _follows(clause, at, words):
            return at + len(words)
    return None


def _follows(clause: Sequence[Token], at: int, words: Sequence[str]) -> bool:
    return len(clause) >= at + len(words) and all(
        plain(token.text) == word for token, word in zip(clause[at:], words, strict=False)
    )
