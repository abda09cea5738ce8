"""A language's speech tables made ready: what a word can be, which marks open and close. Knows no text."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from core.language import Speech

# Marks that do not tell opening from closing.
STRAIGHT = frozenset({'"', "''", "＂"})
_APOSTROPHES = str.maketrans(dict.fromkeys("’ʻʼ‘`´", "'"))
_WORDS_KEPT = 20_000


class Word:
    """What a word can be in a clause that names a speaker, as bits. An IntFlag takes twice the time."""

    VERB: Final = 1
    OFFICE: Final = 2
    BESIDE_OFFICE: Final = 4
    TITLE: Final = 8
    PRONOUN: Final = 16
    BETWEEN: Final = 32
    PLACE: Final = 64
    NO_NAME: Final = 128
    THAT: Final = 256
    QUOTATIVE: Final = 512
    PREPOSITION: Final = 1024
    PARTICLE: Final = 2048
    ARTICLE: Final = 4096
    ALSO_NAME: Final = 8192
    OPENS_VERB: Final = 16384
    OPENS_PLACE: Final = 32768


class Grammar:
    """The tables of one language as look-ups. Made once for each language and process: see `grammar_of`."""

    def __init__(self, speech: Speech) -> None:
        self.verb_final = speech.order == "verb final"
        self.dash = speech.dash
        self.closers = _closers(speech.marks)
        straight = "|".join(
            re.escape(mark) for mark in sorted({*"".join(speech.marks), *self.closers}, key=len, reverse=True)
        )
        self.mark = re.compile(f"''|{straight}")
        verbs = {verb + ending for verb in speech.verbs for ending in speech.verb_endings}
        self.verbs = frozenset(verbs)
        self.phrases = _by_first(speech.verb_phrases)
        self.according = _by_first(speech.according)
        self.according_after = frozenset(speech.according_after)
        self.genitive = tuple(sorted(speech.genitive, key=len, reverse=True))
        self.countries = dict(speech.countries)
        self.reach = speech.reach
        self.bare = frozenset(speech.bare)
        self.that = frozenset(speech.that)
        self.as_words = frozenset(speech.as_words)
        self.addressing = frozenset(speech.addressing)
        self.participle = tuple(speech.participle_endings)
        self.same_office = speech.same_office
        self.contractions = tuple(speech.contractions)
        self.epithets = tuple(f"-{word}" for word in speech.epithets)
        self.surnames = tuple(speech.surnames)
        self.patronymics = tuple(speech.patronymics)
        self.indeclinable = tuple(speech.indeclinable)
        # What one pass over a text stops at: of each phrase that says "said" the word where the verb stands,
        # of each that says "according to" the longest one.
        place = -1 if self.verb_final else 0
        self.cues = self.verbs | {words[place] for phrases in self.phrases.values() for words in phrases}
        self.according_cues = self.according_after | {
            max(words, key=len) for phrases in self.according.values() for words in phrases
        }
        self.cues |= self.according_cues
        self._exact: dict[str, int] = {}
        self._stems: list[tuple[int, tuple[str, ...]]] = []
        tables = (
            (Word.VERB, verbs),
            (Word.OFFICE, speech.offices),
            (Word.BESIDE_OFFICE, speech.office_words),
            (Word.TITLE, speech.titles),
            (Word.PRONOUN, speech.pronouns),
            (Word.BETWEEN, speech.between),
            (Word.PLACE, (*speech.places, *self.countries)),
            (Word.NO_NAME, speech.not_names),
            (Word.THAT, speech.that),
            (Word.QUOTATIVE, speech.quotatives),
            (Word.PREPOSITION, speech.prepositions),
            (Word.PARTICLE, speech.particles),
            (Word.ARTICLE, speech.articles),
            (Word.ALSO_NAME, speech.also_names),
            (Word.OPENS_VERB, self.phrases),
            (Word.OPENS_PLACE, speech.place_openers),
        )
        for kind, words in tables:
            self._add(kind, words)
        self.abbreviations = frozenset(word for word in self._exact if word.endswith("."))
        self.kind = lru_cache(maxsize=_WORDS_KEPT)(self._kind)

    def _add(self, kind: int, words: Iterable[str]) -> None:
        for word in words:
            if not word.endswith("*"):
                self._exact[word] = self._exact.get(word, 0) | kind
        stems = tuple(word[:-1] for word in words if word.endswith("*"))
        if stems:
            self._stems.append((kind, stems))

    def folded(self, text: str) -> str:
        """Return a text with one kind of apostrophe; its length stays."""
        for mark in "’ʻʼ‘`´":
            if mark in text:
                text = text.replace(mark, "'")
        return text

    def _kind(self, word: str) -> int:
        """Return everything that a word as written can be."""
        lower = plain(word)
        kind = self._exact.get(lower, 0)
        for name, stems in self._stems:
            if lower.startswith(stems):
                kind |= name
        if not kind and self.contractions and lower.endswith(self.contractions):
            head = lower[: max(lower.rfind(ending) for ending in self.contractions if lower.endswith(ending))]
            kind = self._exact.get(head, 0) & Word.NO_NAME
        return kind


def plain(word: str) -> str:
    """Return a word as the tables spell it; its length stays."""
    return word.lower().translate(_APOSTROPHES)


@lru_cache(maxsize=32)
def grammar_of(speech: Speech) -> Grammar:
    """Return the look-ups of a language's tables."""
    return Grammar(speech)


def _closers(marks: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return opening mark -> marks that may close it; typists mix curly and straight ones."""
    closers: dict[str, set[str]] = {}
    for pair in marks:
        opener, closer = pair[: len(pair) // 2], pair[len(pair) // 2 :]
        closers.setdefault(opener, set()).add(closer)
        if len(opener) == 1 and opener not in "'‘":
            closers[opener].add('"')
    closers.setdefault('"', {'"'}).add("”")
    if "“" in closers:
        closers["“"].add("“")  # “so“, where it stands as a closing mark does
    return {opener: frozenset(found) for opener, found in closers.items()}


def _by_first(phrases: Iterable[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        words = tuple(phrase.split())
        found.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(rest, key=len, reverse=True)) for first, rest in found.items()}
