"""Who holds which office on a day, and what is wrong with the registry of offices. Pure.

In: files of term lists, whose people have offices. Out: holdings, and faults in words. Makes no forms.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from core.text import fold_text
from publisher.matching.days import Day, first_day, last_day
from publisher.matching.spec import Body, Person, Tenure, TermFile, TermList, Terms

# A successor is named within days, elected within months.
GAP = timedelta(days=60)
# Kinds of faults that ask for a second look and are no mistakes.
UNSURE = frozenset({"unsure", "form"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Holding:
    """One person's time in one office of a state or an organisation, `of`.

    `since` and `until` are as written, None where unknown or still in office. `names`: language to names.
    """

    of: str
    office: str
    name: str
    since: Day | None
    until: Day | None
    source: str | None
    unsure: bool
    group: str
    names: Mapping[str, tuple[str, ...]]

    def on(self, day: date) -> bool:
        """Say whether the person may hold the office then: in the month or year of a change both do."""
        begun = self.since is None or first_day(self.since) <= day
        return begun and (self.until is None or day <= last_day(self.until))


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficeFault:
    """Something that a maintainer of the registry should look into. `kind`: overlap, gap, name, office..."""

    kind: str
    of: str
    office: str
    message: str


def holdings(files: Iterable[TermFile]) -> tuple[Holding, ...]:
    """Return everybody's offices, by state, office and time."""
    found = [
        one
        for file in files
        for name, of in file.lists.items()
        for one in (
            *(one for person in of.people for one in holdings_of(name, of, person)),
            *(body_holding(name, of, body) for body in of.bodies),
        )
    ]
    return tuple(sorted(found, key=lambda one: (one.of, one.office, _begin(one), one.name)))


def holdings_of(name: str, of: TermList, person: Person) -> Iterator[Holding]:
    """Yield the offices of one of a list's people, the last one first."""
    for tenure in person.tenures:
        yield _holding(name, of, person, tenure)


def body_holding(group: str, of: TermList, body: Body) -> Holding:
    """Return a body as its own holder, at all times."""
    return Holding(
        of=of.country or "",
        office=body.office,
        name=body.name,
        since=None,
        until=None,
        source=body.source,
        unsure=body.unsure,
        group=group,
        names=_names(body.terms),
    )


def holders_on(registry: Iterable[Holding], day: date) -> tuple[Holding, ...]:
    """Return who may hold an office on that day."""
    return tuple(one for one in registry if one.on(day))


def office_faults(files: Iterable[TermFile], *, gap: timedelta = GAP) -> tuple[OfficeFault, ...]:
    """Return overlaps, gaps, unknown offices, missing names, and what is unsure or has no source.

    Only what the written days make certain: "until 2022" and "since 2022" neither overlap nor leave a gap.
    """
    return tuple(itertools.chain.from_iterable(_faults(file, gap) for file in files))


def _faults(file: TermFile, gap: timedelta) -> Iterator[OfficeFault]:
    known = {office.name: office for office in file.offices}
    registry = holdings([file])
    for one in registry:
        if one.office not in known:
            yield _fault("office", one, f"{one.name}: the file's `offices` do not have this office")
        if one.unsure:
            yield _fault(
                "unsure", one, f"{one.name}: office or days are from memory; find a page that says so"
            )
        elif one.source is None:
            yield _fault("source", one, f"{one.name}: add `source`, or `unsure: true`")
    for _, of_office in itertools.groupby(registry, key=lambda one: (one.of, one.office)):
        terms = list(of_office)
        office = known.get(terms[0].office)
        if office is not None and not office.many:
            yield from _overlaps(terms)
            yield from _gaps(terms, gap)
    for of in file.lists.values():
        for listed in _listed(of):
            yield from _name_faults(listed, of, file)
    yield from _body_gaps(file)
    yield from _shared_names(file)


def _body_gaps(file: TermFile) -> Iterator[OfficeFault]:
    """Yield the bodies that one state of the file has by name or title and another one has not."""
    by_title = {body.office for body in file.bodies}
    states = [of for of in file.lists.values() if of.state]
    wanted = {body.office for of in states for body in of.bodies}
    wanted -= {office.name for office in file.offices if office.some}
    for of in states:
        for office in sorted(wanted - by_title - {body.office for body in of.bodies}):
            yield OfficeFault(
                kind="gap",
                of=of.country or "",
                office=office,
                message="no such body, neither by name nor by title, although other states have one",
            )


def _listed(of: TermList) -> tuple[Person | Body, ...]:
    return (*of.people, *of.bodies)


def _shared_names(file: TermFile) -> Iterator[OfficeFault]:
    """Yield names of bodies that mean somebody else too, in one language: nobody could tell who is meant."""
    owners: dict[tuple[str, str], Person | Body] = {}
    for of in file.lists.values():
        for one in _listed(of):
            for code, names in _names(one.terms).items():
                for name in names:
                    other = owners.setdefault((code, fold_text(name)), one)
                    if other is not one and (isinstance(one, Body) or isinstance(other, Body)):
                        message = f"{name!r} ({code}) means {other.name} and {one.name}"
                        yield OfficeFault(
                            kind="overlap", of=of.country or "", office=one.office, message=message
                        )


def _overlaps(terms: list[Holding]) -> Iterator[OfficeFault]:
    for one, other in itertools.combinations(terms, 2):
        first, second = sorted((one, other), key=_begin)
        left = first_day(first.until) if first.until is not None else None
        if first.since is None and second.since is None:
            # Nothing is known of either's beginning: they overlap if neither has left.
            certain = first.until is None and second.until is None
        else:
            certain = second.since is not None and (left is None or last_day(second.since) < left)
        if certain:
            yield _fault("overlap", second, f"{first.name} and {second.name} hold it at once")


def _gaps(terms: list[Holding], gap: timedelta) -> Iterator[OfficeFault]:
    for one in terms:
        if one.until is None:
            continue
        left = last_day(one.until)
        later = [
            other
            for other in terms
            if other is not one and (other.until is None or last_day(other.until) > left)
        ]
        begins = [_begin(other) for other in later]
        if not begins:
            yield _fault("gap", one, f"nobody after {one.name}, who left in {one.until}")
        elif min(begins) > left + gap:
            yield _fault("gap", one, f"nobody from {left} to {min(begins)}, after {one.name}")


def _name_faults(person: Person | Body, of: TermList, file: TermFile) -> Iterator[OfficeFault]:
    country = (person.country if isinstance(person, Person) else None) or of.country or ""
    for code in file.own.get(country, ()):
        if not person.terms.get(code):
            yield OfficeFault(
                kind="name", of=country, office=person.office, message=f"{person.name}: no name in {code}"
            )
    for code, terms in person.terms.items():
        for term in terms:
            if term.unsure:
                yield OfficeFault(
                    kind="form",
                    of=country,
                    office=person.office,
                    message=f"{person.name}: {term.term!r} ({code}) is from memory; find it on a page",
                )


def _holding(group: str, of: TermList, person: Person, tenure: Tenure) -> Holding:
    return Holding(
        of=person.country or of.country or "",
        office=tenure.office,
        name=person.name,
        since=tenure.since,
        until=tenure.until,
        source=tenure.source,
        unsure=tenure.unsure,
        group=group,
        names=_names(person.terms),
    )


def _names(terms: Terms) -> dict[str, tuple[str, ...]]:
    return {
        code: tuple(dict.fromkeys(itertools.chain.from_iterable((one.term, *one.aliases) for one in specs)))
        for code, specs in terms.items()
    }


def _begin(one: Holding) -> date:
    return first_day(one.since) if one.since is not None else date.min


def _fault(kind: str, one: Holding, message: str) -> OfficeFault:
    return OfficeFault(kind=kind, of=one.of, office=one.office, message=message)
