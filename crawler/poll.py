"""One poll of one source, from its lists to its report: the same for declarative and custom sources.

It is given `known`, `sink` and the reading pool, and downloads through a spider; it knows no store.
Several lists: those that came count, a failed one is a warning; only if all failed is the poll a failure.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from core.article import NO_WISH, OVER_THE_LIMIT, Look, Outcome, PageMarks, PollReport, Validators
from core.clock import utcnow
from core.errors import PolicywireError, Refused, Unreachable
from core.logs import log_fields
from core.sample import KeepSample
from core.settings import CrawlSettings
from core.source import Source
from crawler.fetch import Download, Fetcher
from crawler.lister import Lister
from crawler.lists import KnownUrls, ListWalk
from crawler.looks import LookRun
from crawler.outbox import Outbox, Sink
from crawler.pages import PageRun
from crawler.pool import ReadingPool
from crawler.reading.verdict import CHALLENGE, TEASER
from crawler.sift import Sieve, newest_first
from crawler.source_reader import SourceReader

log = logging.getLogger(__name__)

# From so many pages on, a poll of which none gave an article is a failure.
_TELLING = 3
_MOST_WARNINGS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """A source to poll. Without validators its lists are asked for in full. `looks` are pages due for one.

    `last_pages` are those read of the source last, oldest first: by them its furniture is known.
    """

    source: Source
    validators: tuple[Validators, ...] = ()
    looks: tuple[Look, ...] = ()
    last_pages: tuple[PageMarks, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PollTools:
    """What every poll works with."""

    settings: CrawlSettings
    known: KnownUrls
    sink: Sink
    pool: ReadingPool
    keep_sample: KeepSample


@dataclass(frozen=True, slots=True)
class _Verdict:
    outcome: Outcome
    error: str | None = None


class Poll:
    """`run` polls; `crash` ends a poll that raised. Either gives the sink the report, and returns it."""

    def __init__(self, assignment: Assignment, tools: PollTools) -> None:
        self.source = assignment.source
        self.run_id = uuid4().hex[:12]
        self.started = utcnow()
        self._validators = assignment.validators
        self._due_looks = assignment.looks
        self._last_pages = assignment.last_pages
        self._tools = tools
        self._sieve = Sieve(self.source, now=self.started, max_age=tools.settings.max_age)
        self._outbox = Outbox(self.source.id, tools.sink)
        self._fetch: Fetcher | None = None
        self._reader: SourceReader | None = None
        self._walk: ListWalk | None = None
        self._pages: PageRun | None = None
        self._looks: LookRun | None = None

    async def run(self, lister: Lister, download: Download) -> PollReport:
        """Poll. Raises what the sink and a custom spider raise, and bugs."""
        with log_fields(source=self.source.id, run=self.run_id):
            return await self._run(lister, download)

    async def _run(self, lister: Lister, download: Download) -> PollReport:
        self._fetch = fetch = Fetcher(self.source, download)
        self._walk = walk = ListWalk(
            source=self.source,
            lister=lister,
            fetch=fetch,
            sieve=self._sieve,
            known=self._tools.known,
            keep_sample=self._tools.keep_sample,
            validators=self._validators,
        )
        self._reader = reader = SourceReader(self._tools.pool, self.source, self._last_pages)
        self._pages = pages = PageRun(
            source=self.source,
            lister=lister,
            fetch=fetch,
            reader=reader,
            outbox=self._outbox,
            keep_sample=self._tools.keep_sample,
            max_pages=self._tools.settings.max_pages,
        )
        self._looks = looks = LookRun(
            source=self.source,
            lister=lister,
            fetch=fetch,
            reader=reader,
            outbox=self._outbox,
            pages=pages,
        )
        in_time = await self._within_limit(walk, pages, looks)
        if not in_time and not pages.done:
            seconds = self._tools.settings.poll_time.total_seconds()
            walk.failures.append(Unreachable(f"nothing was read within `crawl.poll_time` ({seconds:.0f} s)"))
        verdict = self._judge(walk, pages)
        whole = in_time and not pages.failed and not self._outbox.incomplete and not self._left(walk, pages)
        good = verdict.outcome in (Outcome.OK, Outcome.UNCHANGED)
        # Those of before are older than the lists are now: with them the next poll sees what this one left.
        return self._end(verdict, walk.validators if good and whole else ())

    def crash(self, error: BaseException) -> PollReport:
        """End a poll that raised: a bug of ours, of a custom spider, or of a page nobody thought of."""
        error = root_cause(error)
        with log_fields(source=self.source.id, run=self.run_id):
            log.error("poll crashed", exc_info=error)
            message = str(error)
            if not isinstance(error, PolicywireError):
                message = f"{type(error).__name__}: {message}; the log has the traceback"
            return self._end(_Verdict(Outcome.CRASHED, message), ())

    async def _within_limit(self, walk: ListWalk, pages: PageRun, looks: LookRun) -> bool:
        """Read lists and pages, look at known pages again; False when the time was up."""
        clock = asyncio.timeout(self._tools.settings.poll_time.total_seconds())
        try:
            async with clock:
                await walk.walk()
                chosen = newest_first(walk.found)[: self.source.max_articles]
                # One more than may be under way: while a page is read, the next one is fetched.
                await pages.read(chosen, self._tools.settings.per_host + 1)
                if (
                    pages.stopped is None
                    and walk.retry_after is None
                    and (walk.succeeded or not walk.failures)
                ):
                    await looks.look(self._due_looks)
        except TimeoutError:
            if not clock.expired():
                raise
            return False
        return True

    def _left(self, walk: ListWalk, pages: PageRun) -> int:
        """Count the links that this poll did not come to."""
        return len(walk.found) - pages.done

    def _judge(self, walk: ListWalk, pages: PageRun) -> _Verdict:
        if walk.failures and not walk.succeeded:
            return _Verdict(_outcome(walk.failures[0]), str(walk.failures[0]))
        if walk.unchanged and not walk.named:
            return _Verdict(Outcome.UNCHANGED)
        matched, least = self._sieve.matched, self.source.expect.min_links
        all_came = not walk.failures and not walk.unchanged
        if all_came and matched < least and (matched or not self.source.may_be_empty):
            return _Verdict(
                Outcome.CHANGED,
                f"the lists name {matched} articles, fewer than `expect.min_links: {least}`; see whether the "
                "site has changed",
            )
        if pages.failed >= _TELLING and pages.failed == pages.done and pages.first_error is not None:
            return _Verdict(
                _outcome(pages.first_error),
                f"none of {pages.failed} pages gave an article; the first: {pages.first_error}",
            )
        return self._judge_incomplete(pages)

    def _judge_incomplete(self, pages: PageRun) -> _Verdict:
        """Where all pages came incomplete the site has changed or turns us away, unless it sells them."""
        why = self._outbox.incomplete
        if self._outbox.articles or why.total() + pages.failed < _TELLING or why[TEASER]:
            return _Verdict(Outcome.OK)
        outcome = Outcome.REFUSED if why[CHALLENGE] else Outcome.CHANGED
        return _Verdict(
            outcome,
            f"none of {pages.done} pages gave a complete article: {_counted(why)}; see one in a browser",
        )

    def _end(self, verdict: _Verdict, validators: Sequence[Validators]) -> PollReport:
        walk, pages, fetch = self._walk, self._pages, self._fetch
        runs = (self._looks, pages, walk)
        warnings: list[str] = []
        if walk is not None and pages is not None:
            self._count_left(walk, pages, crashed=verdict.outcome is Outcome.CRASHED)
            warnings = [str(error) for error in walk.failures if str(error) != verdict.error] + walk.warnings
            if pages.failed:
                warnings.append(
                    f"{pages.failed} of {pages.done} pages gave no article; the first: {pages.first_error}"
                )
            if incomplete := self._outbox.incomplete:
                warnings.append(
                    f"{incomplete.total()} of {pages.done} pages are held back: {_counted(incomplete)}"
                )
            if pages.stopped and verdict.outcome is Outcome.OK and pages.retry_after is None:
                warnings.append(f"stopped early: {pages.stopped}; the rest was left for the next poll")
        if self._looks is not None:
            warnings += self._looks.warnings
        report = PollReport(
            source=self.source.id,
            run=self.run_id,
            started=self.started,
            finished=utcnow(),
            outcome=verdict.outcome,
            error=verdict.error,
            links=walk.named if walk else 0,
            fetched=pages.asked if pages else 0,
            articles=self._outbox.articles,
            titled=self._outbox.titled,
            dated=self._outbox.dated,
            failed=pages.failed if pages else 0,
            incomplete=dict(self._outbox.incomplete),
            requests=fetch.requests if fetch else 0,
            skipped=dict(self._sieve.skipped),
            warnings=tuple(warnings[:_MOST_WARNINGS]),
            retry_after=next((run.retry_after for run in runs if run and run.retry_after), None),
            wish=walk.wish if walk else NO_WISH,
            shape=walk.shape if walk else None,
            stages=self._stages(),
        )
        self._outbox.close(report, validators)
        log.info("polled outcome=%s articles=%d", report.outcome, report.articles)
        return report

    def _stages(self) -> dict[str, float]:
        timed = {"fetch": self._fetch, "read": self._reader}
        return {
            stage: round(one.seconds, 3) for stage, one in timed.items() if one is not None and one.seconds
        }

    def _count_left(self, walk: ListWalk, pages: PageRun, *, crashed: bool) -> None:
        left = self._left(walk, pages)
        most = self.source.max_articles
        # Further pages of an article count too.
        over = left if pages.asked >= most else min(max(len(walk.found) - most, 0), left)
        why = pages.stopped or ("the poll crashed" if crashed else "out of time")
        for reason, count in ((OVER_THE_LIMIT, over), (why, left - over)):
            if count:
                self._sieve.skipped[reason] += count


def _counted(reasons: Counter[str]) -> str:
    return ", ".join(f"{count} × {reason}" for reason, count in reasons.most_common())


def root_cause(error: BaseException) -> BaseException:
    """Return what was raised in the first of a group's tasks."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _outcome(error: PolicywireError) -> Outcome:
    if isinstance(error, Refused):
        return Outcome.REFUSED
    if isinstance(error, Unreachable):
        return Outcome.UNREACHABLE
    return Outcome.CHANGED
