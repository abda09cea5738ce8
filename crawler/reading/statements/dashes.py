"""Speech that a dash opens instead of quotation marks: "— Text, — said X. — More text." """

import re
from collections.abc import Iterator

from crawler.reading.statements.attribute import attribute
from crawler.reading.statements.attribution import Attribution
from crawler.reading.statements.grammar import Grammar
from crawler.reading.statements.spans import Quotation

_OPENING = re.compile(r"(?:^|(?<=\n))[–—―-]\s+(?=\S)")
_INNER = re.compile(r"(?<=[,.!?…])\s+[–—―-]\s+")


def dash_speech(text: str, grammar: Grammar) -> Iterator[tuple[Quotation, Attribution]]:
    """Yield speech behind dashes that names its speaker; lists and unattributed dialogue are left alone."""
    if not grammar.dash:
        return
    for opening in _OPENING.finditer(text):
        end = text.find("\n", opening.end())
        end = len(text) if end < 0 else end
        dashes = list(_INNER.finditer(text, opening.end(), end))
        if not dashes:
            continue
        first = _quotation(text, opening.end(), dashes[0].start(), dashes[0].end())
        attributed = dashes[1].start() if len(dashes) > 1 else end
        found = attribute(text, first, (opening.start(), attributed), grammar)
        if found is None:
            continue
        yield first, found
        if len(dashes) > 1 and text[dashes[1].start() - 1] in ".,!?…":
            rest = _quotation(text, dashes[1].end(), end, end)
            yield rest, Attribution(found.phrase, found.verb, "continued", found.start, found.end)


def _quotation(text: str, start: int, end: int, closes: int) -> Quotation:
    """Return the words without the comma before "— said X", which is the writer's."""
    while end > start and (text[end - 1] == "," or text[end - 1].isspace()):
        end -= 1
    return Quotation(start, end, start, closes)
