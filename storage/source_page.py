"""One source's articles, counts and alerts, for the page that an operator reads."""

from core.clock import from_iso
from storage.connection import Connection
from storage.records.health import Alert
from storage.records.sources import SourceArticle, SourceCounts


class SourceQueries(Connection):
    """The part of the store that tells of one source."""

    def source_articles(self, source: str, *, limit: int) -> list[SourceArticle]:
        """Return a source's newest articles, held ones included, newest first."""
        with self._reading() as db:
            rows = db.execute(
                """SELECT a.id, a.title, a.language, a.first_seen, a.held, a.withheld,
                    iif(a.published_precision IN ('minute', 'second'), a.published_at, NULL) AS published,
                    (SELECT min(created) FROM entries WHERE article = a.id AND kind = 'statement') AS entry
                FROM articles AS a WHERE a.source = ? ORDER BY a.first_seen DESC, a.id DESC LIMIT ?""",
                [source, limit],
            ).fetchall()
        return [
            SourceArticle(
                id=row["id"],
                title=row["title"],
                language=row["language"],
                first_seen=from_iso(row["first_seen"]),
                published=None if row["published"] is None else from_iso(row["published"]),
                entry=None if row["entry"] is None else from_iso(row["entry"]),
                held=row["held"],
                withheld=row["withheld"],
            )
            for row in rows
        ]

    def source_counts(self, source: str) -> SourceCounts:
        """Return how much of a source is kept: read off indices."""
        with self._reading() as db:
            articles, size, began = db.execute(
                "SELECT count(*), coalesce(sum(size), 0), min(first_seen) FROM articles WHERE source = ?",
                [source],
            ).fetchone()
            held = db.execute(
                """SELECT held, count(*) AS n FROM articles WHERE source = ? AND held IS NOT NULL
                GROUP BY held ORDER BY n DESC, held LIMIT 10""",
                [source],
            ).fetchall()
        return SourceCounts(
            articles=articles,
            bytes=size,
            held=tuple((row[0], row[1]) for row in held),
            began=None if began is None else from_iso(began),
        )

    def source_alerts(self, source: str, *, limit: int) -> list[Alert]:
        """Return the newest changes of a source's health, newest first, as far as they are kept."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT * FROM alerts WHERE source = ? ORDER BY id DESC LIMIT ?", [source, limit]
            ).fetchall()
        return [
            Alert(
                source=row["source"],
                was=row["was"],
                became=row["became"],
                reason=row["reason"],
                at=from_iso(row["at"]),
            )
            for row in rows
        ]
