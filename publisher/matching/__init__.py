"""Matching: watchlists, word forms, rules, scores and their explanation. Knows no store and no feeds."""

from publisher.matching.document import Document, Said
from publisher.matching.examples import check_examples
from publisher.matching.forms import FormRow
from publisher.matching.load import load_draft, load_watchlists
from publisher.matching.matcher import Matcher
from publisher.matching.watchlist import Watchlist, forms

__all__ = [
    "Document",
    "FormRow",
    "Matcher",
    "Said",
    "Watchlist",
    "check_examples",
    "forms",
    "load_draft",
    "load_watchlists",
]
