"""The status page: a snapshot in, HTML out. All is escaped; times are UTC with their distance from now."""

from collections.abc import Callable
from datetime import UTC, datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from publisher.feeds.channels import MEDIA_TYPES
from publisher.feeds.text import clean
from publisher.web.snapshot import Snapshot, SourceRow

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


def status_page() -> Callable[[Snapshot], str]:
    """Load the template; return the function that fills it."""
    environment = Environment(
        loader=PackageLoader("publisher.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(utc=_utc, distance=_distance)
    template = environment.get_template("status.html")

    def fill(snapshot: Snapshot) -> str:
        rows = sorted(snapshot.sources, key=_worst_first)
        return clean(template.render(snapshot=snapshot, rows=rows, media_types=MEDIA_TYPES))

    return fill


def _worst_first(row: SourceRow) -> tuple[bool, bool, str]:
    failing = row.state is not None and row.state.failures > 0
    failing = failing or (row.health is not None and row.health.klass not in ("well", "not due"))
    return not row.source.enabled, not failing, row.source.name.casefold()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def _distance(moment: datetime, now: datetime) -> str:
    """Say how far a moment is from now: "12 min ago", "in 3 h"."""
    seconds = int((moment - now).total_seconds())
    for size, unit in _UNITS:
        if abs(seconds) >= size:
            amount = f"{abs(seconds) // size} {unit}"
            return f"in {amount}" if seconds > 0 else f"{amount} ago"
    return "now"
