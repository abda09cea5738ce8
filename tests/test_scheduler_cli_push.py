"""The verbs of pushing, and the sending process: killed in the middle, asked to stop, two at once."""

import json
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from fakes_daemon import write_config
from fakes_push import SECRET, draft, follow, open_store, push
from fakes_smtp import MailServer
from fakes_web import Answer, Asked, Site
from waiting import until

from core.clock import utcnow
from core.errors import ConfigError, PolicywireError
from publisher.push.targets import digest_of
from scheduler.cli import cli
from scheduler.config import load_config
from storage.sending import CUT_OFF
from storage.store import Store


def write_settings(tmp_path: Path, **sections: object) -> Path:
    if not (tmp_path / "config").exists():
        write_config(tmp_path / "config")
    text = json.dumps({"contact": "a@example.org", **sections}, indent=1)
    (tmp_path / "config" / "settings.yml").write_text(text, encoding="utf-8")
    return tmp_path / "config"


def hooks(*addresses: str) -> dict[str, object]:
    named = [
        {"name": f"desk-{number}", "url": address, "secret": SECRET}
        for number, address in enumerate(addresses, start=1)
    ]
    return {"webhooks": named}


def filled(tmp_path: Path, config: Path, *articles: int) -> Store:
    """Return a store in which entries wait for all targets."""
    (tmp_path / "data").mkdir(exist_ok=True)
    store = open_store(tmp_path / "data")
    now = utcnow()
    to = follow(store, load_config(config, watchlists=False).settings, since=now - timedelta(hours=1))
    push(store, *(draft(number, created=now) for number in articles), to=to, now=now)
    return store


def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *words: str, config: bool = False
) -> tuple[int, str]:
    """Run a verb of `push`; return its exit code and what it printed."""
    places = ["--data", str(tmp_path / "data")] if words[0] != "none" else []
    places += ["--config", str(tmp_path / "config")] if config else []
    with pytest.raises(SystemExit) as end:
        cli.main(["push", *words, *places])
    printed = capsys.readouterr()
    return int(end.value.code or 0), printed.out + printed.err


def sender(tmp_path: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "scheduler.cli", "push", "send"]
    places = ["--config", str(tmp_path / "config"), "--data", str(tmp_path / "data")]
    return subprocess.Popen([*command, *places], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_a_sender_that_is_killed_sends_nothing_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Site() as site:
        site.put("/in", takes=5)
        config = write_settings(tmp_path, push=hooks(site.url("/in")))
        with filled(tmp_path, config, 1, 2) as store:
            killed = sender(tmp_path)
            until(lambda: len(site.asked) >= 1)
            killed.send_signal(signal.SIGKILL)
            killed.wait()
            site.put("/in", "fine")
            code, _ = run(tmp_path, capsys, "send", config=True)
            assert code == 0
            ids = [asked.headers["webhook-id"] for asked in site.asked]
            assert len(ids) == len(set(ids)) == 2
            (dead,) = store.deliveries(state="dead", limit=9)
            assert dead.error == CUT_OFF
        code, printed = run(tmp_path, capsys, "dead")
        assert code == 0 and "cut off" in printed
        assert run(tmp_path, capsys, "retry")[0] == 2
        assert run(tmp_path, capsys, "retry", str(dead.id)) == (0, "1 will be sent again\n")
        assert run(tmp_path, capsys, "send", config=True)[0] == 0
        # Asked to, it sends it again: under the id that the receiver may know already.
        assert [asked.headers["webhook-id"] for asked in site.asked][2] == ids[0]


def test_a_sender_that_is_asked_to_stop_ends_what_it_has_in_hand(tmp_path: Path) -> None:
    def slowly(_: Asked) -> Answer:
        process.send_signal(signal.SIGTERM)
        return Answer(takes=1)

    with Site() as site:
        site.put_made("/in", slowly)
        config = write_settings(tmp_path, push=hooks(site.url("/in")))
        with filled(tmp_path, config, 1, 2) as store:
            process = sender(tmp_path)
            until(lambda: len(site.asked) >= 1)
            process.wait(60)
            states = [one.state for one in store.deliveries(limit=9)]
            assert sorted(states) == ["sent", "waiting"]
            assert len(site.asked) == 1


def test_targets_are_listed_without_their_secrets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Site() as site:
        site.put("/in?token=pa55word", status=500)
        config = write_settings(
            tmp_path,
            push=hooks(site.url("/in?token=pa55word")),
            alerts={"targets": ["json://me:pa55word@h.example/"]},
        )
        with filled(tmp_path, config, 1):
            pass
        code, printed = run(tmp_path, capsys, "send", config=True)
        assert code == 1
        assert "0 sent, 1 failed, 0 dead, 0 dropped" in printed
        listed = run(tmp_path, capsys, "list", config=True)[1]
        assert "webhook:desk-1" in listed and "it says 500" in listed and "json://" in listed
        as_json = run(tmp_path, capsys, "list", "--json", config=True)[1]
        states = {state["target"]: state for state in map(json.loads, as_json.splitlines())}
        assert states["webhook:desk-1"]["failures"] == 1
        with pytest.raises(SystemExit):
            cli.main(["status", "--data", str(tmp_path / "data"), "--config", str(config)])
        status = capsys.readouterr().out
        assert "push webhook:desk-1: 1 failures in a row, 0 dead letters: it says 500" in status
        assert "pa55word" not in printed + listed + as_json + status


def test_a_trial_goes_to_the_target_that_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Site() as site, MailServer() as mail:
        site.put("/in", "fine")
        site.put("/out", status=500)
        settings = hooks(site.url("/in"), site.url("/out"))
        settings["digests"] = [{"name": "daily", "to": ["desk@example.org", "two@example.org"]}]
        smtp = {"host": "127.0.0.1", "port": mail.port, "security": "none", "sender": "wire@example.org"}
        write_settings(tmp_path, push=settings, mail=smtp)
        assert run(tmp_path, capsys, "test", "desk-1", config=True) == (0, "desk-1: sent\n")
        assert json.loads(site.asked[0].body)["type"] == "test"
        code, printed = run(tmp_path, capsys, "test", "desk-2", config=True)
        assert code == 1 and "it says 500" in printed
        assert run(tmp_path, capsys, "test", "daily", "--to", "me@example.org", config=True)[0] == 0
        assert [one.recipients for one in mail.mails] == [["me@example.org"]]
    with pytest.raises(PolicywireError, match="say with --to"):
        cli.main(["push", "test", "daily", "--config", str(tmp_path / "config")], standalone_mode=False)
    with pytest.raises(PolicywireError, match="there are: desk-1, desk-2, daily"):
        cli.main(["push", "test", "nobody", "--config", str(tmp_path / "config")], standalone_mode=False)


def test_letters_are_dropped_and_who_left_comes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Site() as site:
        site.put("/in", status=410)
        config = write_settings(tmp_path, push=hooks(site.url("/in")))
        with filled(tmp_path, config, 1) as store:
            person = store.recipient("digest:daily", digest_of("desk@example.org"), token="t0ken")
            store.leave_digest(person.token, now=utcnow())
            assert run(tmp_path, capsys, "send", config=True)[0] == 1
            assert "has unsubscribed" in run(tmp_path, capsys, "list", config=True)[1]
            assert run(tmp_path, capsys, "rejoin", "daily", "Desk@example.org")[0] == 0
            (letter,) = map(json.loads, run(tmp_path, capsys, "dead", "--json")[1].splitlines())
            assert letter["target"] == "webhook:desk-1"
            assert run(tmp_path, capsys, "drop", "--all") == (0, "1 dropped\n")
            assert run(tmp_path, capsys, "dead") == (0, "none\n")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (
            "push:\n  webhooks:\n    - name: desk\n      url: https://a.example/\n      secret: short\n",
            5,
            "at least 16",
        ),
        ("push:\n  hubs: [nowhere]\n", 2, "http://"),
        ("push:\n  digests:\n    - name: daily\n      to: [a@b.c]\n", 2, "mail.host"),
        ("push:\n  hub: true\n  hub_lease: 90d\n", 3, "hub_longest"),
        ("mail:\n  security: none\n  password: pa55word\n", 1, "anyone can read"),
        (
            "push:\n  messages:\n    - name: chat\n      address: json://x\n      watchlists: [nowhere]\n",
            5,
            "no watchlist 'nowhere'",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_without_its_secret(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    config = write_settings(tmp_path)
    (config / "settings.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_config(config, sources=False, watchlists="no watchlist" in words, examples=False)
    assert f"settings.yml:{line}: " in str(error.value)
    assert words in str(error.value)
    assert "'short'" not in str(error.value) and "pa55word" not in str(error.value)
