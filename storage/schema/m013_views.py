"""Views for people who look into the database with SQL tools such as Datasette."""

from sqlite_utils import Database

_VIEWS = {
    "view_articles": """SELECT a.id, a.first_seen, a.published_at, a.source, a.language, a.title,
        a.url, a.story, a.revision AS revisions, a.words, a.authors, a.site_name, a.section, a.credit,
        a.held, a.withheld,
        a.gone_at, substr(a.text, 1, 300) AS beginning
        FROM articles AS a""",
    "view_entries": """SELECT e.created, e.watchlist, e.kind, e.revision, a.source, a.language, a.title,
        a.url, m.score, m.why, m.states, e.story, e.article, e.id
        FROM entries AS e JOIN articles AS a ON a.id = e.article
        LEFT JOIN matches AS m ON m.article = e.article AND m.watchlist = e.watchlist""",
    "view_matches": """SELECT m.watchlist, m.score, m.why, m.sentence, m.states, a.first_seen, a.source,
        a.language, a.title, a.url, m.article
        FROM matches AS m JOIN articles AS a ON a.id = m.article""",
    "view_statements": """SELECT s.speaker, s.office,
        substr(a.text, s.start + 1, s."end" - s.start) AS words, s.kind, s.confidence, s.language,
        a.first_seen, a.source, a.title, a.url, s.article
        FROM statements AS s JOIN articles AS a ON a.id = s.article""",
    "view_texts": """SELECT article, revision, kind, reason, fetched_at, title, text, 0 AS is_present
        FROM revisions
        UNION ALL SELECT id, revision, revision_kind, revision_reason, fetched_at, title, text, 1
        FROM articles""",
    "view_stories": """SELECT s.id AS story, s.created, count(*) AS articles,
        count(DISTINCT a.source) AS sources, group_concat(DISTINCT a.language) AS languages,
        min(a.first_seen) AS first_seen, max(a.first_seen) AS last_seen,
        (SELECT title FROM articles WHERE story = s.id ORDER BY first_seen, id LIMIT 1) AS title
        FROM stories AS s JOIN articles AS a ON a.story = s.id GROUP BY s.id""",
    "view_sources": """SELECT id, active, last_outcome, last_poll, last_success, last_new, due,
        failures, polls,
        fetched, new, duplicate, revised, last_error FROM sources""",
}


def m013_views(db: Database) -> None:
    """Add the views; docs/operators.md describes them."""
    for name, query in _VIEWS.items():
        db.execute(f"CREATE VIEW {name} AS {query}")
