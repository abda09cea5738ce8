"""Users and tokens on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.clock import utcnow
from core.errors import PolicywireError
from core.settings import Settings
from publisher.web.access import passwords
from publisher.web.access.tokens import digest, is_token
from scheduler.cli import cli
from scheduler.exposure import warnings
from storage.store import Store

PASSWORD = "correct horse battery"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    Store.open(tmp_path / "data" / "policywire.db").close()
    return tmp_path / "data"


def run(data: Path, *words: str, given: str = "") -> Result:
    return CliRunner().invoke(cli, [*words, "--data", str(data)], input=given)


def test_users_are_added_listed_changed_and_removed(data: Path) -> None:
    assert run(data, "users", "list").output == "none\n"
    done = run(data, "users", "add", "Ada", "--role", "operator", given=f"{PASSWORD}\n")
    assert (done.exit_code, done.output) == (0, "ada may log in as operator\n")
    (listed,) = (json.loads(line) for line in run(data, "users", "list", "--json").output.splitlines())
    assert (listed["name"], listed["role"], listed["last_login"]) == ("ada", "operator", None)
    assert PASSWORD.encode() not in (data / "policywire.db").read_bytes()
    with Store.open(data / "policywire.db") as store:
        found = store.credentials("ada")
        assert found is not None
        assert passwords.verify(PASSWORD, found.password)
    assert run(data, "users", "role", "ada", "analyst").exit_code == 0
    assert run(data, "users", "password", "ada", given="staple the battery\n").exit_code == 0
    assert "ada" in run(data, "users", "list").output
    assert run(data, "users", "remove", "ADA").exit_code == 0
    assert run(data, "users", "list", "--json").output == ""


@pytest.mark.parametrize(
    ("words", "given", "told"),
    [
        (("users", "add", "a b"), PASSWORD, "is no name for a user"),
        (("users", "add", "../x"), PASSWORD, "is no name for a user"),
        (("users", "add", "ada"), "short", "too short"),
        (("users", "add", "ada"), "", "too short"),
        (("users", "add", "eve"), PASSWORD, "there is a user eve already"),
        (("users", "remove", "nobody"), "", "there is no user nobody"),
        (("users", "password", "nobody"), PASSWORD, "there is no user nobody"),
        (("users", "role", "nobody", "analyst"), "", "there is no user nobody"),
        (("tokens", "revoke", "7"), "", "there is no token 7"),
        (("tokens", "add", "x", "--user", "nobody"), "", "there is no user nobody"),
    ],
)
def test_what_cannot_be_done_is_said(data: Path, words: tuple[str, ...], given: str, told: str) -> None:
    with Store.open(data / "policywire.db") as store:
        store.add_user("eve", "analyst", "no password", now=utcnow())
    done = run(data, *words, given=given + "\n")
    assert isinstance(done.exception, PolicywireError)
    assert told in str(done.exception)


def test_tokens_are_made_listed_and_revoked(data: Path) -> None:
    made = json.loads(run(data, "tokens", "add", "prometheus", "--for", "30d", "--json").output)
    assert is_token(made["token"])
    assert made["private"] == f"http://127.0.0.1:8600/private/{made['token']}/feeds/"
    with Store.open(data / "policywire.db") as store:
        found = store.token(digest(made["token"]), now=utcnow())
        assert found is not None
        assert (found.name, found.user) == ("prometheus", None)
    listed = run(data, "tokens", "list")
    assert "prometheus" in listed.output
    assert made["token"] not in listed.output
    assert run(data, "tokens", "revoke", str(made["id"])).exit_code == 0
    assert run(data, "tokens", "list").output == "none\n"
    year = json.loads(run(data, "tokens", "add", "reader", "--for", "366d", "--json").output)["expires"][:10]
    assert year in run(data, "tokens", "list").output


@pytest.mark.parametrize(
    ("serve", "base_url", "read", "told"),
    [
        ("127.0.0.1", None, None, []),
        ("::1", None, None, []),
        ("0.0.0.0", None, None, ["everybody who reaches this server on 0.0.0.0"]),
        ("::", None, None, ["everybody"]),
        ("192.168.1.5", None, "token", []),
        ("192.168.1.5", None, "open", []),
        ("127.0.0.1", "https://wire.example", None, ["everybody who reaches this server as wire.example"]),
        ("127.0.0.1", "https://wire.example", "token", []),
        ("127.0.0.1", "http://wire.example", "token", ["is not https"]),
        ("127.0.0.1", "http://localhost:8600", None, []),
    ],
)
def test_what_is_open_wider_than_was_decided_is_said(
    serve: str, base_url: str | None, read: str | None, told: list[str]
) -> None:
    settings = Settings.model_validate(
        {"serve": {"host": serve}, "feeds": {"base_url": base_url}, "access": {"read": read}}
    )
    found = warnings(settings)
    assert len(found) == len(told)
    for one, part in zip(found, told, strict=True):
        assert part in one
    assert warnings(settings, host="0.0.0.0") or read is not None
