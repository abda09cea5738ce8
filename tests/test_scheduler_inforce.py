"""The configuration in force: a change is seen, what only looks changed is none, a wrong one is told once."""

import asyncio
import os
from pathlib import Path

import pytest
from fakes_daemon import write_config

from core.config import DataDir
from scheduler.config import Config
from scheduler.inforce import ConfigInForce


def test_a_change_is_seen_by_names_sizes_and_times(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = write_config(tmp_path / "config", {})
    settings = folder / "settings.yml"
    settings.write_text("contact: a@example.org\n", encoding="utf-8")
    here = ConfigInForce(folder, DataDir(path=tmp_path / "data"))

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
