"""What the registry of offices adds to a statement: an office's holder, or a speaker's office. Pure.

In: term lists with people, a statement, the day of its article. Out: a name with an office, only where the
registry's days and sources leave no doubt. Sees no text but the statement's speaker and office.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from core.statement import Statement
from publisher.matching.automaton import Automaton, Found
from publisher.matching.forms import FormList
from publisher.matching.term import Term


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Who held an office: the name as the registry has it, the office, the ISO code of its state."""

    name: str
    office: str
    country: str | None


class Offices:
    """The people and titles of term lists, to be asked about statements. Asking changes nothing."""

    def __init__(self, lists: Iterable[FormList]) -> None:
        people = {one.digest: one for one in lists if one.has_people}
        self.digests = tuple(sorted(people))
        self._automaton = Automaton(people[digest] for digest in self.digests)

    def holder(self, statement: Statement, day: date | None) -> Holder | None:
        """Return what a statement leaves out: its office's holder, or its speaker's office, on that day.

        None where it has both or neither, and where the registry is not sure.
        """
        if day is None or (statement.speaker is None) == (statement.office is None):
            return None
        if statement.speaker is None:
            found = self._whole(statement.office or "", statement.language, day)
            holders = {_only(one.form.term, day) for one in found}
        elif " " in statement.speaker.strip():
            found = self._whole(statement.speaker, statement.language, day)
            holders = {_in_office(one.form.term, day) for one in found}
        else:
            # Others may bear a surname.
            return None
        return holders.pop() if len(holders) == 1 else None

    def _whole(self, text: str, language: str, day: date) -> Iterator[Found]:
        """Yield the finds that are all of a text."""
        coded = self._automaton.alphabet.code(text)
        hits = self._automaton.hits(coded)
        found = self._automaton.find(hits, coded, text, language=language, source_country=None, day=day)
        return (one for one in found if not (text[: one.start] + text[one.end :]).strip())


def _only(title: Term, day: date) -> Holder | None:
    """Return who held a title's office, if nobody else may have held it on that day."""
    held = [one for one in title.holders if one.holds_office(day)]
    return _in_office(held[0], day) if len(held) == 1 else None


def _in_office(person: Term, day: date) -> Holder | None:
    """Return a person with the office that was surely held on that day."""
    sure = [one for one in (person, *person.earlier) if one.surely_held_on(day)]
    if len(sure) != 1 or sure[0].office is None:
        return None
    return Holder(name=person.text, office=sure[0].office, country=person.country)
