"""A page prints one quotation in its text, in a box and under a picture: it was said once. Pure."""

from collections.abc import Sequence

from core.statement import Statement
from core.text import fold_text, normalise_space

_ENDS = " .,;:…"


def once(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return statements without those whose words the same speaker said before them in the text.

    Words that nobody is named for are left out where they stand with a speaker too, before or after.
    """
    folded = [normalise_space(fold_text(one.words)).strip(_ENDS) for one in statements]
    named = {words for words, one in zip(folded, statements, strict=True) if one.speaker is not None}
    kept: dict[tuple[str, str | None], Statement] = {}
    for words, one in zip(folded, statements, strict=True):
        if one.speaker is not None or words not in named:
            kept.setdefault((words, one.speaker and fold_text(one.speaker)), one)
    return tuple(kept.values())
