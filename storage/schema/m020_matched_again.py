"""How far a follower is with its archive, beside how far it has followed what is new."""

from sqlite_utils import Database


def m020_matched_again(db: Database) -> None:
    """Add to each cursor how much of the archive is matched with changed rules: `again` of `until`."""
    for column in ("again", "until"):
        db.execute(f"ALTER TABLE cursors ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")
