"""Models of what analysts write: term lists (`config/terms/`) and watchlists (`config/watchlists/`).

Checks shapes only; names are resolved in `load`, forms are made in `forms`.
"""

import unicodedata
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from core.country import State, StateOrBody, StateOrSource
from core.language import LANGUAGE_CODES
from core.source import Strict
from publisher.matching.days import first_day, last_day, when

ANY_LANGUAGE = "any"
SOURCE_COUNTRY = "source"
FIXED = "fixed"
STAR = "*"


def _spelling(written: str) -> str:
    """Return a spelling with single blanks; ValueError for one that would be found everywhere or nowhere."""
    spelling = " ".join(written.split())
    if any(unicodedata.category(character) == "Cc" for character in spelling):
        raise ValueError("has a control character, which no text has")
    stem = spelling.removesuffix(STAR)
    if STAR in stem:
        raise ValueError("a star stands only at the end of a term")
    fewest = 3 if stem != spelling else 2
    if len(stem) < fewest or all(unicodedata.category(character)[0] in "PZC" for character in stem):
        raise ValueError(f"too short to mean anything: at least {fewest} characters, not only signs")
    return spelling


Spelling = Annotated[str, AfterValidator(_spelling)]


class TermSpec(Strict):
    """One term. Plain text in YAML is the short way to write `term: text`."""

    term: Spelling = Field(description="base form; a star at the end stands for any ending: сотруднич*")
    word_class: str | None = Field(None, alias="class", description='how it changes; "fixed": not at all')
    stem: Spelling | None = Field(
        None, description="what stands before the endings, if not the term itself: посол, посл"
    )
    forms: tuple[Spelling, ...] = Field((), description="further forms, used as written")
    aliases: tuple[Spelling, ...] = Field((), description="other spellings; they change as the term does")
    exclude: tuple[str, ...] = Field((), description="generated forms that mean something else: после")
    derive: tuple[str, ...] = Field((), description="words made from it: person (қазақстандық)")
    exact: bool | None = Field(None, description="capitals must agree; left out: for abbreviations")
    only: bool = Field(False, description="count it only in texts of its own language")
    unsure: bool = Field(False, description="written from memory; `watchlist offices --check` lists it")


def _as_spec(value: object) -> object:
    if isinstance(value, str):
        return {"term": value}
    if isinstance(value, bool | int | float) or value is None:
        raise ValueError(f"expected a text; put it in quotation marks: {str(value).lower()!r}")
    return value


def _known_language(code: str) -> str:
    if code != ANY_LANGUAGE and code not in LANGUAGE_CODES:
        expected = ", ".join([*sorted(LANGUAGE_CODES), ANY_LANGUAGE])
        raise ValueError(f"not one of our languages: {expected}")
    return code


Terms = dict[
    Annotated[str, AfterValidator(_known_language)],
    tuple[Annotated[TermSpec, BeforeValidator(_as_spec)], ...],
]


When = Annotated[date | int | str, BeforeValidator(when)]


class Tenure(Strict):
    """Time in one office: days as 2019, 2019-03 or 2019-03-20. `until` set: no longer in it."""

    office: str
    since: When | None = None
    until: When | None = None
    source: str | None = Field(None, description="where office and days were seen")
    unsure: bool = Field(False, description="from memory: no page confirmed office or days")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since is not None and self.until is not None and first_day(self.since) > last_day(self.until):
            raise ValueError(f"{self.office}: `until` is before `since`")
        return self


class Person(Tenure):
    """Somebody whose name means a state or an organisation, with the last office and earlier ones."""

    name: str
    country: StateOrBody | None = Field(
        None, description="ISO code, or an organisation's letters; left out: that of the list"
    )
    earlier: tuple[Tenure, ...] = Field((), description="offices that the same person held before")
    terms: Terms

    @property
    def tenures(self) -> tuple[Tenure, ...]:
        """All the person's offices, the last one first."""
        return (self, *self.earlier)


class Body(Strict):
    """An institution that speaks for a state: its foreign ministry, its parliament. `office` says which."""

    name: str
    office: str
    source: str | None = Field(None, description="where the body and its names were seen")
    unsure: bool = Field(False, description="from memory: no page confirmed it")
    terms: Terms


# By language, the names of a state that its titles are made with: {ru: {state: [Казахстана]}}.
Names = dict[Annotated[str, AfterValidator(_known_language)], dict[str, tuple[Spelling, ...]]]


class Title(Strict):
    """An office by title, for every state alike: "president of {state}", with names of a list's `state`."""

    office: str
    terms: Terms


class TermList(Strict):
    """Terms that mean one thing, by language. `country` is the ISO code of the state that they mean."""

    about: str | None = None
    country: StateOrSource | None = Field(None, description="ISO code; source: that of the article's source")
    word_class: str | None = Field(None, alias="class", description="for terms without a class of their own")
    only: bool = Field(False, description="count its terms only in texts of their own language")
    terms: Terms = Field(default_factory=dict)
    people: tuple[Person, ...] = ()
    bodies: tuple[Body, ...] = Field((), description="institutions by their own names: Akorda, Mazhilis")
    state: Names = Field(
        default_factory=dict, description="its state's names: the file's `titles` count as its people"
    )
    spellings: bool = Field(
        False, description="people's names count in every spelling that the language's table `names` makes"
    )
    countries: dict[State, Terms] = Field(
        default_factory=dict, description="terms of many states, by ISO code, instead of one `country`"
    )

    short: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9+-]{1,11}$")], tuple[Spelling, ...]] = Field(
        default_factory=dict,
        description="organisations by short name, each with the spellings of `terms` that mean it",
    )

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not (self.terms or self.people or self.bodies or self.countries):
            raise ValueError("a list needs `terms`, `people`, `bodies` or `countries`")
        return self


class Office(Strict):
    """An office that a file's people can hold. One that is not `many` has one holder in each state."""

    name: str
    many: bool = Field(False, description="several people hold it at once: deputy prime minister")
    some: bool = Field(False, description="a body that not every state has: an upper chamber")


def _as_office(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class TermFile(Strict):
    """A file in `config/terms/`: lists that every watchlist can name."""

    id: str
    about: str | None = None
    titles: tuple[Title, ...] = Field((), description='offices by title: "{adjective} foreign minister"')
    bodies: tuple[Title, ...] = Field(
        (), description='bodies of every state by title: "foreign ministry of {state}"'
    )
    former: dict[Annotated[str, AfterValidator(_known_language)], tuple[str, ...]] = Field(
        default_factory=dict, description="words that say of a title that its holder has left: former, ex-"
    )
    offices: tuple[Annotated[Office, BeforeValidator(_as_office)], ...] = Field(
        (), description="the offices that people may have; `watchlist offices --check` names others"
    )
    own: dict[str, tuple[Annotated[str, AfterValidator(_known_language)], ...]] = Field(
        default_factory=dict, description="by ISO code, the languages in which its people need a name"
    )
    lists: dict[str, TermList] = Field(min_length=1)


class WithinWords(Strict):
    """Near: in one sentence, at most so many words from the first term to the last, both counted."""

    words: int = Field(ge=1, le=200)


PlaceName = Literal["title", "lead", "body"]


class Rule(Strict):
    """One way to match: something of each list or group in `all`, near each other."""

    name: str
    all: tuple[str, ...] = Field(min_length=1, description="each of these lists or groups, the rarest first")
    any: tuple[str, ...] = Field((), description="and at least one of these")
    not_: tuple[str, ...] = Field((), alias="not", description="and none of these")
    near: Literal["sentence", "paragraph", "text"] | WithinWords = "sentence"
    places: tuple[PlaceName, ...] = ("title", "lead", "body")
    in_office: bool = Field(
        False, description="people count only while they hold their office, by the article's date"
    )
    weight: float = Field(gt=0, le=1, description="how much one such place says, in the title")


class Lower(Strict):
    """Subjects that speak against an article: football, weather.

    In the title such a subject lowers the whole score, in the text's beginning only what the text says.
    """

    any: tuple[str, ...] = Field(min_length=1)
    by: float = Field(gt=0, le=1, description="the part of the score that is lost")


class Scoring(Strict):
    """How places and length weigh. The defaults are what `evaluate relevance` was tuned with."""

    threshold: float = Field(0.5, gt=0, lt=1)
    title: float = Field(1.0, ge=0, le=1)
    lead: float = Field(0.8, ge=0, le=1)
    body: float = Field(0.5, ge=0, le=1)
    lead_characters: int = Field(
        400, ge=0, le=5000, description="so much of the text's beginning is the lead"
    )
    centre: tuple[str, ...] = Field(
        (), description="lists or groups that the text must be about; what is said in passing counts less"
    )
    characters_per_mention: int = Field(
        600, ge=50, le=10_000, description="one mention of the centre in so many characters is central"
    )


class ExampleText(Strict):
    """A text that a watchlist must, or must not, match."""

    title: str = ""
    text: str = ""
    language: str | None = None
    source_country: str | None = None
    published: date | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not (self.title or self.text):
            raise ValueError("an example needs a `title` or a `text`")
        return self


def _as_example(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


Examples = tuple[Annotated[ExampleText, BeforeValidator(_as_example)], ...]


class WatchlistFile(Strict):
    """A file in `config/watchlists/`. `id` is the file's name without its ending."""

    id: str
    name: str = Field(min_length=1)
    about: str | None = None
    states: dict[State, str] = Field(
        default_factory=dict, description="ISO code and name: one more feed for each"
    )
    groups: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="a name for several term lists"
    )
    lists: dict[str, TermList] = Field(default_factory=dict, description="term lists of this watchlist alone")
    mask: tuple[str, ...] = Field((), description="phrases that hide the terms inside them: Iraqi Turkmen")
    rules: tuple[Rule, ...] = Field(min_length=1)
    lower: tuple[Lower, ...] = ()
    score: Scoring = Scoring()
    revisions: bool | None = Field(
        None,
        description="false: no entries for revisions and withdrawals; left out: `feeds.revisions` decides",
    )
    match: Examples = ()
    no_match: Examples = ()
