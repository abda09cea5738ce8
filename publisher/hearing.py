"""Decides who says each statement that waits in the store, and what its words name; keeps that there.

In: statements as articles word them, and the registry in the watchlists' term lists. Out: speakers under one
key for all spellings. Runs behind the feeds, a bounded step a pass; a crash is repaired by the next pass.
"""

from collections.abc import Iterable

from publisher.matching import Voices
from publisher.matching.forms import FormList
from storage.records.voices import Heard, Unheard, Who
from storage.store import Store
from storage.words import plain

# About 0.1 ms each, and the thread has feeds to write.
PASS = 500


class Hearing:
    """Who speaks, by the term lists of one config."""

    def __init__(self, store: Store, lists: Iterable[FormList]) -> None:
        self._store = store
        self._lists = tuple(lists)
        self._voices: Voices | None = None

    def hear(self) -> int:
        """Decide on up to PASS statements; return how many those were. Raises StorageError."""
        if self._voices is None:
            self._voices = Voices(self._lists)
            self._store.hear_anew(self._voices.digest)
        waiting = self._store.unheard(limit=PASS)
        if waiting:
            self._store.hear([decide(one, self._voices) for one in waiting])
        return len(waiting)


def decide(said: Unheard, voices: Voices) -> Heard:
    """Return who says a statement: as the registry has it, else by the name's or the office's own words.

    An unknown name has one key in both scripts of a language, as far as its letters tell.
    """
    who = _who(said, voices)
    if who is None:
        return Heard(statement=said.statement, who=None)
    about = voices.about(said.words, language=said.language, day=said.at.date(), country=who.country)
    return Heard(statement=said.statement, who=who, about=tuple(code for code in about if code != who.key))


def _who(said: Unheard, voices: Voices) -> Who | None:
    if not (said.speaker or said.office):
        return None
    day = said.at.date()
    known = voices.speaker(speaker=said.speaker, office=said.office, language=said.language, day=day)
    if known is not None:
        return Who(
            key=known.key, kind=known.kind, name=known.name, office=known.office, country=known.country
        )
    name = said.speaker or said.office or ""
    words = plain(name)
    if not words:
        return None
    country = voices.country(said.office, language=said.language, day=day) if said.office else None
    return Who(
        key=f"{'' if said.speaker else '^'}{' '.join(words)}",
        kind="unknown",
        name=name,
        office=said.office if said.speaker else None,
        country=country,
    )
