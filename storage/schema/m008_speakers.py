"""Statements found by their speakers and offices without reading all of them."""

from sqlite_utils import Database

_STATEMENTS = (
    """CREATE VIRTUAL TABLE speakers USING fts5(
        folded_speaker, folded_office, content='statements', content_rowid='id', prefix='3',
        tokenize="unicode61 remove_diacritics 0"
    )""",
    """CREATE TRIGGER statements_speakers_insert AFTER INSERT ON statements BEGIN
        INSERT INTO speakers(rowid, folded_speaker, folded_office)
        VALUES (new.id, new.folded_speaker, new.folded_office);
    END""",
    """CREATE TRIGGER statements_speakers_delete AFTER DELETE ON statements BEGIN
        INSERT INTO speakers(speakers, rowid, folded_speaker, folded_office)
        VALUES ('delete', old.id, old.folded_speaker, old.folded_office);
    END""",
    "INSERT INTO speakers(speakers) VALUES ('rebuild')",
)


def m008_speakers(db: Database) -> None:
    """Add an index over the folded names and offices. Statements are replaced, never updated."""
    for statement in _STATEMENTS:
        db.execute(statement)
