"""Bytes to text, with right, wrong and missing declarations."""

import pytest

from crawler.reading.encoding import decode

TEXT = "<p>Президент провёл переговоры с главой соседнего государства о транзите и энергетике.</p>"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r"])
def test_no_declaration(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("declared", ["utf-8", "windows-1251", "iso-8859-1", "no-such-charset"])
def test_declaration_in_the_header_may_be_wrong(declared: str) -> None:
    assert decode(TEXT.encode("utf-8"), f"text/html; charset={declared}") == TEXT


def test_declared_utf8_that_is_not() -> None:
    html = "<meta charset=utf-8>" + TEXT
    assert decode(html.encode("cp1251"), "text/html") == html


def test_right_declarations() -> None:
    german = "<meta charset='iso-8859-1'><p>Gespräche über Öl und Zölle</p>"
    assert decode(german.encode("latin-1")) == german
    assert decode("Ташкент".encode("cp1251"), "text/html; charset=windows-1251") == "Ташкент"


def test_byte_order_mark_comes_first() -> None:
    assert decode(("\ufeff" + TEXT).encode("utf-16-le"), "text/html; charset=utf-8") == TEXT
    assert decode(("\ufeff" + TEXT).encode("utf-8"), "text/html; charset=windows-1251") == TEXT


def test_utf16_declared_in_ascii_is_not_utf16() -> None:
    html = "<meta charset=utf-16>" + TEXT
    assert decode(html.encode("utf-8")) == html


def test_broken_utf8_loses_only_its_broken_bytes() -> None:
    text = decode(TEXT.encode("utf-8") + b"\xd0 end", "text/html; charset=utf-8")
    assert text.startswith(TEXT)
    assert text.endswith(" end")


def test_nul_and_control_characters_are_removed() -> None:
    assert decode(b"a\x00b\x0bc\td\n\x7fe") == "abc\td\ne"
