"""Who of a watchlist's people and states speaks in a text. In: statements and finds. Out: speeches. Pure.

A speaker counts by a place where the text itself names that person or state, so that evidence can be shown.
"""

from bisect import bisect_right
from collections.abc import Sequence

from publisher.matching.automaton import Automaton, Found
from publisher.matching.document import Document, Said
from publisher.matching.places import Speech

Speakers = Sequence[tuple[Said, list[Found]]]

# Two line ends: no term goes from one speaker to the next.
_BETWEEN = "\n\n"


def speakers_of(automaton: Automaton, document: Document) -> list[tuple[Said, list[Found]]]:
    """Return the statements whose speaker's name and office have finds, with these."""
    names = _BETWEEN.join(said.speaker for said in document.said)
    coded = automaton.alphabet.code(names)
    found = automaton.find(
        automaton.hits(coded),
        coded,
        names,
        language=document.language,
        source_country=document.source_country,
        day=document.day,
    )
    by_line: list[tuple[Said, list[Found]]] = []
    end = at = 0
    for said in document.said:
        end += len(said.speaker) + len(_BETWEEN)
        first = at
        while at < len(found) and found[at].start < end:
            at += 1
        if at > first:
            by_line.append((said, found[first:at]))
    return by_line


def speeches_in(found: Sequence[Found], speakers: Speakers) -> list[Speech]:
    """Return the statements whose speaker is among the finds of the text, each with the nearest such find."""
    places: dict[tuple[str, str], list[Found]] = {}
    for one in found:
        places.setdefault(_key(one), []).append(one)
    speeches = [
        Speech(said.start, said.end, _nearest(places[_key(one)], said.start))
        for said, named in speakers
        for one in named
        if one.country is not None and _key(one) in places
    ]
    return sorted(speeches, key=lambda speech: speech.start)


def _key(one: Found) -> tuple[str, str]:
    return one.form.term.list, one.form.term.text


def _nearest(places: Sequence[Found], position: int) -> Found:
    """Return the last place before a position, or the first one after it."""
    at = bisect_right(places, position, key=lambda one: one.start)
    return places[max(0, at - 1)]
