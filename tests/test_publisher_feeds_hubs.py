"""A feed names its WebSub hubs, in RSS as in Atom; without hubs nothing changes."""

from dataclasses import replace

import feedparser
import pytest
from fakes_publisher import HEAD, make_entry, make_item

from publisher.feeds.channels import Form
from publisher.feeds.render import render

HUBS = ("https://hub.example/?a=1&b=2", "https://feeds.example/hub")


def rendered(form: Form, hubs: tuple[str, ...]) -> bytes:
    return render(replace(HEAD, hubs=hubs), [make_item(make_entry())], form)


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_a_feed_names_itself_and_its_hubs(form: Form) -> None:
    feed = feedparser.parse(rendered(form, HUBS))
    assert not feed.bozo
    named = [(link.rel, link.href) for link in feed.feed.links if link.rel in ("self", "hub")]
    assert sorted(named) == sorted(
        [*(("hub", hub) for hub in HUBS), ("self", f"https://wire.example/feeds/central-asia.{form}")]
    )
    (entry,) = feed.entries
    assert all(link.rel != "hub" for link in entry.links)


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_a_feed_without_hubs_names_none(form: Form) -> None:
    assert b'rel="hub"' not in rendered(form, ())
