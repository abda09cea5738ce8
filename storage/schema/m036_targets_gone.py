"""A target that has left the settings keeps its letters for some days: its settings may only be missing."""

from sqlite_utils import Database


def m036_targets_gone(db: Database) -> None:
    """Note since when a target is in no settings; NULL while it is."""
    db.execute("ALTER TABLE push_targets ADD COLUMN gone TEXT")
