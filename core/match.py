"""What matching says of one article and one watchlist. Plain values: kept by the store, shown by feeds."""

from dataclasses import dataclass
from typing import Literal

Field = Literal["title", "text"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One term found. `start` and `end` count characters of that field; `sentence` is where it stands.

    `term` is what the watchlist says, `form` the characters of the article, `group` the term list's name.
    """

    group: str
    term: str
    form: str
    field: Field
    start: int
    end: int
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """Article x watchlist: the decision with its reasons, whether it matched or not.

    `score` lies in [0, 1]. `states` are the ISO codes of the states that the article is about, the most
    central first. `why` is one sentence for a reader; `sentence` is the article's own sentence that decided
    ("" where nothing was found). Evidence is in order of weight, strongest first.
    """

    watchlist: str
    matched: bool
    score: float
    language: str
    states: tuple[str, ...] = ()
    why: str = ""
    sentence: str = ""
    evidence: tuple[Evidence, ...] = ()
