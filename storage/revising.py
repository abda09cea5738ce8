"""Keeps what became of a known page: another text, the same text with more known of it, or no page at all.

Runs inside the caller's transaction. What a difference means is decided in `storage.revision`.
"""

from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from core.article import Article
from core.clock import to_iso
from storage.alternates import keep_alternates
from storage.identity import Decision, Fingerprint, KnownArticle, is_sure
from storage.provenance import drop_unused_fetches, last_fetch
from storage.revision import judge
from storage.rows import article_values, hash_values, update_article
from storage.sketches import forget_text
from storage.statements import has_statements, keep_statements
from storage.versions import touch_story

# A page that is edited all day (a live report) keeps its first text and so many of its later ones.
MOST_TEXTS = 100


def judged(db: Database, known: KnownArticle, article: Article, decision: Decision) -> Decision:
    """Return the decision on a revision with what the two texts say: is it substantive, and why."""
    if decision.revision != "substantive":
        return decision
    came = last_fetch(db, known.id)
    if came is not None and article.fetched is not None and came.body_hash == article.fetched.body_hash:
        reason = f"the same page, read anew by reader {article.fetched.reader} instead of {came.reader}"
        return replace(decision, revision="cosmetic", reason=reason)
    row = db.execute("SELECT title, text FROM articles WHERE id = ?", [known.id]).fetchone()
    found = judge(row["title"], row["text"], article.title, article.text)
    if came is not None and article.fetched is not None and came.reader != article.fetched.reader:
        # A better reader finds other words on the same page: that is no edit, and it concerns every page.
        reason = f"read by reader {article.fetched.reader} instead of {came.reader}: {found.reason}"
        return replace(decision, revision="cosmetic", reason=reason)
    return replace(decision, revision=found.kind, reason=found.reason)


def revise(
    db: Database,
    known: KnownArticle,
    article: Article,
    print_: Fingerprint,
    decision: Decision,
    now: datetime,
) -> None:
    """Move the present text to `revisions` and put the new one in its place."""
    db.execute(
        """INSERT INTO revisions (article, revision, kind, reason, fetched_at, exact_hash, title, text)
        SELECT id, revision, revision_kind, revision_reason, fetched_at, exact_hash, title, text
        FROM articles WHERE id = ?""",
        [known.id],
    )
    values = {
        **article_values(article),
        **hash_values(print_),
        "revision_kind": decision.revision,
        "revision_reason": decision.reason,
        "gone_at": None,
        "gone_reason": None,
    }
    if article.published is None:
        # A page that lost its date keeps the one that it had.
        values = {name: value for name, value in values.items() if not name.startswith("published_")}
    if not known.language_is_sure and is_sure(article.language, print_):
        values["language"] = article.language
    update_article(db, known.id, values)
    substantive = decision.revision == "substantive"
    if substantive:
        db.execute("UPDATE articles SET revision = revision + 1 WHERE id = ?", [known.id])
    record_change(db, known.id, "revision" if substantive else "cosmetic", now)
    touch_story(db, story_of(db, known.id))
    _drop_superfluous(db, known.id)


def fill_in(db: Database, known: KnownArticle, article: Article, print_: Fingerprint) -> None:
    """Let a second reading of the same text add what the first could not tell: date, language, alternates."""
    if article.alternates:
        keep_alternates(db, known.id, article)
    published = article.published
    if published is not None and published.at is not None:
        names = ("published_raw", "published_at", "published_precision")
        values = article_values(article)
        filled = db.execute(
            "UPDATE articles SET published_raw = ?, published_at = ?, published_precision = ? "
            "WHERE id = ? AND published_at IS NULL",
            [*(values[name] for name in names), known.id],
        )
        if filled.rowcount:
            touch_story(db, story_of(db, known.id))
    if not known.language_is_sure and is_sure(article.language, print_):
        update_article(db, known.id, {"language": article.language})
    if known.fingerprint.exact == print_.exact:
        _fill_in_parts(db, known.id, article)
    back = db.execute(
        "UPDATE articles SET gone_at = NULL, gone_reason = NULL WHERE id = ? AND gone_at IS NOT NULL",
        [known.id],
    )
    if back.rowcount:
        touch_story(db, story_of(db, known.id))


def _fill_in_parts(db: Database, id_: int, article: Article) -> None:
    """Add statements and structure, which count the characters and paragraphs of the very same text."""
    filled = db.execute(
        "UPDATE articles SET structure = ? WHERE id = ? AND structure <> ?",
        [article.structure, id_, article.structure],
    ).rowcount
    if article.statements and not has_statements(db, id_):
        keep_statements(db, id_, article)
        filled += 1
    if filled:
        touch_story(db, story_of(db, id_))


def note_other_reading(
    db: Database, known: KnownArticle, source: str, print_: Fingerprint, now: datetime
) -> None:
    """Remember how another source reads a page. Where it now reads otherwise than before, look at once."""
    key = [known.id, source]
    row = db.execute("SELECT exact_hash FROM other_readings WHERE article = ? AND source = ?", key).fetchone()
    if row is not None and row["exact_hash"] == print_.exact:
        return
    db.execute(
        "INSERT OR REPLACE INTO other_readings (article, source, exact_hash, at) VALUES (?, ?, ?, ?)",
        [*key, print_.exact, to_iso(now)],
    )
    db.execute("UPDATE looks SET due = min(due, ?) WHERE article = ?", [to_iso(now), known.id])


def withdraw(db: Database, article: int, reason: str, now: datetime) -> bool:
    """Note that an article's page is gone; False if that was known or the article was never complete."""
    gone = db.execute(
        "UPDATE articles SET gone_at = ?, gone_reason = ? WHERE id = ? AND gone_at IS NULL AND held IS NULL",
        [to_iso(now), reason, article],
    )
    if not gone.rowcount:
        return False
    record_change(db, article, "gone", now)
    touch_story(db, story_of(db, article))
    return True


def record_change(db: Database, article: int, kind: str, now: datetime) -> None:
    """Append to the change sequence; `kind` is one of `storage.records.articles.ChangeKind`."""
    db.execute(
        """INSERT INTO changes (article, kind, revision, at)
        VALUES (:article, :kind, (SELECT revision FROM articles WHERE id = :article), :at)""",
        {"article": article, "kind": kind, "at": to_iso(now)},
    )


def story_of(db: Database, article: int) -> int:
    """Return the story of an article that there is."""
    return int(db.execute("SELECT story FROM articles WHERE id = ?", [article]).fetchone()[0])


def _drop_superfluous(db: Database, article: int) -> None:
    """Keep the first text and the last ones; cosmetic ones go first."""
    excess = (
        db.execute("SELECT count(*) FROM revisions WHERE article = ?", [article]).fetchone()[0] - MOST_TEXTS
    )
    if excess > 0:
        dropped = db.execute(
            """SELECT id, title, text FROM revisions WHERE article = ? AND kind IS NOT NULL
            ORDER BY kind = 'substantive', id LIMIT ?""",
            [article, excess],
        ).fetchall()
        for row in dropped:
            db.execute("DELETE FROM revisions WHERE id = ?", [row["id"]])
            forget_text(db, article, row["title"], row["text"])
        drop_unused_fetches(db, article)
        db.execute(
            """DELETE FROM decisions WHERE article = :article AND kind = 'revision' AND id NOT IN (
                SELECT id FROM decisions WHERE article = :article ORDER BY id DESC LIMIT :most)""",
            {"article": article, "most": MOST_TEXTS},
        )
        # A later change of the same article tells its followers no less.
        db.execute(
            """DELETE FROM changes WHERE article = :article AND kind = 'cosmetic' AND seq < (
                SELECT max(seq) FROM changes WHERE article = :article)""",
            {"article": article},
        )
