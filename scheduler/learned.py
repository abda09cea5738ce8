"""What a source's memory says in figures, for people: the command line and the web show the same. Pure."""

from scheduler import polling
from scheduler.rhythm import DAY


def articles_a_day(memory: str) -> float:
    """Return how many articles a day are expected of a source."""
    return round(polling.load(memory).rhythm.per_minute * DAY, 2)
