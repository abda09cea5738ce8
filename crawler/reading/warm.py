"""Imported once by the server from which reading processes are forked, and by nobody else.

What every reader needs is made here at import, against the rule, because forked readers then share it: the
language model alone is 60 MB and 0.8 s for each of them otherwise.
"""

from crawler.reading.language import identify_language
from crawler.reading.read import read

__all__ = ["read"]

identify_language("Any text will do to have the model loaded.")
