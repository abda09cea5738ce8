"""A site's page -> what a source file says of its publisher: name, state, language, time zone. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from core.country import state_of_ending
from core.language import LANGUAGE_CODES
from crawler.reading.language import identify_language
from crawler.reading.markup import plain_text, walk
from crawler.reading.metadata import from_meta_tags, title_tag

_ENOUGH_TEXT = 100
_LONGEST_TEXT = 20_000
_LONGEST_NAME = 60
_PLACES = {
    "kz": ("KZ", "Asia/Almaty"),
    "kg": ("KG", "Asia/Bishkek"),
    "tj": ("TJ", "Asia/Dushanbe"),
    "tm": ("TM", "Asia/Ashgabat"),
    "uz": ("UZ", "Asia/Tashkent"),
}
_OFFICIAL = frozenset({"gov", "president", "mfa", "mid", "parliament", "senate", "government"})
# What sites write in `lang` for a language's code.
_LANGUAGE_NAMES = {"kz": "kk", "kg": "ky", "tj": "tg"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Masthead:
    """Who publishes. `doubts` has a remark for each key of the source file that was guessed."""

    name: str
    country: str
    publisher: str
    languages: tuple[str, ...]
    time_zone: str
    home: str
    doubts: Mapping[str, str]


def read_masthead(tree: LexborHTMLParser, address: str) -> Masthead:
    """Read a page of the site (its list of news or its home page)."""
    parts = urlsplit(address)
    labels = (parts.hostname or "").removeprefix("www.").split(".")
    country, time_zone = _PLACES.get(labels[-1], ("", "UTC"))
    doubts: dict[str, str] = {}
    if not country:
        country = state_of_ending(labels[-1]) or "REG"
        doubts["country"] = "guessed from the address; give the publisher's state, or REG, EU, UN, INT"
        doubts["time_zone"] = "not known; times without a zone are taken as this one's"
    publisher = "official" if _OFFICIAL.intersection(labels) else "press"
    doubts["publisher"] = "guessed: official, agency, press, analysis or organisation"
    languages, doubt = _languages(tree)
    if doubt:
        doubts["languages"] = doubt
    name, doubt = _name(tree, parts.netloc)
    if doubt:
        doubts["name"] = doubt
    return Masthead(
        name=name,
        country=country,
        publisher=publisher,
        languages=languages,
        time_zone=time_zone,
        home=f"{parts.scheme}://{parts.netloc}",
        doubts=doubts,
    )


def _name(tree: LexborHTMLParser, host: str) -> tuple[str, str | None]:
    name = from_meta_tags(tree).site_name
    if name:
        return name, None
    title = title_tag(tree)
    if title and len(title) <= _LONGEST_NAME:
        return title, "taken from the page's title"
    return host, "the page does not say the site's name"


def _languages(tree: LexborHTMLParser) -> tuple[tuple[str, ...], str | None]:
    """Return the page's language and a remark, from what it declares and from its text."""
    declared = (from_meta_tags(tree).language or "").replace("_", "-").split("-")[0].lower()
    declared = _LANGUAGE_NAMES.get(declared, declared)
    text = plain_text(walk(tree.body))[:_LONGEST_TEXT] if tree.body is not None else ""
    if len(text) >= _ENOUGH_TEXT:
        written = identify_language(text, (declared,) if declared in LANGUAGE_CODES else ())
        if written in LANGUAGE_CODES:
            agreed = not declared or written.split("-")[0] == declared
            remark = None if agreed else f"the page declares {declared!r}, but its text reads as {written!r}"
            return (written,), remark
    if declared in LANGUAGE_CODES:
        return (declared,), "declared by the page; its text is too short to tell"
    return ("en",), "not known: the page declares no language of ours and its text does not tell"
