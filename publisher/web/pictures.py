"""Small pictures made here: numbers -> SVG with a title and a description, for pages without scripts. Pure.

Colours come from the style sheet by class, so that they follow light and dark. Each picture stands beside a
table with the same numbers: it is drawn for those who see it, and adds nothing.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from markupsafe import Markup, escape

_HEIGHT = 64
_STEP = 8

Bucket = tuple[date, int]


def buckets(days: Sequence[tuple[str, int]], *, first: date, last: date, weekly: bool) -> list[Bucket]:
    """Return the sum of each day, or of each week from `first` on, those without anything included."""
    size = 7 if weekly else 1
    sums = [0] * ((last - first).days // size + 1)
    for day, count in days:
        at = (date.fromisoformat(day) - first).days // size
        if 0 <= at < len(sums):
            sums[at] += count
    return [(first + timedelta(days=size * number), count) for number, count in enumerate(sums)]


def bars(id_: str, title: str, found: Sequence[tuple[str, int]], *, most: int | None = None) -> Markup:
    """Draw a bar for each (label, number). `most` is the top of the scale, for several pictures alike.

    `id_` must be the picture's own on its page.
    """
    top = max([most or 0, 1, *(count for _, count in found)])
    width = max(1, len(found)) * _STEP
    drawn = Markup("").join(
        Markup('<rect class="bar" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>').format(
            number * _STEP + 1, _HEIGHT - height, _STEP - 2, height, label, count
        )
        for number, (label, count) in enumerate(found)
        if (height := _tall(count, top))
    )
    total = sum(count for _, count in found)
    ends = f"from {found[0][0]} to {found[-1][0]}, " if found else ""
    return Markup(
        '<svg class="picture" role="img" viewBox="0 0 {} {}" preserveAspectRatio="none" '
        'aria-labelledby="{}-t {}-d"><title id="{}-t">{}</title>'
        '<desc id="{}-d">{}{} in all, at most {} in one bar</desc>'
        '<line class="axis" x1="0" y1="{}" x2="{}" y2="{}"/>{}</svg>'
    ).format(
        *(width, _HEIGHT + 1, id_, id_, id_, escape(title), id_, ends, total),
        *(max((count for _, count in found), default=0), _HEIGHT + 0.5, width, _HEIGHT + 0.5, drawn),
    )


def shade(count: int, most: int) -> int:
    """Return how dark a cell of a table is, 0 (nothing) to 5, by powers: small numbers still differ."""
    if count <= 0 or most <= 0:
        return 0
    return min(5, 1 + int(4 * (count / most) ** 0.5))


def _tall(count: int, top: int) -> int:
    """Return a bar's height: what is there is seen, however little."""
    return 0 if count <= 0 else max(2, round(_HEIGHT * count / top))
