"""Language codes, and a language's file `config/languages/<code>.yml`: month names, day words, word endings.

The crawl stage reads dates with it; the publisher makes word forms with it. Pure: no file is opened here.
"""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

LANGUAGE_CODES = frozenset({"en", "ru", "kk", "ky", "uz-Latn", "uz-Cyrl", "tg", "tk", "tr"})

# The state that "our country" means in a language when nobody knows the source. English, Russian: none.
HOME_COUNTRY = {
    "kk": "KZ",
    "ky": "KG",
    "uz-Latn": "UZ",
    "uz-Cyrl": "UZ",
    "tg": "TJ",
    "tk": "TM",
    "tr": "TR",
}


class Speech(BaseModel):
    """How a language's press says who said what. All words lower-case; a final * lets any ending follow.

    `marks` are pairs of quotation marks, `order` is where the verb of a sentence stands. A verb is each of
    `verbs` with each of `verb_endings`, or of `verb_phrases` as written. `offices` are heads (minister),
    `office_words` what may stand beside them (foreign, deputy). `countries` turns "Kazakh" before an office
    into "of Kazakhstan". `according` stands before a speaker, `according_after` behind one whose name then
    carries one of `genitive`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    marks: tuple[str, ...] = Field(min_length=1)
    dash: bool = Field(False, description="whether a paragraph may open speech with a dash")
    order: Literal["verb medial", "verb final"]
    verbs: tuple[str, ...] = Field(min_length=1)
    verb_endings: tuple[str, ...] = ("",)
    verb_phrases: tuple[str, ...] = ()
    addressing: tuple[str, ...] = Field((), description="verbs with the hearer behind them: told")
    bare: tuple[str, ...] = Field((), description='verbs that report without "that": said')
    as_words: tuple[str, ...] = Field((), description='words that make a remark of "X said": as, как')
    reach: int = Field(0, ge=0, le=12, description="words that may stand between a verb and its speaker")
    that: tuple[str, ...] = Field((), description="words that open reported speech: that, что, ки")
    quotatives: tuple[str, ...] = Field((), description="words that close quoted speech: деп, деб, diýip")
    according: tuple[str, ...] = ()
    according_after: tuple[str, ...] = ()
    genitive: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    office_words: tuple[str, ...] = ()
    same_office: tuple[tuple[str, ...], ...] = Field(
        (), description="groups of names for one office: president, head of state"
    )
    titles: tuple[str, ...] = ()
    pronouns: tuple[str, ...] = ()
    between: tuple[str, ...] = Field((), description="words that may stand between speaker and verb")
    prepositions: tuple[str, ...] = ()
    particles: tuple[str, ...] = Field((), description="small words inside names: de, van, al")
    articles: tuple[str, ...] = ()
    places: tuple[str, ...] = Field((), description="names of places and of their people: nobody's name")
    countries: tuple[tuple[str, str], ...] = ()
    also_names: tuple[str, ...] = Field(
        (), description="surnames among the words of the other tables: king, may, white"
    )
    participle_endings: tuple[str, ...] = Field(
        (), description="how speech verbs end that take the sentence's subject: saying, заявив"
    )
    not_names: tuple[str, ...] = Field((), description="words that a sentence may open with, days, months")
    place_openers: tuple[str, ...] = Field((), description="words that open the name of a place: New York")
    contractions: tuple[str, ...] = Field(
        (), description="what is put to such a word and leaves it one: I'll"
    )
    epithets: tuple[str, ...] = Field((), description="ends of compounds that describe: Almaty-born")
    surnames: tuple[str, ...] = Field((), description="how surnames end and hardly another word")
    patronymics: tuple[str, ...] = Field((), description="how the second of three names ends: Ивановна")
    indeclinable: tuple[str, ...] = Field(
        (), description="how names end that may stand uninflected although they end as inflected ones"
    )


class Ago(BaseModel):
    """How a language says that something was so long ago: `words` end it; units are stems, as months are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: tuple[str, ...]
    minutes: tuple[str, ...]
    hours: tuple[str, ...]
    days: tuple[str, ...]


class Language(BaseModel):
    """One language file. `id` is the file's name without its ending.

    `months` has twelve lists of lower-case stems, January first: a word that begins with one is that month.
    `classes` are the tables from which word forms are generated (see `publisher.matching.tables`, which
    alone knows their inner shape).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    months: tuple[tuple[str, ...], ...] = Field(min_length=12, max_length=12)
    today: tuple[str, ...] = ()
    yesterday: tuple[str, ...] = ()
    ago: Ago | None = Field(None, description="how long ago: 2 hours ago")
    date_noise: tuple[str, ...] = Field(
        (), description="words inside dates that mean nothing: года, жылғы, yil"
    )
    speech: Speech | None = Field(None, description="None: no statements are looked for in this language")
    classes: dict[str, object] = Field(default_factory=dict)


_LATIN = re.compile("[A-Za-z]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_SAMPLE = 4000


def script_of(text: str) -> Literal["latin", "cyrillic"]:
    """Return the script that most letters of the text (of its beginning, where it is long) belong to."""
    sample = text[:_SAMPLE]
    return "cyrillic" if len(_CYRILLIC.findall(sample)) > len(_LATIN.findall(sample)) else "latin"


def with_script(code: str, text: str) -> str:
    """Turn "uz" into "uz-Latn" or "uz-Cyrl" by the text's letters; leave every other code as it is."""
    if code != "uz":
        return code
    return "uz-Cyrl" if script_of(text) == "cyrillic" else "uz-Latn"
