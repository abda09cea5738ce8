"""What a request asks of a listing: parameters, form of the answer, where to begin. Pure.

The parameters are those of `publisher.asking`, which pages and feeds share. A program does not notice
its slips, so here what is empty is refused instead of passed over, too.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from publisher.asking import MOST_ENTRIES, Ask, AskError, known, parse_ask, sound
from publisher.web.api.exporting import MEDIA_TYPES
from publisher.web.api.paging import Key, key_of
from publisher.web.site import InForce

Form = Literal["json", "csv", "jsonl"]

USUAL_ENTRIES = 50
_FORMS: Mapping[str, Form] = {
    "text/csv": "csv",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
}
# What every listing takes beside its own.
OWN = ("number", "cursor", "format")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question that was understood. `pairs` are its parameters as they came, for the next page's address.

    `number` is None for an export without end. `behind` is the key of the row behind which to begin.
    """

    ask: Ask
    form: Form
    number: int | None
    behind: Key | None
    pairs: tuple[tuple[str, str], ...]


def understand(
    pairs: Sequence[tuple[str, str]],
    accept: str,
    *,
    listing: str,
    takes: Sequence[str],
    key: Sequence[type],
) -> Asked:
    """Return what is asked of a listing that takes these parameters. Raises AskError."""
    pairs = known(pairs, (*takes, *OWN))
    for name, value in pairs:
        if not sound(value).replace(",", " ").strip():
            raise AskError(f"{name}: it is empty; leave it out, or give a value")
    last = dict(pairs)
    form = _form(last.get("format"), accept)
    ask = parse_ask([pair for pair in pairs if pair[0] in takes or pair[0] == "number"])
    for code in ask.language or ():
        if not re.fullmatch(_LANGUAGE, code, re.ASCII):
            raise AskError(f"language: {code[:80]!r} is no code of a language, such as en or uz-Latn")
    cursor = last.get("cursor")
    return Asked(
        ask=ask,
        form=form,
        number=ask.number or (USUAL_ENTRIES if form == "json" else None),
        behind=None if cursor is None else key_of(listing, key, cursor),
        pairs=tuple(pairs),
    )


def parameters(
    takes: Iterable[str], listing: str, in_force: InForce, values: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the parameters of a listing as OpenAPI has them, with the ids that there are.

    `values` has the descriptions and schemas of those that take others here.
    """
    fields, schemas = Ask.model_fields, _schemas(in_force)
    shown = [
        {"name": name, "in": "query", "description": fields[name].description or "", "schema": schemas[name]}
        | dict(values.get(name, {}))
        for name in (*takes, "number")
    ]
    shown.append(
        {
            "name": "cursor",
            "in": "query",
            "description": "where to begin: as it stands in `next` of the page before",
            "schema": {"type": "string", "minLength": 1, "format": f"cursor-of-{listing}"},
        }
    )
    shown.append(
        {
            "name": "format",
            "in": "query",
            "description": "json: one page. csv, jsonl: all from `cursor` on, or `number` of them. Accept "
            "header says the same",
            "schema": {"type": "string", "enum": list(_FORM_NAMES), "default": "json"},
        }
    )
    return shown


_FORM_NAMES = ("json", "csv", "jsonl")
_TEXT: Mapping[str, Any] = {"type": "string", "minLength": 1, "maxLength": 500}
_LANGUAGE = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


def _schemas(in_force: InForce) -> dict[str, Any]:
    """Return the schema of each parameter."""
    states = sorted({code for one in in_force.watchlists.values() for code in one.states})
    kinds = sorted({source.publisher for source in in_force.sources.values()})
    countries = sorted({source.country for source in in_force.sources.values()})
    day = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
    return {
        "q": {**_TEXT, "format": "search-words", "examples": ["treaty AND rail*"]},
        "watchlist": _one_of(sorted(in_force.watchlists)),
        "state": _one_of(states),
        "source": _several(sorted(in_force.sources)),
        "publisher": _several(kinds),
        "country": _several(countries),
        "language": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": _LANGUAGE}},
        "speaker": {**_TEXT, "format": "name-words"},
        "office": {**_TEXT, "format": "name-words"},
        "about": {**_TEXT, "format": "code-or-person"},
        "since": day,
        "until": day,
        "days": {"type": "integer", "minimum": 1, "maximum": 3660},
        "number": {"type": "integer", "minimum": 1, "maximum": MOST_ENTRIES},
        "text": _one_of(["summary", "full"]),
        "revisions": {"type": "boolean", "default": True},
    }


def _one_of(values: Sequence[str]) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, **({"enum": list(values)} if values else {})}


def _several(values: Sequence[str]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": _one_of(values)}


def _form(wanted: str | None, accept: str) -> Form:
    if wanted is not None:
        if wanted not in MEDIA_TYPES:
            raise AskError(f"format: there is no {wanted[:80]!r}; there are: {', '.join(_FORM_NAMES)}")
        return cast(Form, wanted)
    for media_type in accept.split(","):
        name = media_type.partition(";")[0].strip().lower()
        if name in (MEDIA_TYPES["json"], "*/*"):
            break
        if name in _FORMS:
            return _FORMS[name]
    return "json"
