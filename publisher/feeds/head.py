"""What a feed says of itself in any form: its name, its address, the documents that belong to it. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.ids import feed_id
from publisher.feeds.channels import Form
from publisher.feeds.text import one_line

# Where our own picture is served; see publisher/web/static.
ICON = "/static/icon.png"
ICON_PIXELS = 128


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """One feed in all its forms. `path` is its address below /feeds/ without the ending, `query` its options.

    `base_url` is the public address of the server, without a closing slash; `under` stands before /feeds/ in
    the feed's own address, `page` is its page for people. `hubs` are the addresses of the WebSub hubs that
    are told of its changes. `related` are other documents of the same feed as (relation, path, query);
    `archived`: this one is complete (RFC 5005).
    """

    path: str
    query: str = ""
    title: str
    about: str = ""
    base_url: str
    under: str = ""
    page: str = "/"
    hubs: tuple[str, ...] = ()
    related: tuple[tuple[str, str, str], ...] = ()
    archived: bool = False

    @property
    def id(self) -> str:
        """The feed's id, which no change of the server's address changes."""
        return feed_id(f"{self.path}?{self.query}" if self.query else self.path)

    @property
    def home(self) -> str:
        """The address of the page for people."""
        return f"{self.base_url}{self.page}"

    @property
    def icon(self) -> str:
        """The address of our picture."""
        return f"{self.base_url}{ICON}"

    @property
    def description(self) -> str:
        """What the feed has in it; never empty."""
        return one_line(self.about) or f"Statements that match: {one_line(self.title)}."

    def address(self, form: Form) -> str:
        """Return the address of this document."""
        return self._address(self.path, self.query, form)

    def links(self, form: Form) -> Iterator[tuple[str, str]]:
        """Yield hubs and related documents as (relation, address)."""
        for hub in self.hubs:
            yield "hub", hub
        for relation, path, query in self.related:
            yield relation, self._address(path, query, form)

    def _address(self, path: str, query: str, form: Form) -> str:
        return f"{self.base_url}{self.under}/feeds/{path}.{form}" + (f"?{query}" if query else "")


def language_of(languages: Iterable[str | None]) -> str:
    """Return the language that all items share; "mul" for several. Our own words are English."""
    known = {language for language in languages if language}
    if len(known) > 1:
        return "mul"
    return known.pop() if known else "en"
