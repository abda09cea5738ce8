"""Logging for entry points: one line an event on standard error, UTC. Nothing is configured at import."""

import logging
import time


def configure_logging(level: str) -> None:
    """Send records of `level` and above to standard error. Libraries speak only when something is wrong."""
    formatter = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("scrapy", "twisted", "uvicorn", "asyncio"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    # It warns of each tick that is left out because the one before still works: that is what we asked for.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # What an extractor says of single pages is no news: it comes back as a value.
    for chatty in ("trafilatura", "htmldate"):
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
