"""Who speaks, under one key for all spellings, and which states, organisations and people words name. Pure.

In: term lists with people, states and organisations; a speaker or words as an article has them, and its day.
Out: a speaker, or codes. Sees no stored text; decides nothing about relevance.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.text import fold_text
from publisher.matching.automaton import Automaton, Found
from publisher.matching.forms import FormList
from publisher.matching.spec import SOURCE_COUNTRY
from publisher.matching.term import Term

# Between a state and a person's name in a key; what has it is no state.
OF = "/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Speaker:
    """Somebody of the registry: a person, or an office or body whose holder is not sure."""

    key: str
    kind: Literal["person", "office"]
    name: str
    office: str | None
    country: str | None


class Voices:
    """The people, offices, states and organisations of term lists. Asking changes nothing."""

    def __init__(self, lists: Iterable[FormList]) -> None:
        told = {one.digest: one for one in lists if one.has_people or one.has_countries or one.short}
        found = [told[digest] for digest in sorted(told)]
        self._short = {one.name: one.short for one in found}
        self._automaton = Automaton(found)
        shorts = repr(sorted((name, sorted(short.items())) for name, short in self._short.items()))
        self.digest = hashlib.sha256(" ".join([*sorted(told), shorts]).encode()).hexdigest()[:16]

    def speaker(self, *, speaker: str | None, office: str | None, language: str, day: date) -> Speaker | None:
        """Return who of the registry speaks; None where it does not know, or knows several."""
        text = speaker or office or ""
        whole = [
            found
            for found in self._find(text, language, day, country=None)
            if found.form.term.office is not None and not (text[: found.start] + text[found.end :]).strip()
        ]
        people = {who.key: who for found in whole if (who := _speaker(found.form.term, day))}
        if len(people) > 1:
            # Somebody whose offices stand in two lists: the one of that day.
            serving = (found.form.term for found in whole if found.form.term.holds_office(day))
            people = {who.key: who for term in serving if (who := _speaker(term, day))}
        return next(iter(people.values())) if len(people) == 1 else None

    def country(self, office: str, *, language: str, day: date) -> str | None:
        """Return the state or organisation that an office's words name, if it is one."""
        found = {code for code in self.about(office, language=language, day=day) if OF not in code}
        return found.pop() if len(found) == 1 else None

    def about(self, words: str, *, language: str, day: date, country: str | None = None) -> tuple[str, ...]:
        """Return the states (ISO codes), organisations (short names) and people ("KZ/Name") that words name.

        `country` is the speaker's: whose "our country" it is.
        """
        codes: dict[str, None] = {}
        for found in self._find(words, language, day, country=country):
            codes.update(dict.fromkeys(self._codes(found, day)))
        return tuple(codes)

    def _codes(self, found: Found, day: date) -> Iterable[str]:
        term = found.form.term
        if found.country is not None and found.country != SOURCE_COUNTRY:
            yield found.country
        if term.office is not None and (person := _speaker(term, day)) and person.kind == "person":
            yield person.key
        short = self._short[term.list]
        code = short.get(found.form.folded) or short.get(fold_text(found.form.base))
        if code is not None:
            yield code

    def _find(self, text: str, language: str, day: date, *, country: str | None) -> list[Found]:
        coded = self._automaton.alphabet.code(text)
        hits = self._automaton.hits(coded)
        return self._automaton.find(hits, coded, text, language=language, source_country=country, day=day)


def _speaker(term: Term, day: date) -> Speaker | None:
    """Return a person, or the person who alone held a title's office on that day, else the office itself."""
    if term.is_name:
        return _person(term, day)
    held = [one for one in term.holders if one.holds_office(day)]
    if len(held) == 1:
        return _person(held[0], day)
    if term.country is None or not term.holds_office(day):
        return None
    return Speaker(
        key=f"{term.country}{OF}{term.office}",
        kind="office",
        name=term.office or "",
        office=None,
        country=term.country,
    )


def _person(term: Term, day: date) -> Speaker:
    return Speaker(
        key=f"{term.country or ''}{OF}{term.text}",
        kind="person",
        name=term.text,
        office=term.office_on(day),
        country=term.country,
    )
