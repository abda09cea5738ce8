"""Entries in, RSS and Atom files out. The only place that knows feedgen; it opens no database."""
