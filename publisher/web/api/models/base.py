"""What all answers of the API have: the base, ids and addresses, failures, pages.

Every moment is ISO 8601 in UTC. A field may be added to any shape; none is renamed or taken away.
"""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from core.article import LONGEST_NAME, LONGEST_SUBTITLE, LONGEST_TITLE
from core.text import cut

_ARTICLE_URN = "urn:uuid:350b891c-e591-506a-b6ec-bb1b0a81c87a"
_MOMENT = "2026-11-20T05:30:00Z"


class Answer(BaseModel):
    """The base of all answers."""

    model_config = ConfigDict(frozen=True)


ArticleId = Annotated[
    int, Field(description="number in this database; the address of its page and here", examples=[1])
]
ArticleUrn = Annotated[
    str,
    Field(
        description="made of address and language: the same in feeds, and after a rebuild",
        examples=[_ARTICLE_URN],
    ),
]
SourceId = Annotated[str, Field(description="id of its source", examples=["kz-ministry"])]
Language = Annotated[
    str, Field(description='code of a language; "und" where it is not recognised', examples=["en", "uz-Latn"])
]
FirstSeen = Annotated[datetime, Field(description="when it was first seen here", examples=[_MOMENT])]
StoryId = Annotated[int, Field(description="number of its story in this database", examples=[1])]
# What was stored before reading had bounds, or was imported, is as long as it is: it is answered cut.
Title = Annotated[
    str,
    AfterValidator(lambda title: cut(title, LONGEST_TITLE)),
    Field(description="its title", examples=["Treaty to be signed in Astana"]),
]
Subtitle = Annotated[str, AfterValidator(lambda text: cut(text, LONGEST_SUBTITLE))]
Name = Annotated[str, AfterValidator(lambda name: cut(name, LONGEST_NAME))]
Address = Annotated[str, Field(description="its address", examples=["https://ministry.example/news/1"])]


class Failure(Answer):
    """What every error is."""

    error: str = Field(
        description="what was wrong, and what to do", examples=["source: there is no 'nobody'"], min_length=1
    )


class Page(Answer):
    """What all listings have."""

    next: str | None = Field(description="address of the next page; null: this is the last one")
