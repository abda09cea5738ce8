"""A data folder belongs to one config folder: verbs that forget it, or name another one, lose nothing."""

import json
from pathlib import Path

import pytest
from fakes_daemon import write_config
from fakes_push import SECRET, draft, follow, open_store, push

from core.clock import utcnow
from core.config import DataDir, default_config_dir
from core.errors import PolicywireError
from scheduler.belonging import folder_of, take
from scheduler.cli import cli
from scheduler.config import load_config
from storage.store import Store

SOURCE = (
    "name: One\ncountry: KZ\npublisher: press\nlanguages: [en]\nhome: http://127.0.0.1:9/\n"
    "kind: feed\nurls: ['http://127.0.0.1:9/feed']\n"
)
HOOKS = [{"name": "desk", "url": "http://127.0.0.1:9/", "secret": SECRET}]


@pytest.fixture(autouse=True)
def nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("POLICYWIRE_CONFIG", "POLICYWIRE_DATA", "POLICYWIRE_PUSH_WEBHOOKS"):
        monkeypatch.delenv(name, raising=False)


def of(tmp_path: Path) -> tuple[Path, DataDir]:
    """Return a config folder with a target, and a data folder of it in which a letter waits."""
    config, data = write_config(tmp_path / "config", {"one": SOURCE}), DataDir(path=tmp_path / "data")
    settings = f"contact: a@example.org\npush: {json.dumps({'webhooks': HOOKS})}\n"
    (config / "settings.yml").write_text(settings, encoding="utf-8")
    data.path.mkdir()
    with open_store(data.path) as store:
        now = utcnow()
        store.sync_sources(["one"], now=now)
        to = follow(store, load_config(config, watchlists=False).settings, since=now)
        push(store, draft(1, created=now), to=to, now=now)
    return config, data


def stored(data: DataDir) -> tuple[list[str], list[int]]:
    with Store.open(data.database, read_only=True) as store:
        waiting = [one.waiting for one in store.outbox().targets if one.gone is None]
        return [state.id for state in store.source_states()], waiting


def verb(*words: str, data: DataDir, config: Path | None = None) -> None:
    named = ["--config", str(config)] if config else []
    cli.main([*words, "--data", str(data.path), *named], standalone_mode=False)


def test_a_verb_that_forgets_the_config_uses_that_of_the_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, data = of(tmp_path)
    take(config, data)
    verb("publish", data=data)
    assert stored(data) == (["one"], [1])
    verb("push", "list", data=data)
    assert "webhook:desk" in capsys.readouterr().out
    with pytest.raises(PolicywireError, match=f"no target 'nobody' in {config / 'settings.yml'}"):
        verb("push", "test", "nobody", data=data)


@pytest.mark.parametrize("words", [["publish"], ["crawl", "--all"], ["worker"], ["push", "send"]])
def test_a_verb_that_names_another_config_is_refused(words: list[str], tmp_path: Path) -> None:
    config, data = of(tmp_path)
    take(config, data)
    other = write_config(tmp_path / "other", {"two": SOURCE})
    with pytest.raises(PolicywireError) as refused:
        verb(*words, data=data, config=other)
    assert str(config) in str(refused.value) and str(other) in str(refused.value)
    assert stored(data) == (["one"], [1])
    assert folder_of(data) == config
    link = tmp_path / "link"
    link.symlink_to(config)
    verb("publish", data=data, config=link)


@pytest.mark.parametrize("words", [["publish"], ["crawl", "--all"], ["run"]])
def test_data_of_an_unknown_config_are_not_for_the_shipped_one(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After `restore` into a new folder, say."""
    monkeypatch.setenv("POLICYWIRE_CONTACT", "a@example.org")
    config, data = of(tmp_path)
    with pytest.raises(PolicywireError, match="name the folder with --config"):
        verb(*words, data=data)
    assert stored(data) == (["one"], [1])
    verb("publish", data=data, config=config)
    assert folder_of(data) == config


def test_settings_that_lack_targets_publish_only_when_told_so(tmp_path: Path) -> None:
    """As in a shell that has not the daemon's variables."""
    config, data = of(tmp_path)
    (config / "settings.yml").write_text("contact: a@example.org\n", encoding="utf-8")
    with pytest.raises(PolicywireError, match=r"webhook:desk.*--forget-targets"):
        verb("publish", data=data, config=config)
    assert stored(data) == (["one"], [1])
    verb("publish", "--forget-targets", data=data, config=config)
    verb("publish", data=data, config=config)
    with Store.open(data.database, read_only=True) as store:
        (left,) = store.outbox().targets
        assert left.gone is not None and left.waiting == 1


def test_a_folder_that_cannot_be_noted_or_read_is_said(tmp_path: Path) -> None:
    data = DataDir(path=tmp_path)
    data.config_note.mkdir()
    with pytest.raises(PolicywireError, match="cannot be read"):
        take(default_config_dir(), data)


def test_a_data_folder_that_is_made_for_the_note_is_its_owners_alone(tmp_path: Path) -> None:
    data = DataDir(path=tmp_path / "data")
    take(tmp_path / "config", data)
    assert folder_of(data) == tmp_path / "config"
    assert data.path.stat().st_mode & 0o777 == 0o700
