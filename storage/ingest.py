"""Keeps a batch: its articles, the links that were dealt with, and with a poll's report the source's row.

One call is one transaction of the caller. Knows nothing of matching and publishing.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from core.article import OVER_THE_LIMIT, Article, Batch, Known, Outcome, PollReport, Seen, Validators
from core.clock import from_iso, to_iso
from core.urls import canonical_url
from storage.articles import Reading, keep_article
from storage.looks import finish_look, watch
from storage.page_marks import keep_marks
from storage.polling import keep_polling, polled
from storage.provenance import keep_fetch
from storage.records.articles import Kept
from storage.records.keeping import KeepRules
from storage.records.polling import NextPoll, Polled
from storage.rows import storable_text
from storage.warc import PageStore

POLLS_KEPT = 200
_GOOD = (Outcome.OK, Outcome.UNCHANGED)
_APART = timedelta(microseconds=1)
_NUMBER = re.compile(r"([0-9]+)")


def keep(
    db: Database,
    batch: Batch,
    *,
    now: datetime,
    due: datetime | None,
    rules: KeepRules,
    pages: PageStore | None,
    decide: Callable[[Polled], NextPoll] | None = None,
) -> Kept:
    """Keep everything in the batch, what came out first first. Keeping it again changes nothing more."""
    db.execute("INSERT OR IGNORE INTO sources (id, due) VALUES (?, ?)", [batch.source, to_iso(due or now)])
    readings: dict[str, Reading] = {}
    counts: Counter[str] = Counter()
    settled = db.execute("SELECT settled FROM sources WHERE id = ?", [batch.source]).fetchone()["settled"]
    for place, article in enumerate(sorted(batch.articles, key=lambda one: _came_out(one, now))):
        withheld = None if settled else _withheld(article, rules.news_age, now)
        # Each has a moment of its own, for entries of one moment would stand in the order of their ids.
        reading = keep_article(db, article, now=now + place * _APART, withheld=withheld)
        if reading.article is None:
            counts["removed"] += 1
            continue
        if reading.is_new_text:
            keep_fetch(db, reading.article, article, pages)
        if not reading.held:
            watch(db, reading.article, article, anew=reading.is_new_text, now=now, ages=rules.looks)
        counts[_outcome(reading)] += 1
        readings[article.url] = readings[article.canonical_url] = reading
    keep_marks(db, batch.source, batch.articles)
    for seen in batch.seen:
        _keep_link(db, batch.source, seen, _reading_of(seen, readings), now)
    for looked in batch.looked:
        counts["gone"] += finish_look(db, looked, now=now, ages=rules.looks)
    kept = Kept(**counts)
    _count_pending(db, batch.source, kept, now)
    if batch.report is not None:
        _keep_validators(db, batch)
        _close_poll(db, batch.report, due, decide)
    return kept


def known(db: Database, source: str, urls: Sequence[str]) -> dict[str, Known]:
    """Return what is remembered of these links of a source; links never dealt with are absent."""
    rows = db.execute(
        """SELECT url, version, fetched_at, failures, poisoned FROM links
        WHERE source = ? AND url IN (SELECT value FROM json_each(?))""",
        [source, json.dumps(list(urls))],
    )
    return {
        row["url"]: Known(
            version=row["version"],
            fetched_at=from_iso(row["fetched_at"]),
            failures=row["failures"],
            poisoned=row["poisoned"],
        )
        for row in rows
    }


def validators(db: Database, source: str) -> tuple[Validators, ...]:
    """Return what makes the next requests for a source's lists conditional."""
    rows = db.execute(
        "SELECT url, etag, last_modified FROM validators WHERE source = ? ORDER BY url", [source]
    )
    return tuple(
        Validators(url=row["url"], etag=row["etag"], last_modified=row["last_modified"]) for row in rows
    )


def _withheld(article: Article, news_age: timedelta | None, now: datetime) -> str | None:
    """Say why an article of a source's first poll is no news: nobody knows how long it has been there."""
    if news_age is None:
        return None
    published = article.published
    if published is None or published.at is None:
        return "without a date, and there when its source was polled first"
    if published.at < now - news_age:
        return f"of {published.at:%Y-%m-%d}, and there when its source was polled first"
    return None


def _came_out(article: Article, now: datetime) -> tuple[datetime, list[tuple[int, str]]]:
    """Return what puts articles in the order in which they came out, as far as that is known.

    Those of one day or without a date go by the numbers in their addresses: sites count upwards.
    """
    published = article.published
    known = published.at if published is not None else None
    numbers = [number.lstrip("0") for number in _NUMBER.findall(article.canonical_url)]
    return known or now, [(len(number), number) for number in numbers]


def _outcome(reading: Reading) -> str:
    """Return the field of Kept that counts this reading."""
    if reading.held:
        return "held"
    if reading.decision.kind == "revision":
        return "revised" if reading.decision.revision == "substantive" else "cosmetic"
    # A page in another language is a new article, whatever its story.
    return "new" if reading.decision.kind == "same_story" else reading.decision.kind


def _reading_of(seen: Seen, readings: Mapping[str, Reading]) -> Reading | None:
    # A redirect to another page leaves a link without its article; nothing depends on that.
    return readings.get(seen.url) or readings.get(canonical_url(seen.url))


def _keep_link(db: Database, source: str, seen: Seen, reading: Reading | None, now: datetime) -> None:
    """Remember a link. A held article counts as a failure, so that the page is asked for again."""
    error = seen.error
    if error is None and reading is not None and reading.held:
        error = reading.decision.reason
    db.execute(
        """INSERT INTO links (source, url, version, fetched_at, failures, poisoned, error, article)
        VALUES (:source, :url, :version, :now, :failed, :poisoned, :error, :article)
        ON CONFLICT (source, url) DO UPDATE SET
            failures = CASE
                WHEN excluded.failures = 0 THEN 0
                WHEN excluded.version <> version THEN 1
                ELSE failures + 1
            END,
            poisoned = CASE
                WHEN excluded.version <> version THEN excluded.poisoned
                WHEN excluded.failures = 0 THEN 0
                ELSE poisoned + excluded.poisoned
            END,
            version = excluded.version,
            fetched_at = excluded.fetched_at,
            error = excluded.error,
            article = coalesce(excluded.article, article)""",
        {
            "source": source,
            "url": storable_text(seen.url),
            "version": storable_text(seen.version),
            "now": to_iso(now),
            "failed": 0 if error is None else 1,
            "poisoned": int(seen.poisoned),
            "error": None if error is None else storable_text(error),
            "article": None if reading is None else reading.article,
        },
    )


def _count_pending(db: Database, source: str, kept: Kept, now: datetime) -> None:
    """Add to the source's totals, and to what its next report will find."""
    if not (kept.new or kept.duplicate or kept.revised):
        return
    db.execute(
        """UPDATE sources SET
            new = new + :new, pending_new = pending_new + :new,
            duplicate = duplicate + :duplicate, pending_duplicate = pending_duplicate + :duplicate,
            revised = revised + :revised, pending_revised = pending_revised + :revised,
            last_new = CASE WHEN :new + :duplicate > 0 THEN :now ELSE last_new END
        WHERE id = :source""",
        {
            "new": kept.new,
            "duplicate": kept.duplicate,
            "revised": kept.revised,
            "now": to_iso(now),
            "source": source,
        },
    )


def _keep_validators(db: Database, batch: Batch) -> None:
    for item in batch.validators:
        if item.etag is None and item.last_modified is None:
            db.execute("DELETE FROM validators WHERE source = ? AND url = ?", [batch.source, item.url])
            continue
        db.execute(
            "INSERT OR REPLACE INTO validators (source, url, etag, last_modified) VALUES (?, ?, ?, ?)",
            [batch.source, item.url, item.etag, item.last_modified],
        )


def _close_poll(
    db: Database, report: PollReport, due: datetime | None, decide: Callable[[Polled], NextPoll] | None
) -> None:
    """Store the report, release the claim and set the next due. A report that is kept twice counts once."""
    before = polled(db, report.source)
    if _add_poll(db, report):
        if decide is not None:
            following = decide(before)
            keep_polling(db, report.source, memory=following.memory, reason=following.reason)
            due = following.at
        good = report.outcome in _GOOD
        db.execute(
            """UPDATE sources SET
                last_poll = :finished, last_outcome = :outcome, last_error = :error,
                last_success = CASE WHEN :good THEN :finished ELSE last_success END,
                failures = CASE WHEN :good THEN 0 ELSE failures + 1 END,
                settled = max(settled, :settled), polls = polls + 1, fetched = fetched + :fetched,
                pending_new = 0, pending_duplicate = 0, pending_revised = 0
            WHERE id = :source""",
            {
                "finished": to_iso(report.finished),
                "outcome": report.outcome.value,
                "error": None if report.error is None else storable_text(report.error),
                "good": good,
                "settled": good and OVER_THE_LIMIT not in report.skipped,
                "fetched": report.fetched,
                "source": report.source,
            },
        )
    db.execute(
        "UPDATE sources SET claimed_until = NULL, due = coalesce(?, due) WHERE id = ?",
        [None if due is None else to_iso(due), report.source],
    )


def _add_poll(db: Database, report: PollReport) -> bool:
    added = db.execute(
        """INSERT OR IGNORE INTO polls (source, started, finished, outcome, error, links, fetched, articles,
            failed, incomplete, requests, skipped, warnings, retry_after, run, titled, dated, shape,
            new, duplicate, revised)
        SELECT :source, :started, :finished, :outcome, :error, :links, :fetched, :articles,
            :failed, :incomplete, :requests, :skipped, :warnings, :retry_after, :run, :titled, :dated, :shape,
            pending_new, pending_duplicate, pending_revised
        FROM sources WHERE id = :source""",
        {
            "source": report.source,
            "started": to_iso(report.started),
            "finished": to_iso(report.finished),
            "outcome": report.outcome.value,
            "error": None if report.error is None else storable_text(report.error),
            "links": report.links,
            "fetched": report.fetched,
            "articles": report.articles,
            "failed": report.failed,
            "incomplete": json.dumps(report.incomplete),
            "requests": report.requests,
            "run": report.run,
            "titled": report.titled,
            "dated": report.dated,
            "shape": None if report.shape is None else report.shape.dump(),
            "skipped": json.dumps(report.skipped),
            "warnings": json.dumps(report.warnings),
            "retry_after": None if report.retry_after is None else to_iso(report.retry_after),
        },
    )
    if not added.rowcount:
        return False
    db.execute(
        """DELETE FROM polls WHERE source = :source AND started < (
            SELECT started FROM polls WHERE source = :source ORDER BY started DESC LIMIT 1 OFFSET :last)""",
        {"source": report.source, "last": POLLS_KEPT - 1},
    )
    return True
