"""Matching: watchlists, word forms, rules, scores and their explanation. Knows no store and no feeds."""

from publisher.matching.document import Document, Said
from publisher.matching.examples import check_examples
from publisher.matching.forms import FormRow
from publisher.matching.load import load_draft, load_term_files, load_watchlists
from publisher.matching.matcher import Matcher
from publisher.matching.offices import UNSURE, Holding, OfficeFault, holders_on, holdings, office_faults
from publisher.matching.speakers import Holder, Offices
from publisher.matching.voices import OF, Voices
from publisher.matching.watchlist import Watchlist, forms

__all__ = [
    "OF",
    "UNSURE",
    "Document",
    "FormRow",
    "Holder",
    "Holding",
    "Matcher",
    "OfficeFault",
    "Offices",
    "Said",
    "Voices",
    "Watchlist",
    "check_examples",
    "forms",
    "holders_on",
    "holdings",
    "load_draft",
    "load_term_files",
    "load_watchlists",
    "office_faults",
]
