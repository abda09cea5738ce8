"""What schemathesis is told of the formats that only our API knows; loaded by it as SCHEMATHESIS_HOOKS."""

import schemathesis
from hypothesis import strategies as st

from publisher.web.api.listings import LISTINGS
from publisher.web.api.paging import cursor_of

_NUMBERS = st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1)
_NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)
_PARTS = {int: _NUMBERS, str: _NAMES}
_WORDS = st.text(st.characters(codec="utf-8", categories=("L", "Nd")), min_size=1, max_size=12)


def _words(words: list[str]) -> str:
    return " ".join(words)


schemathesis.openapi.format("name-words", st.lists(_WORDS, min_size=1, max_size=4).map(_words))
schemathesis.openapi.format(
    "search-words",
    st.one_of(
        st.lists(_WORDS, min_size=1, max_size=4).map(_words),
        st.tuples(_WORDS, st.sampled_from(["AND", "OR", "NOT"]), _WORDS).map(" ".join),
        _WORDS.map('"{}"'.format),
        _WORDS.map("{}*".format),
        _WORDS.map("({})".format),
    ),
)
for _listing in LISTINGS:
    _key = st.tuples(*(_PARTS[kind] for kind in _listing.key))
    schemathesis.openapi.format(
        f"cursor-of-{_listing.name}", _key.map(lambda key, name=_listing.name: cursor_of(name, key))
    )
