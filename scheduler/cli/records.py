"""One record of `match --jsonl` as the document that is matched. In: plain values. Out: a document."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from core.errors import PolicywireError
from core.language import Language, with_script
from crawler.reading.language import identify_language
from crawler.reading.statements import statements_of
from publisher.documents import said_in
from publisher.matching import Document, Said


def document_of(record: Mapping[str, Any], languages: Mapping[str, Language]) -> Document:
    """Return what matching sees of a record.

    Language and statements are found in the text where the record does not have them. Raises PolicywireError
    for a date or statements that cannot be understood.
    """
    title, text = str(record.get("title") or ""), str(record.get("text") or "")
    given = record.get("language")
    language = with_script(str(given), text or title) if given else identify_language(f"{title}\n{text}")
    return Document(
        title=title,
        text=text,
        language=language,
        source_country=record.get("source_country"),
        published=_published(record),
        said=said_in(statements_of(text, language, languages))
        if record.get("statements") is None
        else _said(record, text),
    )


def _published(record: Mapping[str, Any]) -> datetime | None:
    given = record.get("published")
    if given is None:
        return None
    try:
        published = datetime.fromisoformat(str(given))
    except ValueError as error:
        message = f"record {record.get('id')!r}: `published` is no date as in 2026-11-20T12:00:00Z: {given!r}"
        raise PolicywireError(message) from error
    return published if published.tzinfo is not None else published.replace(tzinfo=UTC)


def _said(record: Mapping[str, Any], text: str) -> tuple[Said, ...]:
    try:
        said = [
            Said(
                speaker=", ".join(str(one[key]) for key in ("speaker", "office") if one.get(key)),
                start=int(one["start"]),
                end=int(one["end"]),
            )
            for one in record["statements"]
        ]
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise PolicywireError(
            f"record {record.get('id')!r}: `statements` is no list of objects with `speaker` or `office`, "
            f"`start` and `end`, as `extract --jsonl` writes them"
        ) from error
    inside = (one for one in said if one.speaker and 0 <= one.start < one.end <= len(text))
    return tuple(sorted(inside, key=lambda one: one.start))
