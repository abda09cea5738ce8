"""From the commit of a new match until all feeds have it: ten watchlists with six feeds each, in three forms.

Over HTTP a feed is made when it is asked for, so each one is asked for after the commit, one after the other;
the files are written by the publish pass, which is measured apart.
"""

import statistics
import time
from datetime import timedelta

from benchmarks.newsdesk import STATES, Newsdesk, newsdesk
from publisher.feeds.channels import FORMS

WATCHLISTS, ARTICLES, ROUNDS = 10, 250, 5


def _commit(desk: Newsdesk, number: int) -> None:
    """Match and commit one article of one state, and write no file."""
    desk.keep(range(number, number + 1), later=timedelta(minutes=1))
    desk.follower.follow(now=desk.now)


def main() -> None:
    """Print the seconds from the commit: the slowest single feed, all feeds that changed, all files."""
    single: list[float] = []
    together: list[float] = []
    files: list[float] = []
    with newsdesk(watchlists=WATCHLISTS, articles=ARTICLES) as desk:
        press, store = desk.publisher.press, desk.store
        orders = [
            press.catalogue.order(channel.file(form), (), now=desk.now)
            for channel in desk.publisher.channels
            for form in FORMS
        ]
        for order in orders:
            press.document(store, order, now=desk.now)
        for turn in range(ROUNDS):
            _commit(desk, ARTICLES + turn)
            began = time.monotonic()
            took = []
            changed = 0
            title = f"treaty number {ARTICLES + turn}".encode()
            for order in orders:
                start = time.monotonic()
                changed += title in press.document(store, order, now=desk.now).content
                took.append(time.monotonic() - start)
            together.append(time.monotonic() - began)
            single.append(max(took))
            if changed != 2 * WATCHLISTS * len(FORMS):
                raise SystemExit(f"{changed} feeds have the match")
            began = time.monotonic()
            desk.publish()
            files.append(time.monotonic() - began)
    feeds = WATCHLISTS * (len(STATES) + 1) * len(FORMS)
    for name, seconds in (
        ("one feed, the slowest", single),
        (f"all {feeds} one after the other", together),
        ("their files, rendered already", files),
    ):
        shown = " ".join(f"{value:.2f}" for value in seconds)
        print(f"reach: {name}: {statistics.median(seconds):.2f} s  ({shown})")


if __name__ == "__main__":
    main()
