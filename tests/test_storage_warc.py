"""The files of fetched pages: other tools read them, a bound holds, a torn file is not written on."""

import gzip
import random
from datetime import timedelta
from pathlib import Path

import pytest
from fakes_storage import NOW, fetched
from warcio.archiveiterator import ArchiveIterator

from core.errors import StorageError
from storage.warc import PageStore

URL = "https://site.example/a"


def body(number: int, size: int = 3000) -> bytes:
    """Return bytes that do not compress."""
    return random.Random(number).randbytes(size)


def test_a_page_comes_back_as_it_was_and_other_tools_read_it(tmp_path: Path) -> None:
    pages = PageStore(tmp_path / "pages", max_bytes=1_000_000)
    places = [pages.keep(fetched(URL, body(n)), NOW) for n in range(3)]
    for number, place in enumerate(places):
        assert place is not None
        assert PageStore(tmp_path / "pages", max_bytes=1).body(place) == body(number)
    (file,) = (tmp_path / "pages").glob("*.warc.gz")
    with file.open("rb") as stream:
        records = [(record.rec_headers, record.content_stream().read()) for record in ArchiveIterator(stream)]
    assert [content for _, content in records] == [body(n) for n in range(3)]
    head = records[0][0]
    assert (head.get_header("WARC-Target-URI"), head.get_header("WARC-Date")) == (URL, "2026-03-02T08:30:00Z")


def test_the_bound_always_holds_and_the_oldest_go_first(tmp_path: Path) -> None:
    bound = 60_000
    pages = PageStore(tmp_path / "pages", max_bytes=bound)
    places: list[str] = []
    for number in range(80):
        # A clock that is set back changes nothing.
        place = pages.keep(fetched(URL, body(number)), NOW - timedelta(hours=number))
        assert place is not None
        places.append(place)
        assert sum(file.stat().st_size for file in (tmp_path / "pages").iterdir()) <= bound
    kept = []
    for number, place in enumerate(places):
        try:
            assert pages.body(place) == body(number)
            kept.append(number)
        except StorageError as error:
            assert "not kept any more" in str(error)
    assert kept == list(range(80 - len(kept), 80))
    assert len(kept) >= 12


def test_a_page_beyond_the_bound_or_no_bound_is_not_kept(tmp_path: Path) -> None:
    assert PageStore(tmp_path / "pages", max_bytes=1000).keep(fetched(URL, body(1)), NOW) is None
    assert PageStore(tmp_path / "pages", max_bytes=0).keep(fetched(URL, b"x"), NOW) is None
    assert not (tmp_path / "pages").exists() or not list((tmp_path / "pages").glob("*.gz"))


def test_after_a_kill_a_new_file_is_begun(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    first = PageStore(folder, max_bytes=1_000_000).keep(fetched(URL, body(1)), NOW)
    (file,) = folder.glob("*.warc.gz")
    with file.open("ab") as stream:
        stream.write(gzip.compress(body(2))[:700])
    pages = PageStore(folder, max_bytes=1_000_000)
    second = pages.keep(fetched(URL, body(3)), NOW)
    assert first is not None
    assert second is not None
    assert len(list(folder.glob("*.warc.gz"))) == 2
    assert (pages.body(first), pages.body(second)) == (body(1), body(3))
    assert PageStore(folder, max_bytes=1_000_000).keep(fetched(URL, body(4)), NOW) is not None
    assert len(list(folder.glob("*.warc.gz"))) == 2, "a whole file is written on by the next process"


def test_a_folder_that_cannot_be_written_costs_no_article(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "pages").write_text("a file in the folder's place")
    pages = PageStore(tmp_path / "pages", max_bytes=1_000_000)
    assert pages.keep(fetched(URL, body(1)), NOW) is None
    assert pages.keep(fetched(URL, body(1)), NOW) is None
    assert len([record for record in caplog.records if "pages cannot be kept" in record.message]) == 1


def test_a_damaged_page_is_said_to_be(tmp_path: Path) -> None:
    pages = PageStore(tmp_path / "pages", max_bytes=1_000_000)
    place = pages.keep(fetched(URL, body(1)), NOW)
    assert place is not None
    (file,) = (tmp_path / "pages").glob("*.warc.gz")
    file.write_bytes(b"x" * file.stat().st_size)
    with pytest.raises(StorageError, match=file.name):
        pages.body(place)
