"""The words of dates in all our languages, from their files, ready for looking up. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from core.language import Ago, Language

_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼʻ`´"), "'")
# Months of languages that we read no articles in, but whose pages turn up at our sources; January first.
_OTHER_MONTHS = (
    "januar jänner janvi janei enero genna stycz січ студзе január leden ledna ianua jaanuar tammi jan ιαν",
    "februar févri fevri fever febre febbr lutego лют february únor febru veebr helmi φεβ",
    "märz mars março marzo marca берез сакав březen března márci martie märts maalis maart μαρ",
    "april avril abril aprile kwie квіт краса duben dubna ápril huhti απρ",
    "mai mayo maio maggi maja трав květ máj mei touko μάι μαΐ",
    "juni juin junio junho giugn czerw черв červen června jún iunie juuni kesä juny ιούν ιουν",
    "juli juill julio julho lugli lipca лип ліпе červenec července júl iulie juuli heinä ιούλ ιουλ",
    "august août aout agosto sierp серп жнів srpen srpna augusz elo αύγ αυγ",
    "septem settem setem septi wrześ верес верас září zář szept syys σεπ",
    "oktober octobr octub ottob outub paźdz жовт каст říjen října okt loka οκτ",
    "novem novie listop листоп лістап novem noiem marras νοέ νοε",
    "dezem décem decem dicie dicem grudnia груд снеж prosin decem detse joulu δεκ",
)  # fmt: skip
_OTHER_NOISE = "am um uhr vom den der le du à de del di do em alle ore dnia roku року р er re º ª kl"
# What casefolding leaves of the Turkish capital I with a dot.
_DOT_ABOVE = "\u0307"


@dataclass(frozen=True, kw_only=True, slots=True)
class DateWords:
    """Month stems (number by stem, longest first), day words, and words inside dates that mean nothing.

    `ago` ends "2 hours ago"; `units` are its stems with "minute", "hour" or "day", longest first.
    """

    months: tuple[tuple[str, int], ...]
    today: frozenset[str]
    yesterday: frozenset[str]
    noise: frozenset[str]
    ago: frozenset[str]
    units: tuple[tuple[str, str], ...]

    def unit(self, word: str) -> str | None:
        """Return "minute", "hour" or "day" for a folded word of how long ago, or None."""
        return next((unit for stem, unit in self.units if word.startswith(stem)), None)

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
    ago: Ago | None


def _table(spoken: Language) -> _Table:
    return _Table(spoken.months, spoken.today, spoken.yesterday, spoken.date_noise, spoken.ago)


@lru_cache(maxsize=16)
def _gather(tables: tuple[_Table, ...]) -> DateWords:
    months = {stem: number for number, stems in enumerate(_OTHER_MONTHS, 1) for stem in stems.split()}
    months |= {
        fold_date(stem): number
        for table in tables
        for number, stems in enumerate(table.months, 1)
        for stem in stems
    }
    units = {
        fold_date(stem): unit
        for ago in (table.ago for table in tables if table.ago is not None)
        for unit, stems in (("minute", ago.minutes), ("hour", ago.hours), ("day", ago.days))
        for stem in stems
    }
    return DateWords(
        months=tuple(sorted(months.items(), key=lambda entry: -len(entry[0]))),
        today=_folded(table.today for table in tables),
        yesterday=_folded(table.yesterday for table in tables),
        noise=_folded(table.noise for table in tables) | set(_OTHER_NOISE.split()),
        ago=_folded(table.ago.words for table in tables if table.ago is not None),
        units=tuple(sorted(units.items(), key=lambda entry: -len(entry[0]))),
    )


def _folded(tables: Iterable[tuple[str, ...]]) -> frozenset[str]:
    return frozenset(fold_date(word) for words in tables for word in words)
