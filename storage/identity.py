"""Decides what an article that was read is: new, a copy, a later text of a known one, or nothing new. Pure.

Fingerprints in, a decision with its reason out. Knows no database, no clock and no URL rules.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from storage.records.articles import DecisionKind, RevisionKind
from storage.words import LONG_WORDS, words

# In a text that is not long the title must be the same too, both together must say something, and the caller
# compares only what is close in time.
MIN_WORDS = 4
UNDETERMINED = "und"

_HASH_BYTES = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Fingerprint:
    """What identity compares of a title and a text.

    `exact` differs with any character. `folded` does not see case, spacing, punctuation and typography.
    `body` is what copies share: the folded text, with the title only where the text is short; None where
    there are too few words to tell copies by. `words` counts the text's words.
    """

    exact: bytes
    folded: bytes
    body: bytes | None
    words: int

    @property
    def is_long(self) -> bool:
        """Whether the text alone is enough to tell copies and languages by."""
        return self.words >= LONG_WORDS


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownArticle:
    """A stored article of the same address: its present text, which source read that, the texts before it.

    `held` articles have not been complete yet; a `watched` one is looked at again by the source that read it.
    """

    id: int
    language: str
    fingerprint: Fingerprint
    read_by: str
    held: bool = False
    watched: bool = False
    former: frozenset[bytes] = frozenset()

    @property
    def language_is_sure(self) -> bool:
        """Whether the text is long enough for its language to be part of the identity."""
        return not self.held and is_sure(self.language, self.fingerprint)


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """An article as just read: its fingerprint and the source that read it."""

    fingerprint: Fingerprint
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Relation:
    """Another article that a candidate may belong with, and whether it does (`holds`), with the reason."""

    article: int
    reason: str
    similarity: float | None = None
    holds: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What a candidate is. `of` is the article that it copies, revises, repeats or belongs with; new: None.

    `similarity` lies in [0, 1]: 1.0 for equal (folded) texts, else the share of the shorter text that stands
    in the other, 0.0 where no stored text comes near. None where nothing was measured.
    `disputed`: another source read the page otherwise, and its reading stands.
    """

    kind: DecisionKind
    reason: str
    of: int | None = None
    similarity: float | None = None
    revision: RevisionKind | None = None
    disputed: bool = False


def fingerprint(title: str, text: str) -> Fingerprint:
    """Return the fingerprint of a title and a text."""
    title_words, text_words = words(title), words(text)
    folded = _digest(" ".join([*title_words, "\n", *text_words]))
    if len(text_words) >= LONG_WORDS:
        body: bytes | None = _digest(" ".join(text_words))
    else:
        body = folded if len(title_words) + len(text_words) >= MIN_WORDS else None
    return Fingerprint(exact=_digest(f"{title}\n{text}"), folded=folded, body=body, words=len(text_words))


def decide(
    candidate: Candidate,
    known: KnownArticle | None,
    *,
    copied: Relation | None = None,
    linked: Relation | None = None,
) -> Decision:
    """Decide on a complete article.

    `known` is the complete article of the same identity (see `same_article`). `copied` is the article of
    another address whose text is nearest to the candidate's, a copy or not; `linked` one that is the same
    page in another language. A known page stays itself, even where its new text is another page's.
    """
    if known is not None:
        return _decide_known(candidate, known)
    if copied is not None and copied.holds:
        return Decision(
            kind="duplicate", reason=copied.reason, of=copied.article, similarity=copied.similarity
        )
    nearest = None if copied is None else copied.similarity
    if linked is not None:
        return Decision(kind="same_story", reason=linked.reason, of=linked.article, similarity=nearest)
    reason = "neither this address in this language nor this text was known"
    if copied is not None:
        reason = f"this address is new, and the nearest text that is known is no copy: {copied.reason}"
    return Decision(kind="new", reason=reason, similarity=nearest or 0.0)


def _decide_known(candidate: Candidate, known: KnownArticle) -> Decision:
    now, before = candidate.fingerprint, known.fingerprint
    if now.exact == before.exact:
        return Decision(
            kind="unchanged", reason="the same address with the same text", of=known.id, similarity=1.0
        )
    # Two sources that read one page differently must not take turns in revising it.
    if candidate.source != known.read_by and now.exact in known.former:
        return Decision(
            kind="unchanged",
            reason=f"an earlier text of this page, read again by another source than {known.read_by}",
            of=known.id,
            similarity=1.0,
        )
    if candidate.source != known.read_by and known.watched:
        return Decision(
            kind="unchanged",
            reason=f"{known.read_by}, which read this page first, reads it otherwise and looks at it again: "
            "its reading stands",
            of=known.id,
            disputed=True,
        )
    if now.folded == before.folded:
        return Decision(
            kind="revision",
            reason="the same address; only case, spacing, punctuation or typography changed",
            of=known.id,
            similarity=1.0,
            revision="cosmetic",
        )
    return Decision(
        kind="revision",
        reason="the same address; words of the title or the text changed",
        of=known.id,
        revision="substantive",
    )


def is_sure(language: str, text: Fingerprint) -> bool:
    """Say whether a text is long enough for its identified language to part two articles of one address."""
    return language != UNDETERMINED and text.is_long


def same_article(language: str, text: Fingerprint, known: Sequence[KnownArticle]) -> KnownArticle | None:
    """Return which of the articles of one address, oldest first, this text belongs to; None: to none yet.

    Identity is address and language, but a few words may be taken for any language. So the language parts
    articles only where both texts are long enough; else a page that was cut short, or was held and is now
    complete, stays the article that it was.
    """
    for article in known:
        if article.language == language:
            return article
    for article in known:
        if article.fingerprint.folded == text.folded:
            return article
    if not is_sure(language, text):
        return known[-1] if known else None
    return next((article for article in known if not article.language_is_sure), None)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_HASH_BYTES).digest()
