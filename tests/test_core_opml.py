"""OPML: lists of feeds as readers exchange them."""

import pytest

from core.errors import PolicywireError
from core.opml import Outline, read_opml, write_opml

LIST = [
    Outline(
        title="Akorda & co", feed="https://a.example/feed?x=1&y=2", home="https://a.example", folder="KZ"
    ),
    Outline(title="Second", feed="https://b.example/rss", folder="KZ"),
    Outline(title="Third", feed="https://c.example/rss"),
]


def test_what_is_written_is_read_again() -> None:
    assert read_opml(write_opml("Sources", LIST)) == LIST


def test_other_programs_lists_are_read() -> None:
    document = b"""<?xml version="1.0"?><opml version="1.0"><body>
      <outline text="News"><outline text="Deep"><outline text="  A
        b " xmlUrl="http://a.example/rss"/></outline></outline>
      <outline text="again" xmlUrl="http://a.example/rss"/>
      <outline text="a note"/><outline xmlUrl="javascript:alert(1)"/>
      <outline type="rss" xmlUrl="https://untitled.example/rss"/></body></opml>"""
    assert read_opml(document) == [
        Outline(title="A b", feed="http://a.example/rss", folder="Deep"),
        Outline(title="https://untitled.example/rss", feed="https://untitled.example/rss"),
    ]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"", "no OPML"),
        (b"<rss/>", "root element is <rss>"),
        (b"<opml><body/></opml>", "names no feed"),
        (b"<opml><body><outline", "no OPML"),
    ],
)
def test_what_is_none_is_said(document: bytes, message: str) -> None:
    with pytest.raises(PolicywireError, match=message):
        read_opml(document)


def test_entities_are_not_resolved() -> None:
    bomb = b'<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><body><outline text="&a;" '
    with pytest.raises(PolicywireError, match="no OPML"):
        read_opml(bomb + b'xmlUrl="http://a.example/rss"/></body></opml>')
