"""A statement: words that an article attributes to a speaker. How it is found stands in crawler/reading."""

from dataclasses import dataclass
from enum import StrEnum


class StatementKind(StrEnum):
    """How the words stand in the article: between marks, reported, or as a turn of a transcript."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    TURN = "turn"


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """Words of an article and who said them. `words` is exactly `Article.text[start:end]`.

    Marks around a quotation are left out; where it runs over several paragraphs, those inside stay.
    `speaker` is the fullest name that the article gives, None where no rule is sure. `office` is the office
    as the article words it, also where only the office is known. `verb` is as found. `rule` names the rule
    that decided ("verb name", "pronoun"...); `confidence` (0 to 1) is the rule's, 0 without a speaker.
    """

    speaker: str | None
    office: str | None
    words: str
    verb: str | None
    rule: str
    kind: StatementKind
    language: str
    confidence: float
    start: int
    end: int
