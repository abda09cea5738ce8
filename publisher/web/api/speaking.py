"""The listings of speakers and of offices: what the page of speakers lists, by key, so that pages hold still.

Who speaks while somebody pages comes first on the page, and would be left out of a listing in that order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from publisher.asking import Ask, voice_ask
from publisher.web.api.listing import TIMES, Listing, Question, Rows
from publisher.web.api.models.speakers import OfficeItem, OfficePage, SpeakerItem, SpeakerPage
from publisher.web.api.paging import Key
from publisher.web.api.shapes.speakers import office_item, speaker_item
from publisher.web.registry import Registry
from publisher.web.site import InForce
from storage.records.voices import Voice, VoiceAsk

_TAKES = ("speaker", "office", "state", "language", "about", *TIMES)


def _registry(in_force: InForce) -> Registry:
    return Registry(in_force.watchlists.values())


def _told(ask: Ask, in_force: InForce, now: datetime) -> VoiceAsk:
    return voice_ask(ask, codes=_registry(in_force).codes, now=now)


def _found(question: Question[VoiceAsk], behind: Key | None, limit: int) -> Sequence[Voice]:
    asked = question.asked if behind is None else replace(question.asked, behind=str(behind[0]))
    with question.site.readers.lend() as store:
        return store.voices(asked, order="key", limit=limit)


def _speakers(question: Question[VoiceAsk], behind: Key | None, limit: int) -> Rows:
    return [((voice.key,), speaker_item(voice)) for voice in _found(question, behind, limit)]


def _told_offices(ask: Ask, in_force: InForce, now: datetime) -> VoiceAsk:
    return replace(_told(ask, in_force, now), offices=True)


def _offices(question: Question[VoiceAsk], behind: Key | None, limit: int) -> Rows:
    registry = _registry(question.in_force)
    return [
        ((voice.key,), office_item(voice, registry.offices_of(voice.key)))
        for voice in _found(question, behind, limit)
    ]


def _values(in_force: InForce) -> Mapping[str, Mapping[str, Any]]:
    codes = sorted(_registry(in_force).codes)
    return {
        "state": {
            "description": "whom a speaker speaks for: ISO code of a state, EU, or an organisation",
            "schema": {"type": "string", "enum": codes},
        }
    }


SPEAKERS = Listing(
    name="speakers",
    about="Who has statements, by id: people, offices and bodies. Times and languages ask of the statements; "
    "days count whole, by first sight.",
    takes=_TAKES,
    key=(str,),
    item=SpeakerItem,
    page=SpeakerPage,
    told=_told,
    batch=_speakers,
    values=_values,
)
OFFICES = Listing(
    name="offices",
    about="The offices and bodies among the speakers: whose words are those of an office, because nobody is "
    "named and no one person surely held it on that day. With who held it when.",
    takes=_TAKES,
    key=(str,),
    item=OfficeItem,
    page=OfficePage,
    told=_told_offices,
    batch=_offices,
    values=_values,
)
