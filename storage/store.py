"""The store: one object over one SQLite file, with what each stage may ask of it.

Each method is one transaction. Raises StorageError where the file cannot be used as it is; everything that
was stored before then stays. How a thing is done stands in the modules beside this one.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from core.article import Batch, Known, Look, Validators
from core.match import Match
from storage import (
    due,
    ingest,
    looks,
    provenance,
    publication,
    reading,
    statements,
    versions,
)
from storage.accounts import AccountTables
from storage.backup import restore
from storage.browsing import Browsing
from storage.connection import Connection
from storage.deliveries import DeliveryTables
from storage.dossier import DossierTables
from storage.feedback import FeedbackTables
from storage.health import HealthTables
from storage.list_shapes import ListShapeTable
from storage.listing import Listings
from storage.overview import OverviewQueries
from storage.page_marks import PageMarksTable
from storage.polling import PollingTables
from storage.records.articles import Change, DecisionMade, Fetch, Kept, Revision, StoredArticle
from storage.records.delivery import Pushing
from storage.records.keeping import KeepRules
from storage.records.polling import Held, NextPoll, Poll, Polled, SourceState
from storage.records.publication import Cursor, EntryDraft, Progress
from storage.records.search import StatementHit
from storage.source_page import SourceQueries
from storage.speakers import SpeakerQueries
from storage.stories import StoryTables
from storage.subscriptions import SubscriptionTables
from storage.upkeep import Upkeep
from storage.voices import VoiceTables

__all__ = ["Store", "restore"]


class Store(
    Listings,
    Upkeep,
    HealthTables,
    DeliveryTables,
    SubscriptionTables,
    PollingTables,
    ListShapeTable,
    PageMarksTable,
    StoryTables,
    DossierTables,
    FeedbackTables,
    VoiceTables,
    SpeakerQueries,
    OverviewQueries,
    Browsing,
    SourceQueries,
    AccountTables,
    Connection,
):
    """The database file. Any thread may use it, one at a time; each process opens its own."""

    # Ingest

    def known(self, source: str, urls: Sequence[str]) -> dict[str, Known]:
        """Return what is remembered of these links of a source; links never dealt with are absent."""
        with self._reading() as db:
            return ingest.known(db, source, urls)

    def validators(self, source: str) -> tuple[Validators, ...]:
        """Return what makes the next requests for a source's lists conditional."""
        with self._reading() as db:
            return ingest.validators(db, source)

    def keep(
        self,
        batch: Batch,
        *,
        now: datetime,
        due: datetime | None = None,
        rules: KeepRules | None = None,
        decide: Callable[[Polled], NextPoll] | None = None,
    ) -> Kept:
        """Keep a batch whole or not at all: articles, stories, decisions, search rows, links, changes.

        `rules` say what is looked at again and what is news; without them, nothing and everything.
        With a report: also the poll, the validators, the end of the source's claim and its next due, which is
        `due` or what `decide` makes of the poll. Keeping a batch again changes nothing more.
        """
        rules, pages = rules or KeepRules(), self._pages
        with self._writing() as db:
            return ingest.keep(db, batch, now=now, due=due, rules=rules, pages=pages, decide=decide)

    def looks(self, source: str, *, now: datetime, limit: int) -> tuple[Look, ...]:
        """Return the pages of a source that are due to be looked at again, longest due first."""
        with self._reading() as db:
            return looks.due_looks(db, source, now=now, limit=limit)

    # Due table

    def sync_sources(self, ids: Collection[str], *, now: datetime, official: Collection[str] = ()) -> None:
        """Make new sources due now. Those that vanished are kept with their history, but are never due.

        `official` are those whose articles stand for their stories.
        """
        with self._writing() as db:
            due.sync_sources(db, ids, now=now, official=official)

    def claim_due(self, *, now: datetime, limit: int, until: datetime) -> list[str]:
        """Claim up to `limit` sources that are due and free, longest due first. The claim ends at `until`."""
        with self._writing() as db:
            return due.claim_due(db, now=now, limit=limit, until=until)

    def release(self, ids: Collection[str] | None = None) -> None:
        """End the claims on these sources (None: on all) without a poll."""
        with self._writing() as db:
            due.release(db, ids)

    def make_due(self, ids: Collection[str] | None, *, now: datetime) -> None:
        """Make these sources (None: all) due now, unless they are already."""
        with self._writing() as db:
            due.make_due(db, ids, now=now)

    def mend_times(self, *, now: datetime, latest_claim: datetime) -> int:
        """Make due, and count, the sources that were polled later than now; end claims beyond the latest."""
        with self._writing() as db:
            return due.mend_times(db, now=now, latest_claim=latest_claim)

    def source_states(self) -> list[SourceState]:
        """Return the row of each source that the config has, by id."""
        with self._reading() as db:
            return due.source_states(db)

    def polls(self, source: str, *, limit: int) -> list[Poll]:
        """Return the last polls of a source, newest first; about 200 are kept."""
        with self._reading() as db:
            return due.polls(db, source, limit=limit)

    # Publication

    def changes_after(self, seq: int, *, limit: int) -> list[Change]:
        """Return up to `limit` changes behind `seq`, in order, each with its article as it is now."""
        with self._reading() as db:
            return publication.changes_after(db, seq, limit=limit)

    def last_seq(self) -> int:
        """Return the number of the last change; 0 before the first."""
        with self._reading() as db:
            return publication.last_seq(db)

    def cursor(self, follower: str) -> Cursor:
        """Return how far a follower has come; the beginning for one that is not known."""
        with self._reading() as db:
            return publication.cursor(db, follower)

    def progress(self) -> list[Progress]:
        """Return how far each follower has come, by name."""
        with self._reading() as db:
            return publication.progress(db)

    def keep_followers(self, followers: Collection[str]) -> None:
        """Forget how far all other followers have come."""
        with self._writing() as db:
            publication.keep_followers(db, followers)

    def matched(self, watchlist: str, articles: Collection[int]) -> dict[int, str]:
        """Return which of these articles have a match, with its reason."""
        with self._reading() as db:
            return publication.matched(db, watchlist, articles)

    def publish(
        self,
        follower: str,
        cursor: Cursor,
        *,
        matches: Sequence[tuple[int, Match]],
        drafts: Sequence[EntryDraft],
        pushing: Pushing | None = None,
    ) -> None:
        """Keep matches (article id, match), add drafts whose id is new, move the cursor.

        A stored match is removed where `matched` is now false; its entries are then no longer shown. New
        entries go into the outbox of those whom `pushing` names.
        """
        with self._writing() as db:
            publication.publish(db, follower, cursor, matches=matches, drafts=drafts, pushing=pushing)

    def entry_version(self, watchlist: str, state: str | None = None) -> str:
        """Return a token that differs whenever `entries` would answer differently."""
        with self._reading() as db:
            return versions.feed_version(db, watchlist, state)

    def has_entry(self, watchlist: str, story: int) -> bool:
        """Say whether a story has an entry in a watchlist's feed."""
        with self._reading() as db:
            return publication.has_entry(db, watchlist, story)

    # Reading

    def article(self, id_: int) -> StoredArticle | None:
        """Return one article, held ones included; None for an id that there is not."""
        with self._reading() as db:
            return reading.article(db, id_)

    def articles_at(self, url: str) -> list[int]:
        """Return the ids of the articles at an address, one for each language."""
        with self._reading() as db:
            return reading.articles_at(db, url)

    def articles_after(self, id_: int, *, since: datetime, limit: int) -> list[StoredArticle]:
        """Return up to `limit` complete articles with larger ids, first seen since then, by id."""
        with self._reading() as db:
            return reading.articles_after(db, id_, since=since, limit=limit)

    def revisions(self, article_id: int) -> list[Revision]:
        """Return every text of an article, the present one last."""
        with self._reading() as db:
            return reading.revisions(db, article_id)

    def fetches(self, article_id: int) -> list[Fetch]:
        """Return how the texts of an article came, oldest first; those that a list carried have none."""
        with self._reading() as db:
            return provenance.fetches(db, article_id)

    def decisions(self, article_id: int) -> list[DecisionMade]:
        """Return what was decided on an article, oldest first."""
        with self._reading() as db:
            return reading.decisions(db, article_id)

    def statements(
        self,
        *,
        speaker: str | None = None,
        office: str | None = None,
        query: str | None = None,
        since: datetime | None = None,
        language: str | None = None,
        source: str | None = None,
        limit: int,
    ) -> list[StatementHit]:
        """Return the newest statements whose speaker and office have such words, whatever their case.

        `query`, `since` and `source` are asked of the article, `language` of the words. Raises StorageError
        for what cannot be understood.
        """
        with self._reading() as db:
            return statements.search_statements(
                db,
                speaker=speaker,
                office=office,
                query=query,
                since=since,
                language=language,
                source=source,
                limit=limit,
            )

    def held(self) -> list[Held]:
        """Return how many articles of each source are held, and why, the largest count first."""
        with self._reading() as db:
            return reading.held(db)

    def counts(self) -> dict[str, int]:
        """Return how many articles, held, stories, revisions, matches, entries and sources there are."""
        with self._reading() as db:
            return reading.counts(db)
