"""What the watchlists in force say of a text that nobody has asked about yet, worked out on the spot.

Building the word forms' automaton takes a second, so it is made once for a configuration, when first needed.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.match import Match
from publisher.documents import to_document
from publisher.matching import Matcher, Watchlist
from storage.records.articles import StoredArticle
from storage.records.dossier import Dossier

if TYPE_CHECKING:
    from publisher.web.site import InForce

# Characters. A text full of terms takes 10 ms here, and half a second there.
AT_ONCE = 20_000
LONGEST = 400_000


class Judging:
    """A matcher for the watchlists in force where the publisher has none to lend. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._digests: tuple[tuple[str, str], ...] = ()
        self._matcher: Matcher | None = None

    def judge(self, in_force: "InForce", stored: StoredArticle) -> tuple[Match, ...]:
        """Return what each watchlist says of an article, the highest score first."""
        matcher = in_force.matcher or self._own(in_force.watchlists)
        found = matcher.match(to_document(stored, in_force.sources.get(stored.article.source)))
        return tuple(sorted(found, key=lambda one: -one.score))

    def _own(self, watchlists: Mapping[str, Watchlist]) -> Matcher:
        digests = tuple((id_, watchlist.digest) for id_, watchlist in watchlists.items())
        with self._lock:
            if self._matcher is None or digests != self._digests:
                self._digests, self._matcher = digests, Matcher(list(watchlists.values()))
            return self._matcher


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdicts:
    """What watchlists say of an article. `stored` matched it; `others` were worked out on the spot.

    `left` are watchlists of which nothing was worked out; `chosen` is the one to be shown in full, if any.
    `can_wait`: the text is long, but who asks for it with patience gets an answer.
    """

    stored: tuple[Match, ...]
    others: tuple[Match, ...]
    left: tuple[str, ...]
    chosen: Match | None
    can_wait: bool

    @property
    def known(self) -> tuple[Match, ...]:
        """All verdicts, those that matched first."""
        return (*self.stored, *self.others)


def verdicts_on(
    judging: Judging,
    dossier: Dossier,
    *,
    in_force: "InForce",
    wanted: str | None,
    patient: bool,
) -> Verdicts:
    """Return the stored matches; where none is, or another watchlist is `wanted`, work the others out too.

    A text beyond AT_ONCE only for the `patient`, one beyond LONGEST for nobody.
    """
    watchlists = in_force.watchlists
    stored = tuple(one for one in dossier.matches if one.watchlist in watchlists)
    known = {one.watchlist for one in stored}
    length = len(dossier.stored.article.text)
    asked = not stored or patient or (wanted is not None and wanted not in known)
    others: tuple[Match, ...] = ()
    if asked and watchlists and length <= (LONGEST if patient else AT_ONCE):
        judged = judging.judge(in_force, dossier.stored)
        others = tuple(one for one in judged if one.watchlist not in known)
    chosen = [one for one in (*stored, *others) if wanted in (None, one.watchlist)]
    return Verdicts(
        stored=stored,
        others=others,
        left=tuple(id_ for id_ in watchlists if id_ not in known) if not others else (),
        chosen=chosen[0] if chosen else None,
        can_wait=not others and AT_ONCE < length <= LONGEST,
    )
