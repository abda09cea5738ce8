"""The operators' feed: groups of alerts in, one entry each, in all forms. Beside the analysts' feeds."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from core.clock import to_iso
from core.ids import alert_id
from publisher.feeds.channels import FORMS, OPERATORS, Channel
from publisher.feeds.files import write_if_changed
from publisher.feeds.head import Head
from publisher.feeds.item import Item
from publisher.feeds.render import render
from publisher.feeds.text import clean, shorten
from storage.records.health import AlertGroup

CHANNEL = Channel(
    name=OPERATORS,
    title="policywire: health of the sources",
    about="Sources that went silent, refuse us, have changed, or are well again.",
    watchlist="",
)
_TITLE, _REASON = 200, 600


def write_operators_feed(
    folder: Path, groups: Sequence[AlertGroup], names: Mapping[str, str], *, base_url: str
) -> tuple[str, ...]:
    """Write the feed where it differs; return the files written. Raises StorageError."""
    head = Head(path=CHANNEL.name, title=CHANNEL.title, about=CHANNEL.about or "", base_url=base_url)
    items = [_item(group, names, base_url) for group in groups]
    return tuple(
        CHANNEL.file(form)
        for form in FORMS
        if write_if_changed(folder / CHANNEL.file(form), render(head, items, form))
    )


def _item(group: AlertGroup, names: Mapping[str, str], base_url: str) -> Item:
    alerts = group.alerts
    first = min(alerts, key=lambda alert: (alert.at, alert.source))
    told = [f"{names.get(one.source, one.source) or 'the service'}: {one.became}" for one in alerts]
    lines = [
        f"<li><b>{_text(names.get(one.source, one.source) or 'the service itself')}</b> "
        f"({_text(one.source or 'policywire')}): {_text(one.was)} → {_text(one.became)}"
        f"{'. ' + _text(one.reason) if one.reason else ''}</li>"
        for one in alerts
    ]
    return Item(
        id=alert_id(to_iso(first.at), first.source, first.became),
        title=shorten(clean("; ".join(told)), _TITLE),
        link=f"{base_url}/status",
        language="en",
        created=max(alert.at for alert in alerts).replace(microsecond=0),
        published=None,
        authors=(),
        source="policywire",
        source_link=None,
        categories=tuple(sorted({alert.became for alert in alerts})),
        summary=shorten(clean("; ".join(told)), _REASON),
        body="<ul>" + "\n".join(lines) + "</ul>",
        details={
            "kind": "health",
            "changes": [
                {"source": one.source, "was": one.was, "became": one.became, "at": to_iso(one.at)}
                for one in alerts
            ],
        },
    )


def _text(text: str) -> str:
    return escape(shorten(clean(text), _REASON), quote=False)
