"""What a find reports: the term, and of a person the office on the day of a text. Values only. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """What a find reports. `office` is set for people, with the first and the last day in it where known.

    `sure`: from which day until which one the office was held for certain, if the registry is sure of it.
    `is_name`: a person's name, and no title or body.
    """

    list: str
    text: str
    language: str
    country: str | None = None
    office: str | None = None
    since: date | None = None
    until: date | None = None
    sure: tuple[date, date] | None = None
    holders: tuple["Term", ...] = ()
    earlier: tuple["Term", ...] = ()
    is_name: bool = False

    def name_on(self, day: date | None) -> str:
        """Return the term; of a title, the one person who held the office on that day, if known."""
        names = [one.text for one in self.holders if one.holds_office(day) and (day or one.until is None)]
        return names[0] if len(names) == 1 else self.text

    def holds_office(self, day: date | None) -> bool:
        """Say whether the person held the office on that day. A text without a day may be of any time."""
        return self.office is not None and (day is None or self._held_on(day) is not None)

    def surely_held_on(self, day: date) -> bool:
        """Say whether the last office was held on that day by days and a source that leave no doubt."""
        return self.sure is not None and self.sure[0] <= day <= self.sure[1]

    def office_on(self, day: date | None) -> str | None:
        """Return the office as it was on that day: "president", "former president", "later president"."""
        if day is not None and (held := self._held_on(day)) is not None:
            return held
        if self.until is not None and (day is None or day > self.until):
            return f"former {self.office}"
        if self.since is not None and day is not None and day < self.since:
            return f"later {self.office}"
        return self.office

    def _held_on(self, day: date) -> str | None:
        """Return the office held on that day: the last one, else an earlier one."""
        for one in (self, *self.earlier):
            if (one.since is None or one.since <= day) and (one.until is None or day <= one.until):
                return one.office
        return None
