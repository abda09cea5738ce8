"""The feeds folder: whole files or none, written only when they differ."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import StorageError
from publisher.feeds.files import read_versions, remove_others, write_if_changed, write_versions


def test_a_file_is_written_once_and_then_only_when_it_differs(tmp_path: Path) -> None:
    path = tmp_path / "feeds" / "a.rss"
    assert write_if_changed(path, b"one")
    before = path.stat()
    assert not write_if_changed(path, b"one")
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert write_if_changed(path, b"two")
    assert path.read_bytes() == b"two"
    assert [file.name for file in path.parent.iterdir()] == ["a.rss"]


def test_a_reader_of_the_old_file_keeps_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.rss"
    write_if_changed(path, b"old")
    with path.open("rb") as reader:
        write_if_changed(path, b"new and longer")
        assert reader.read() == b"old"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "feeds").write_text("a file")
    with pytest.raises(StorageError, match=r"cannot write .*feeds/a\.rss: .*tries again"):
        write_if_changed(tmp_path / "feeds" / "a.rss", b"x")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.rss"
    write_if_changed(path, b"old")
    # The name of the temporary file leads to a device that is always full.
    (tmp_path / f".a.rss.{os.getpid()}.tmp").symlink_to("/dev/full")
    with pytest.raises(StorageError, match="No space left on device; readers keep the old file"):
        write_if_changed(path, b"new")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.rss"]


def test_versions_come_back(tmp_path: Path) -> None:
    write_versions(tmp_path, {"a": "1", "b-kz": "2"})
    assert read_versions(tmp_path) == {"a": "1", "b-kz": "2"}


@pytest.mark.parametrize("content", [None, b"", b"{", b"[1]", b"\xff\xfe", b'"x"'])
def test_versions_that_cannot_be_read_are_none(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / ".versions").write_bytes(content)
    assert read_versions(tmp_path) == {}
    assert read_versions(tmp_path / "absent") == {}


def test_only_feeds_and_abandoned_files_are_removed(tmp_path: Path) -> None:
    for name in (
        "a.rss",
        "a.atom",
        "gone.rss",
        "gone-kz.atom",
        ".versions",
        "notes.txt",
        "Upper.rss",
        ".b.rss",
    ):
        (tmp_path / name).write_text("x")
    now = datetime.now(UTC)
    for name, age in ((".a.rss.1.tmp", timedelta(hours=2)), (".a.rss.2.tmp", timedelta())):
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, ((now - age).timestamp(),) * 2)
    assert remove_others(tmp_path, {"a.rss", "a.atom"}, now=now) == ("gone-kz.atom", "gone.rss")
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"a.rss", "a.atom", ".versions", "notes.txt", "Upper.rss", ".b.rss", ".a.rss.2.tmp"}


def test_a_folder_that_is_not_there_has_nothing_to_remove(tmp_path: Path) -> None:
    assert remove_others(tmp_path / "absent", set(), now=datetime.now(UTC)) == ()
