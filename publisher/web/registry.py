"""What the term lists tell the pages: names of states by code, and who held which office. Pure.

In: watchlists in force. Out: names and holdings, computed once for each list.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from core.country import STATES
from publisher.matching import OF, Holding, Watchlist
from publisher.matching.forms import FormList
from publisher.matching.spec import SOURCE_COUNTRY

# What a source file may give for its country beside a state's code.
_WIDER = {"EU": "European Union", "UN": "United Nations", "INT": "Several countries", "REG": "Central Asia"}
# More lists than any config has; those of former configs fall out.
_LISTS = 256


class Registry:
    """The lists of all watchlists, each once."""

    def __init__(self, watchlists: Iterable[Watchlist]) -> None:
        watchlists = tuple(watchlists)
        self._lists = {one.digest: one for w in watchlists for one in w.lists.values()}.values()
        self._names = {code: name for one in self._lists for code, name in _state_names(one).items()}
        for watchlist in watchlists:
            self._names |= watchlist.states

    @property
    def states(self) -> Mapping[str, str]:
        """The states that the lists can name: ISO code -> English name."""
        return self._names

    @property
    def organisations(self) -> frozenset[str]:
        """The organisations that the lists can name, by their short names."""
        return frozenset(code for one in self._lists for code in one.short.values())

    @property
    def codes(self) -> frozenset[str]:
        """Whom a speaker may speak for and name: ISO codes, EU, UN, and organisations' short names."""
        bodies = {holding.of for one in self._lists for holding in one.offices if holding.of}
        return STATES | self.organisations | bodies

    def shown(self, code: str) -> str:
        """Return the name of a state, of an organisation (its short name), or of a person ("KZ/Name")."""
        return self._names.get(code) or _WIDER.get(code) or code.rpartition(OF)[2]

    def offices_of(self, key: str) -> tuple[Holding, ...]:
        """Return a person's offices, the last first, or who held an office ("KZ/president"), in order."""
        found = [
            one
            for of_list in self._lists
            for one in of_list.offices
            if key in (f"{one.of}{OF}{one.name}", f"{one.of}{OF}{one.office}")
        ]
        return tuple(_once(found))

    def key_of(self, name: str) -> str | None:
        """Return the key of the one person whom the registry knows by this name, as written there."""
        keys = {
            f"{one.of}{OF}{one.name}"
            for of_list in self._lists
            for one in of_list.offices
            if one.name == name or any(name in names for names in one.names.values())
        }
        return keys.pop() if len(keys) == 1 else None


def _once(found: Iterable[Holding]) -> Iterator[Holding]:
    seen = []
    for one in found:
        if one not in seen:
            seen.append(one)
            yield one


@lru_cache(maxsize=_LISTS)
def _state_names(of: FormList) -> dict[str, str]:
    """Return the first English term of each state of a list."""
    names: dict[str, str] = {}
    for form in of.forms:
        term = form.term
        if term.country not in (None, SOURCE_COUNTRY) and term.office is None and term.language == "en":
            names.setdefault(term.country, term.text)
    return names
