"""The words of dates in all our languages, from their files, ready for looking up. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from core.language import Language

_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼʻ`´"), "'")
# Months of languages that we read no articles in, but whose pages turn up at our sources; January first.
_OTHER_MONTHS = (
    "januar jänner janvi janei enero genna stycz січ", "februar févri fevri fever febre febbr lutego лют",
    "märz mars março marzo marca берез", "april avril abril aprile kwie квіт",
    "mai mayo maio maggi maja трав",
    "juni juin junio junho giugn czerw черв", "juli juill julio julho lugli lipca лип",
    "august août aout agosto sierp серп", "septem settem setem septi wrześ верес",
    "oktober octobr octub ottob outub paźdz жовт", "novem novie listop листоп",
    "dezem décem decem dicie dicem grudnia груд",
)  # fmt: skip
_OTHER_NOISE = "am um uhr vom den der le du à de del di do em alle ore dnia roku року р"
# What casefolding leaves of the Turkish capital I with a dot.
_DOT_ABOVE = "\u0307"


@dataclass(frozen=True, kw_only=True, slots=True)
class DateWords:
    """Month stems (number by stem, longest first), day words, and words inside dates that mean nothing."""

    months: tuple[tuple[str, int], ...]
    today: frozenset[str]
    yesterday: frozenset[str]
    noise: frozenset[str]

    def month(self, word: str) -> int | None:
        """Return the number of the month that a folded word names, or None."""
        return next((number for stem, number in self.months if word.startswith(stem)), None)


def fold_date(text: str) -> str:
    """Return text as `DateWords` compares it: NFC, small letters, one kind of apostrophe and of blank."""
    folded = unicodedata.normalize("NFC", text).casefold().replace(_DOT_ABOVE, "").translate(_APOSTROPHES)
    return " ".join(folded.split())


def date_words(languages: Mapping[str, Language]) -> DateWords:
    """Gather the tables of some languages; cheap when asked again."""
    return _gather(tuple(_table(spoken) for spoken in languages.values()))


class _Table(NamedTuple):
    """A language's words of dates, as a key that can be compared."""

    months: tuple[tuple[str, ...], ...]
    today: tuple[str, ...]
    yesterday: tuple[str, ...]
    noise: tuple[str, ...]


def _table(spoken: Language) -> _Table:
    return _Table(spoken.months, spoken.today, spoken.yesterday, spoken.date_noise)


@lru_cache(maxsize=16)
def _gather(tables: tuple[_Table, ...]) -> DateWords:
    months = {stem: number for number, stems in enumerate(_OTHER_MONTHS, 1) for stem in stems.split()}
    months |= {
        fold_date(stem): number
        for table in tables
        for number, stems in enumerate(table.months, 1)
        for stem in stems
    }
    return DateWords(
        months=tuple(sorted(months.items(), key=lambda entry: -len(entry[0]))),
        today=_folded(table.today for table in tables),
        yesterday=_folded(table.yesterday for table in tables),
        noise=_folded(table.noise for table in tables) | set(_OTHER_NOISE.split()),
    )


def _folded(tables: Iterable[tuple[str, ...]]) -> frozenset[str]:
    return frozenset(fold_date(word) for words in tables for word in words)
