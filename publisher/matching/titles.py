"""Titles that carry their state ("Kazakh FM", "глава МИД Узбекистана") as people of that state's list. Pure.

In: patterns of titles, and a list with its state's names in `state`. Out: the list with a person for each
title: whoever holds the office on the day of a text. Makes no forms (see `forms`).
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from publisher.matching.spec import Names, Person, TermFile, TermList, Terms, TermSpec, Title

# Long before any text: a former holder's office ended before its day.
_BEFORE = date(1, 1, 1)
_DAYS = {"office", "since", "until"}
_FORMER = "{former}"
_PLACE = re.compile(r"{(\w+)}")


class TitleHolder(Person):
    """Whoever holds an office: `holders` are those whom the list names for it."""

    holders: tuple[Person, ...] = ()


class TitleError(ValueError):
    """A pattern that asks for a name that the list's `state` does not have."""


def with_titles(spec: TermList, of: TermFile) -> TermList:
    """Return the list with its bodies, its state's titles, and those of former holders. Raises TitleError."""
    people = [
        *spec.people,
        *(
            TitleHolder(name=body.name, office=body.office, country=spec.country, terms=body.terms)
            for body in spec.bodies
        ),
    ]
    if spec.state:
        people += _by_title(spec, of)
    return spec.model_copy(update={"people": tuple(people)})


def _by_title(spec: TermList, of: TermFile) -> Iterator[TitleHolder]:
    """Yield whoever holds the offices of a state, and its bodies, by title."""
    plain = dict.fromkeys(spec.state, ("",))
    for body in of.bodies:
        if terms := _filled(body, spec.state, plain):
            name = f"{body.office}, by title"
            yield TitleHolder(name=name, office=body.office, country=spec.country, terms=terms)
    for title in of.titles:
        holders = tuple(_holders(spec.people, title.office))
        for former, until in ((plain, None), (of.former, _BEFORE)):
            terms = _filled(title, spec.state, former)
            if terms:
                yield TitleHolder(
                    name=f"{title.office}, by title",
                    office=title.office,
                    country=spec.country,
                    until=until,
                    terms=terms,
                    holders=holders if until is None else (),
                )


def _holders(people: Sequence[Person], office: str) -> Iterator[Person]:
    """Yield everybody who holds or held an office, as its holder."""
    for person in people:
        for tenure in person.tenures:
            if tenure.office == office:
                yield person.model_copy(update={**tenure.model_dump(include=_DAYS), "earlier": ()})


def _filled(title: Title, state: Names, former: Mapping[str, Sequence[str]]) -> Terms:
    filled = {
        code: tuple(
            spec.model_copy(update={"term": term})
            for spec in specs
            for term in _fill(spec, title, state[code], former[code])
        )
        for code, specs in title.terms.items()
        if code in state and code in former
    }
    return {code: specs for code, specs in filled.items() if specs}


def _fill(
    spec: TermSpec, title: Title, names: Mapping[str, Sequence[str]], former: Sequence[str]
) -> Iterator[str]:
    """Yield a pattern with every name of the state; "former" stands where it says, or before it all."""
    pattern = spec.term if _FORMER in spec.term else _FORMER + spec.term
    wanted = sorted(set(_PLACE.findall(pattern)) - {"former"})
    missing = [name for name in wanted if name not in names]
    if missing:
        raise TitleError(f"the title {title.office!r} asks for {missing[0]!r}, which `state` does not have")
    for ways in itertools.product(former, *(names[name] for name in wanted)):
        values = dict(zip(["former", *wanted], ways, strict=True))
        if values["former"] and not values["former"].endswith("-"):
            values["former"] += " "
        yield pattern.format_map(values)
