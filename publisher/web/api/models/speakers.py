"""Speakers and offices as the API answers them. Values only."""

from datetime import date, datetime

from pydantic import Field

from publisher.web.api.models.articles import StatementItem
from publisher.web.api.models.base import Answer, Name, Page
from storage.records.voices import VoiceKind

_MOMENT = "2026-11-20T05:30:00Z"


class TenureItem(Answer):
    """One person's time in one office, as the registry of offices has it."""

    of: str = Field(description="whose office: ISO code of a state, or an organisation", examples=["KZ"])
    office: str = Field(examples=["foreign minister"])
    name: str = Field(description="who held it; a body holds its own")
    since: str | None = Field(description="a year, a month or a day; null: not known", examples=["2024-05"])
    until: str | None = Field(description="null: still in office, or not known")
    source: str | None = Field(description="where that was seen")
    unsure: bool = Field(description="whether it is from memory")


class SpeakerItem(Answer):
    """Somebody with statements, under all spellings."""

    id: str = Field(
        description="of the registry: state and name, or state and office; else the name's words in Latin "
        "letters, after ^ those of an office. It stays while the registry and those words do",
        examples=["KZ/Kassym-Jomart Tokayev"],
    )
    kind: VoiceKind = Field(
        description="person and office are of the registry; unknown: a name or an office as articles have it"
    )
    name: Name
    office: Name | None = Field(description="the office of the newest statement that says it")
    country: str | None = Field(description="whom they speak for: ISO code or organisation", examples=["KZ"])
    statements: int = Field(description="how many of those that are asked for, in all articles", ge=0)
    last: datetime | None = Field(
        description="when the article of the newest of all statements was first seen", examples=[_MOMENT]
    )
    spellings: list[Name] = Field(description="other names that articles have, the most frequent six")


class OfficeItem(SpeakerItem):
    """An office or a body that spoke without a name that is sure."""

    holders: list[TenureItem] = Field(description="who held it when; empty: the registry does not know it")


class SpeakerWhole(SpeakerItem):
    """All that the page of a speaker shows."""

    offices: list[TenureItem] = Field(
        description="a person's offices, the last one first; an office's holders"
    )
    days: dict[date, int] = Field(description="statements on each day of the last year that has some")
    languages: dict[str, int] = Field(description="statements in each language, the most first")
    about: dict[str, int] = Field(
        description="statements that name a state, an organisation, or a person of the registry by id"
    )
    newest: list[StatementItem] = Field(description="the newest 30 statements, the last that came first")


class SpeakerPage(Page):
    """Speakers, by id."""

    items: list[SpeakerItem]


class OfficePage(Page):
    """Offices, by id."""

    items: list[OfficeItem]
