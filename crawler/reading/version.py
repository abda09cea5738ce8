"""Which code and rules read a page. A later text by another reader is no proof that the page changed."""

import hashlib

from core.source import Source

# Raise it with every change by which the same page may give another title or text.
READER = 6


def reader_version(source: Source) -> str:
    """Return the version for one source: the code's number and a digest of the source's own rules."""
    rules = hashlib.sha256(source.read.model_dump_json().encode()).hexdigest()[:8]
    return f"{READER}-{rules}"
