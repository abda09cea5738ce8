"""CPU for reading one page, all fields included: by selectors beside bare parsing, by the fallback beside trafilatura.

Over the pages of all suites that have any, in one run, each page read by every contestant in turn, so that all
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
from scheduler.evaluation.pages import Labelled, Stopwatch, labelled_pages, read_ours, read_peer

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("POLICYWIRE_SHARED", ROOT.parent / "shared")) / "data"
SUITES = ("article_extraction", "boilerplate", "publication_date", "publishers")
# What a source file would say of most of these sites; the body where there is no better element.
SELECTORS = ReadRules(
    title="h1",
    text="[itemprop~='articleBody'], article, main, body",
    date="time[datetime], [itemprop='datePublished']",
    authors="[rel~='author'], [itemprop='author']",
    remove=("aside", "nav", "footer", "form"),
)
FLOOR, SELECTED, OURS, PEER = "decode and parse (floor)", "by selectors", "by the fallback", "trafilatura"


def main() -> None:
    """Print CPU milliseconds a page for each contestant and suite, and the ratios to the floor and the peer."""
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
    print("reading: CPU ms a page, all fields; trafilatura with metadata, precise")
    print(f"  {'pages of':<22}{'pages':>6}" + "".join(f"{name:>26}" for name in contestants) + f"{'ratio':>8}")
    every: dict[str, list[float]] = {name: [] for name in contestants}
    for suite in SUITES:
        times = _measure(list(labelled_pages(DATA, suite)), contestants)
        _print(suite, times)
        for name, spent in times.items():
            every[name] += spent
    _print("all", every)
    slowest = sorted(every[SELECTED])[int(0.99 * len(every[SELECTED]))]
    print(f"  by selectors: {statistics.median(every[SELECTED]):.1f} ms the median, {slowest:.1f} ms the slowest in a hundred")


def _measure(
    pages: list[Labelled], contestants: dict[str, Callable[[Labelled], object]]
) -> dict[str, list[float]]:
    """Return CPU milliseconds by contestant and page. Models and patterns are loaded before."""
    for contestant in contestants.values():
        for page in pages[:3]:
            contestant(page)
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for page in pages:
        for name, contestant in contestants.items():
            watch = Stopwatch()
            with watch.of(name):
                contestant(page)
            times[name].append(watch.per_item(name, 1))
    return times


def _print(suite: str, times: dict[str, list[float]]) -> None:
    means = {name: statistics.fmean(spent) for name, spent in times.items()}
    figures = "".join(f"{mean:>26.1f}" for mean in means.values())
    print(f"  {suite:<22}{len(times[OURS]):>6}{figures}{means[OURS] / means[PEER]:>8.2f}", flush=True)


if __name__ == "__main__":
    main()
