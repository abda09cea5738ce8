"""Keeps one article as read: identify it, then write article, story, revision, decision and change.

Runs inside the caller's transaction; search rows follow at its end (`storage.indexing`).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from core.article import Article
from core.clock import to_iso
from storage.alternates import keep_alternates
from storage.identity import (
    Candidate,
    Decision,
    Fingerprint,
    KnownArticle,
    decide,
    fingerprint,
    same_article,
)
from storage.relations import copied, linked, official_page
from storage.removal import removed_before
from storage.revising import fill_in, judged, note_other_reading, record_change, revise, story_of
from storage.rows import article_values, hash_values, storable, update_article
from storage.sketch import sketch
from storage.sketches import add, holders
from storage.statements import keep_statements
from storage.stories import join_linked, new_story, record_decision
from storage.versions import touch_story


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What became of one article. `held`: it was not complete, so nothing was published or replaced.

    `article` is None for one that was removed from the store before: it is not kept again.
    """

    article: int | None
    decision: Decision
    held: bool = False

    @property
    def is_new_text(self) -> bool:
        """Whether the article has a text now that it did not have before."""
        return self.decision.kind != "unchanged"


def keep_article(db: Database, article: Article, *, now: datetime, withheld: str | None = None) -> Reading:
    """Keep one article as read at `now`. If it is new, `withheld` says why it is no news."""
    article = storable(article)
    print_ = fingerprint(article.title, article.text)
    known = same_article(article.language, print_, _articles_of_address(db, article.canonical_url))
    removed = removed_before(db, article, print_) if known is None else None
    if removed is not None:
        reason = f"removed from the store on {removed:%Y-%m-%d}, and not kept again"
        return Reading(article=None, decision=Decision(kind="unchanged", reason=reason))
    if article.held is not None:
        return _keep_held(db, article, print_, known, now)
    complete = known if known is not None and not known.held else None
    page = official_page(db, article)
    versions = linked(db, article, page, now) if complete is None or article.alternates else []
    candidate = Candidate(fingerprint=print_, source=article.source)
    if complete is not None:
        decision = decide(candidate, complete)
    else:
        held = holders(db, sketch(article.title, article.text))
        decision = decide(
            candidate,
            None,
            copied=copied(db, article, print_, held, now),
            linked=next(iter(versions), None),
        )
    if decision.kind == "unchanged" and complete is not None:
        if decision.disputed:
            note_other_reading(db, complete, article.source, print_, now)
        else:
            fill_in(db, complete, article, print_)
        join_linked(db, complete.id, [one.article for one in versions])
        return Reading(article=complete.id, decision=decision)
    if complete is not None:
        decision = judged(db, complete, article, decision)
        revise(db, complete, article, print_, decision, now)
        id_ = complete.id
        # Copies of its former texts are still found: those shingles stay.
        held = holders(db, sketch(article.title, article.text))
    else:
        id_ = _add(db, article, print_, known, decision, now)
        if withheld is not None:
            update_article(db, id_, {"withheld": withheld})
        if page is not None:
            update_article(db, id_, {"page": page})
    add(db, id_, story_of(db, id_), held)
    keep_statements(db, id_, article)
    keep_alternates(db, id_, article)
    record_decision(db, id_, decision, now)
    join_linked(db, id_, [one.article for one in versions])
    return Reading(article=id_, decision=decision)


def _articles_of_address(db: Database, canonical_url: str) -> list[KnownArticle]:
    rows = db.execute(
        """SELECT id, language, held, read_by, exact_hash, folded_hash, body_hash, words,
            revision_kind IS NOT NULL AS revised,
            EXISTS (SELECT 1 FROM looks WHERE article = articles.id) AS watched
        FROM articles WHERE canonical_url = ? ORDER BY id""",
        [canonical_url],
    ).fetchall()
    return [
        KnownArticle(
            id=row["id"],
            language=row["language"],
            fingerprint=Fingerprint(
                exact=row["exact_hash"],
                folded=row["folded_hash"],
                body=row["body_hash"],
                words=row["words"],
            ),
            read_by=row["read_by"],
            held=row["held"] is not None,
            watched=bool(row["watched"]),
            former=_former_texts(db, row["id"]) if row["revised"] else frozenset(),
        )
        for row in rows
    ]


def _former_texts(db: Database, article: int) -> frozenset[bytes]:
    rows = db.execute("SELECT exact_hash FROM revisions WHERE article = ?", [article])
    return frozenset(row[0] for row in rows)


def _keep_held(
    db: Database, article: Article, print_: Fingerprint, known: KnownArticle | None, now: datetime
) -> Reading:
    """Keep an incomplete article apart: never over a complete one, with no change to publish."""
    if known is not None and not known.held:
        reason = f"the page came incomplete ({article.held}); the text that was stored before stays"
        decision = Decision(kind="unchanged", reason=reason, of=known.id)
        return Reading(article=known.id, decision=decision, held=True)
    if known is not None:
        if known.fingerprint.exact != print_.exact:
            update_article(db, known.id, {**article_values(article), **hash_values(print_)})
            keep_statements(db, known.id, article)
            keep_alternates(db, known.id, article)
        decision = Decision(kind="unchanged", reason=f"still incomplete: {article.held}", of=known.id)
        return Reading(article=known.id, decision=decision, held=True)
    decision = Decision(kind="new", reason=f"a new address; held, because incomplete: {article.held}")
    id_ = _insert(db, article, print_, new_story(db, now), now)
    keep_statements(db, id_, article)
    keep_alternates(db, id_, article)
    record_decision(db, id_, decision, now)
    return Reading(article=id_, decision=decision, held=True)


def _add(
    db: Database,
    article: Article,
    print_: Fingerprint,
    held: KnownArticle | None,
    decision: Decision,
    now: datetime,
) -> int:
    """Add a complete article, or complete the one that was held, and put it into its story."""
    id_ = held.id if held is not None else None
    if id_ is None:
        id_ = _insert(db, article, print_, _story_for(db, decision, now), now)
    else:
        former_story = story_of(db, id_)
        story = story_of(db, decision.of) if decision.of is not None else former_story
        values = {
            **article_values(article),
            **hash_values(print_),
            "language": article.language,
            "story": story,
        }
        update_article(db, id_, values)
        if story != former_story:
            db.execute("DELETE FROM stories WHERE id = ?", [former_story])
    record_change(db, id_, "new" if decision.of is None else "copy", now)
    if decision.of is not None:
        touch_story(db, story_of(db, id_))
    return id_


def _story_for(db: Database, decision: Decision, now: datetime) -> int:
    return story_of(db, decision.of) if decision.of is not None else new_story(db, now)


def _insert(db: Database, article: Article, print_: Fingerprint, story: int, now: datetime) -> int:
    values = {
        **article_values(article),
        **hash_values(print_),
        "story": story,
        "source": article.source,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "language": article.language,
        "first_seen": to_iso(now),
    }
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    sql = f"INSERT INTO articles ({names}) VALUES ({marks})"  # noqa: S608 - names are our own, values bound
    return int(db.execute(sql, list(values.values())).lastrowid or 0)
