"""Speakers of the store, and offices of the registry, as the API answers them. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date

from publisher.matching import Holding
from publisher.web.api.models.speakers import OfficeItem, SpeakerItem, SpeakerWhole, TenureItem
from publisher.web.api.shapes.articles import statement_item
from storage.records.voices import Voice, VoiceCounts, VoiceStatement


def speaker_item(voice: Voice) -> SpeakerItem:
    """Return a speaker as listings show one."""
    return SpeakerItem(
        id=voice.key,
        kind=voice.kind,
        name=voice.name,
        office=voice.office,
        country=voice.country,
        statements=voice.statements,
        last=voice.last,
        spellings=list(voice.spellings),
    )


def office_item(voice: Voice, holders: Iterable[Holding]) -> OfficeItem:
    """Return an office with who held it."""
    return OfficeItem(**dict(speaker_item(voice)), holders=_tenures(holders))


def speaker_whole(
    voice: Voice, offices: Iterable[Holding], counts: VoiceCounts, newest: Sequence[VoiceStatement]
) -> SpeakerWhole:
    """Return all that is known of a speaker."""
    return SpeakerWhole(
        **dict(speaker_item(voice)),
        offices=_tenures(offices),
        days={date.fromisoformat(day): count for day, count in counts.days},
        languages=dict(counts.languages),
        about=dict(counts.about),
        newest=[statement_item(one.stored, one.position) for one in newest],
    )


def _tenures(holdings: Iterable[Holding]) -> list[TenureItem]:
    return [
        TenureItem(
            of=one.of,
            office=one.office,
            name=one.name,
            since=None if one.since is None else str(one.since),
            until=None if one.until is None else str(one.until),
            source=one.source,
            unsure=one.unsure,
        )
        for one in holdings
    ]
