"""What was found of a site -> the draft of its source file, with all that is unsure of it. Pure.

A draft is made of the list alone; `finished` adds what the first articles showed.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from core.article import Link
from core.language import LANGUAGE_CODES, Language
from core.source import ListingRules, Source
from crawler.finding.address_pattern import address_pattern
from crawler.finding.date_order import date_order
from crawler.finding.masthead import Masthead
from crawler.finding.proposal import source_text
from crawler.finding.sample import Sampled
from crawler.kinds.base import DateReader

PREVIEW = 10
_UNCHECKED = (
    "proposed by `sources new`; look at it, run `policywire sources check`, then remove this and `enabled`"
)
_GENERIC_LABELS = frozenset({"www", "com", "org", "net", "gov", "info", "co"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A source file that loads, the links that it finds, and what a maintainer should look at.

    `read` are the first of the links as articles.
    """

    id: str
    yaml: str
    links: tuple[Link, ...]
    read: tuple[Sampled, ...]
    doubts: tuple[str, ...]

    @property
    def preview(self) -> tuple[Link, ...]:
        """The first links."""
        return self.links[:PREVIEW]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One way to list a site's articles; `also` names the other ways that were seen."""

    kind: str
    url: str
    links: tuple[Link, ...]
    listing: ListingRules | None = None
    also: tuple[str, ...] = ()

    @property
    def dated(self) -> bool:
        return any(link.published or link.modified for link in self.links)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A source as far as its list tells; `doubts` has a remark for each unsure key."""

    source: Source
    links: tuple[Link, ...]
    doubts: Mapping[str, str]
    also: tuple[str, ...]


def draft(
    masthead: Masthead,
    found: Found,
    languages: Mapping[str, Language],
    now: datetime,
    *,
    id_: str | None,
) -> Draft:
    """Return what the list tells, with its dates read as the draft says."""
    doubts = dict(masthead.doubts)
    data: dict[str, Any] = {
        "id": id_ or _id(masthead),
        "name": masthead.name,
        "country": masthead.country,
        "publisher": masthead.publisher,
        "languages": masthead.languages,
        "time_zone": masthead.time_zone,
        "home": masthead.home,
        # A running daemon takes a new file within seconds, and nobody has looked at this one.
        "enabled": False,
        "disabled_reason": _UNCHECKED,
        "kind": found.kind,
        "urls": [found.url],
        "listing": found.listing,
        "checked": now.date().isoformat(),
    }
    links = found.links
    if found.kind != "feed":
        pattern = address_pattern([link.url for link in links])
        data["article_url"] = pattern
        if pattern is None:
            doubts["urls"] = (
                "no `article_url` could be made of the addresses; see that only articles are listed"
            )
        else:
            doubts["article_url"] = "made from the addresses in the preview; see that it fits older ones too"
            links = tuple(link for link in links if re.match(pattern, link.url))
    if found.listing is not None:
        doubts["listing"] = "guessed from one page; compare the selectors with the site"
        if found.listing.date is None:
            doubts["kind"] = "no dates beside the links; see that the article pages carry one"
    source = _ordered(Source.model_validate(data), [_raw(link) for link in links], doubts, now)
    if found.listing is not None:
        dates = DateReader.of(source, languages, now)
        links = tuple(replace(link, published=dates(_raw(link))) for link in links)
    return Draft(source=source, links=links, doubts=doubts, also=found.also)


def finished(draft: Draft, read: Sequence[Sampled], now: datetime) -> Proposal:
    """Return the proposal: the draft with the language of the articles, and what they lack."""
    doubts, source = dict(draft.doubts), draft.source
    articles = [one.article for one in read if one.article is not None]
    if "date_order" not in doubts:
        raws = [article.published.raw for article in articles if article.published is not None]
        source = _ordered(source, raws, doubts, now) if source.date_order == "dmy" else source
    written = Counter(each.language for each in articles if each.language in LANGUAGE_CODES)
    if written:
        listed, languages = source.languages, tuple(language for language, _ in written.most_common())
        source = source.model_copy(update={"languages": languages})
        doubts.pop("languages", None)
        if set(languages) != set(listed):
            written_in = ", ".join(languages)
            doubts["languages"] = f"the articles read are in {written_in}, the site's page in {listed[0]}"
    doubts |= _missing(read)
    text = source_text(source, doubts, remarks=[f"also found: {one}" for one in draft.also])
    remarks = [f"{key}: {doubt}" for key, doubt in doubts.items()]
    remarks += [f"also found: {one}" for one in draft.also]
    return Proposal(id=source.id, yaml=text, links=draft.links, read=tuple(read), doubts=tuple(remarks))


def _missing(read: Sequence[Sampled]) -> dict[str, str]:
    """Say what the pages read do not give, under the key that mends it."""
    count = len(read)
    failed = [one.trouble for one in read if one.article is None]
    articles = [one.article for one in read if one.article is not None]
    held = [article.held for article in articles if article.held is not None]
    undated = [each for each in articles if each.published is None or each.published.at is None]
    doubts: dict[str, str] = {}
    if failed:
        doubts["expect"] = f"{len(failed)} of {count} pages could not be read: {failed[0]}"
    if held:
        doubts["read.text"] = f"{len(held)} of {count} pages read give {held[0]}; a selector may help"
    if undated:
        doubts["read.date"] = f"{len(undated)} of {count} pages read show no date; a selector may help"
    return doubts


def _raw(link: Link) -> str:
    return link.published.raw if link.published is not None else ""


def _ordered(source: Source, raws: Sequence[str], doubts: dict[str, str], now: datetime) -> Source:
    """Return the source with the order of its dates; what is unsure of it goes to `doubts`."""
    told = date_order(raws, now)
    if told is None:
        return source
    order, doubt = told
    if doubt is not None:
        doubts["date_order"] = doubt
    return source.model_copy(update={"date_order": order})


def _id(masthead: Masthead) -> str:
    """Return the state's code and the most telling part of the host's name."""
    labels = (urlsplit(masthead.home).hostname or "").split(".")[:-1] or ["site"]
    telling = [label for label in labels if label not in _GENERIC_LABELS] or labels
    name = re.sub(r"[^a-z0-9]+", "-", max(telling, key=len).lower()).strip("-")
    return f"{masthead.country.lower()}-{name or 'site'}"
