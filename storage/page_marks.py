"""The marks of each source's last pages: by them its furniture is known."""

from array import array
from collections.abc import Iterable

from sqlite_utils import Database

from core.article import Article, PageMarks
from storage.connection import Connection
from storage.rows import storable_text

# As many as the crawl stage looks at.
PAGES_KEPT = 50


def keep_marks(db: Database, source: str, articles: Iterable[Article]) -> None:
    """Remember the complete ones among a source's articles as its last pages, and forget older ones.

    Runs in the caller's transaction.
    """
    marked = [article for article in articles if article.marks and article.held is None]
    for article in marked:
        db.execute(
            "INSERT OR REPLACE INTO page_marks (source, url, marks) VALUES (?, ?, ?)",
            [source, storable_text(article.canonical_url), array("q", article.marks).tobytes()],
        )
    if marked:
        db.execute(
            """DELETE FROM page_marks WHERE source = :source AND id <= (
                SELECT id FROM page_marks WHERE source = :source ORDER BY id DESC LIMIT 1 OFFSET :kept)""",
            {"source": source, "kept": PAGES_KEPT},
        )


class PageMarksTable(Connection):
    """The part of the store that remembers the last pages of sources."""

    def last_pages(self, source: str) -> tuple[PageMarks, ...]:
        """Return the marks of a source's last pages, oldest first."""
        with self._reading() as db:
            rows = db.execute("SELECT url, marks FROM page_marks WHERE source = ? ORDER BY id", [source])
            return tuple(PageMarks(url=row["url"], marks=tuple(array("q", row["marks"]))) for row in rows)
