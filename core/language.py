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


class Language(BaseModel):
    """One language file. `id` is the file's name without its ending.

    `months` has twelve lists of lower-case stems, January first: a word that begins with one is that month.
    `classes` are the tables from which word forms are generated (see `publisher.matching.tables`, which
    alone knows their inner shape).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    script: Literal["latin", "cyrillic"]
    months: tuple[tuple[str, ...], ...] = Field(min_length=12, max_length=12)
    today: tuple[str, ...] = ()
    yesterday: tuple[str, ...] = ()
    date_noise: tuple[str, ...] = Field(
        (), description="words inside dates that mean nothing: года, жылғы, yil"
    )
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
