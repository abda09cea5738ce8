"""What is matched: a text with what is known of it. A value."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """Words text[start:end], and who says them: the name, the office, or both, as the text words them."""

    speaker: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """What is matched. `source_country` is the ISO code of the state where its source sits, if known.

    `official`: the source speaks for that state. `published` decides who held which office; without it nobody
    is known not to. `said` are the text's statements with a speaker, in order.
    """

    title: str
    text: str
    language: str | None
    source_country: str | None = None
    official: bool = False
    said: tuple[Said, ...] = ()
    published: datetime | None = None

    @property
    def day(self) -> date | None:
        """The day of publication."""
        return self.published.date() if self.published is not None else None
