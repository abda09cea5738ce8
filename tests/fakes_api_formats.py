"""What schemathesis is told of the formats that only our API knows: it loads this as SCHEMATHESIS_HOOKS."""

from datetime import UTC, datetime
from functools import partial

import schemathesis
from hypothesis import strategies as st

from publisher.web.api.listings import LISTINGS
from publisher.web.api.paging import Key, cursor_of
from storage.records.listing import Place

_LETTERS = st.characters(codec="utf-8", categories=("L", "Nd"))
_WORD = st.text(_LETTERS, min_size=1, max_size=12)
_WORDS = st.lists(_WORD, min_size=1, max_size=4).map(" ".join)
_NUMBER = st.integers(min_value=0, max_value=2**63 - 1)
_MOMENT = st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware


def _places(ids: st.SearchStrategy[str]) -> st.SearchStrategy[Key]:
    return st.builds(lambda at, id_: (Place(at=at, id=id_).token(),), _MOMENT, ids)


_KEYS: dict[str, st.SearchStrategy[Key]] = {
    "articles": _places(st.integers(0, 10**18 - 1).map(str)),
    "entries": _places(st.uuids().map(lambda one: one.urn)),
    "statements": st.tuples(_MOMENT.map(datetime.isoformat), _NUMBER, _NUMBER),
    "stories": st.tuples(_NUMBER),
    "speakers": st.tuples(_WORD),
    "offices": st.tuples(_WORD),
    "matches": st.tuples(_NUMBER, _WORD),
    "watchlists": st.tuples(_WORD),
    "sources": st.tuples(_WORD),
}

schemathesis.openapi.format("name-words", _WORDS)
schemathesis.openapi.format(
    "code-or-person", st.sampled_from(("KZ", "UN", "KZ/Aman Testov")) | _WORD.map("/{}".format)
)
schemathesis.openapi.format(
    "search-words",
    st.one_of(
        _WORDS,
        _WORDS.map('"{}"'.format),
        _WORDS.map("({})".format),
        _WORD.map("{}*".format),
        st.tuples(_WORD, st.sampled_from(("AND", "OR", "NOT")), _WORD).map(" ".join),
    ),
)
for _listing in LISTINGS:
    schemathesis.openapi.format(
        f"cursor-of-{_listing.name}",
        _KEYS[_listing.name].map(partial(cursor_of, _listing.name)),
    )
