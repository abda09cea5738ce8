"""The configuration in force: a change is seen, what only looks changed is none, a wrong one is told once."""

import asyncio
import os
from pathlib import Path

import pytest
from fakes_daemon import write_config

from core.config import DataDir
from core.errors import ConfigError
from scheduler.config import Config, load_config
from scheduler.inforce import ConfigInForce

SOURCE = """name: Quiet
country: KZ
publisher: press
languages: [en]
home: http://127.0.0.1:9/
kind: feed
urls: [http://127.0.0.1:9/feed]
"""


def folders(tmp_path: Path) -> tuple[Path, DataDir]:
    """Return a config folder and a data folder. Without watchlists, whose forms take a second to make."""
    folder, data = write_config(tmp_path / "config", {"quiet": SOURCE}), DataDir(path=tmp_path / "data")
    for name in ("watchlists", "terms"):
        (folder / name).unlink()
    data.path.mkdir()
    return folder, data


def test_a_change_is_seen_by_names_sizes_and_times(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder, data = folders(tmp_path)
    settings = folder / "settings.yml"
    settings.write_text("contact: a@example.org\n", encoding="utf-8")
    here = ConfigInForce(folder, data)

    def look(*, asked: bool = False) -> Config | None:
        return asyncio.run(here.changed(asked=asked))

    assert look() is None
    os.utime(settings)
    assert look() is None
    # The same size, another content.
    settings.write_text("contact: b@example.org\n", encoding="utf-8")
    changed = look()
    assert changed is not None
    assert changed.settings.contact == "b@example.org"
    here.config = changed
    assert look() is None
    settings.write_text("contract: b@example.org\n", encoding="utf-8")
    assert look() is None
    assert "contract" in (here.error or "")
    told = len(caplog.records)
    assert look() is None
    assert len(caplog.records) == told
    assert look(asked=True) is None
    assert len(caplog.records) > told
    settings.write_text("contact: c@example.org\n", encoding="utf-8")
    assert look() is not None
    assert here.error is None
    settings.write_text("contract: c@example.org\n", encoding="utf-8")
    assert look() is None
    assert "contract" in (here.error or "")
    settings.write_text("contact: b@example.org\n", encoding="utf-8")
    assert look() is None
    assert here.error is None, "a refused change that was taken back is no fault any more"


def test_workers_get_what_was_found_good_whatever_happens_to_the_files_meanwhile(tmp_path: Path) -> None:
    folder, data = folders(tmp_path)
    (folder / "settings.yml").chmod(0o600)
    here = ConfigInForce(folder, data)
    here.put_copy()
    assert load_config(here.copy, watchlists=False).digest == here.config.digest
    assert here.copy.stat().st_mode & 0o077 == 0, "there may be secrets in the settings"

    quiet, broken = folder / "sources" / "quiet.yml", folder / "sources" / "xx-q.yml"
    quiet.write_text(SOURCE.replace("Quiet", "Calm"), encoding="utf-8")
    changed = asyncio.run(here.changed(asked=False))
    assert changed is not None
    # While the daemon makes itself ready for the change, somebody saves an unfinished file.
    broken.write_text("name: [broken\n", encoding="utf-8")
    here.put_copy()
    here.config = changed
    copied = load_config(here.copy, watchlists=False)
    assert copied.sources["quiet"].name == "Calm"
    assert copied.digest == changed.digest

    assert asyncio.run(here.changed(asked=False)) is None
    assert f"{broken}:2: not valid YAML" in (here.error or ""), "the file that people wrote is named"
    assert load_config(here.copy, watchlists=False).digest == changed.digest
    broken.unlink()
    assert asyncio.run(here.changed(asked=False)) is None
    assert here.error is None


def test_what_is_no_plain_file_is_named_and_never_waited_for(tmp_path: Path) -> None:
    folder, data = folders(tmp_path)
    here = ConfigInForce(folder, data)
    odd = [folder / "sources" / name for name in ("xx-fifo.yml", "xx-zero.yml", "xx-nowhere.yml")]
    os.mkfifo(odd[0])
    odd[1].symlink_to("/dev/zero")
    odd[2].symlink_to("nowhere")
    # What is no config file is none of its business.
    os.mkfifo(folder / "sources" / "pipe")
    assert asyncio.run(here.changed(asked=False)) is None
    with pytest.raises(ConfigError) as told:
        load_config(folder, watchlists=False)
    for problems in (here.error or "", str(told.value)):
        assert f"{odd[0]}: cannot be read: it is a pipe or a device; make it a plain file" in problems
        assert f"{odd[1]}: cannot be read: it is a pipe or a device" in problems
        assert str(odd[2]) in problems
        assert problems.count("\n") == len(odd)
    for path in odd:
        path.unlink()
    assert asyncio.run(here.changed(asked=True)) is None
    assert here.error is None
