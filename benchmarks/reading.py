"""CPU for one page with all its fields: by selectors beside bare parsing, by the fallback beside trafilatura.

Over the pages of all suites that have any, in one run, each page read by every contestant in turn: all
meet the same other load. The floor is what no reader can do without: decoding the bytes and one parse.
"""

import os
import statistics
from collections.abc import Callable
from pathlib import Path

from core.clock import utcnow
from core.config import load_languages
from core.source import ReadRules
from crawler.reading.encoding import decode
from crawler.reading.markup import parse_html
from crawler.reading.text import selected_text
from scheduler.evaluation.pages import Labelled, Stopwatch, labelled_pages, read_ours, read_peer

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("TEST_POLICYWIRE_SHARED", ROOT.parent / "shared")) / "data"
SUITES = ("article_extraction", "boilerplate", "publication_date", "publishers")
# What a source file would say of many of these sites. A page where it finds no text is left to the fallback.
SELECTORS = ReadRules(
    title="h1",
    text="[itemprop~='articleBody'], article, main",
    date="time[datetime], [itemprop='datePublished']",
    authors="[rel~='author'], [itemprop='author']",
    remove=("aside", "nav", "footer", "form"),
)
FLOOR, SELECTED, OURS, PEER = "decode and parse (floor)", "by selectors", "by the fallback", "trafilatura"


def main() -> None:
    """Print CPU milliseconds a page for each contestant and suite, and the ratios."""
    missing = [suite for suite in SUITES if not (DATA / suite / "truth.json").is_file()]
    if missing:
        print(f"reading: skipped, there are no pages of {', '.join(missing)} in {DATA}")
        return
    languages, _ = load_languages(ROOT / "config")
    now = utcnow()
    contestants: dict[str, Callable[[Labelled], object]] = {
        FLOOR: lambda page: parse_html(decode(page.body), page.url),
        SELECTED: lambda page: read_ours(page, languages, now, SELECTORS),
        OURS: lambda page: read_ours(page, languages, now),
        PEER: read_peer,
    }
    print("reading: CPU ms a page with all fields; trafilatura precise, with metadata")
    head = "".join(f"{name:>26}" for name in contestants)
    print(f"  {'pages of':<20}{'pages':>6}{head}{'fallback/peer':>16}{'selectors/floor':>17}")
    every: dict[str, list[float]] = {name: [] for name in contestants}
    for suite in SUITES:
        times = _measure(list(labelled_pages(DATA, suite)), contestants)
        _print(suite, times)
        for name, spent in times.items():
            every[name] += spent
    _print("all", every)


def _measure(
    pages: list[Labelled], contestants: dict[str, Callable[[Labelled], object]]
) -> dict[str, list[float]]:
    """Return CPU milliseconds by contestant, one for each page that is theirs. Models are loaded before."""
    for contestant in contestants.values():
        for page in pages[:3]:
            contestant(page)
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for page in pages:
        is_selected = selected_text(parse_html(decode(page.body), page.url), SELECTORS) is not None
        for name, contestant in contestants.items():
            if is_selected or name != SELECTED:
                watch = Stopwatch()
                with watch.of(name):
                    contestant(page)
                times[name].append(watch.per_item(name, 1))
    return times


def _print(suite: str, times: dict[str, list[float]]) -> None:
    means = {name: statistics.fmean(spent) for name, spent in times.items()}
    figures = "".join(f"{mean:>26.1f}" for mean in means.values())
    ratios = f"{means[OURS] / means[PEER]:>16.2f}{means[SELECTED] / means[FLOOR]:>17.1f}"
    print(f"  {suite:<20}{len(times[OURS]):>6}{figures}{ratios}", flush=True)


if __name__ == "__main__":
    main()
