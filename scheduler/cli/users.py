"""The verbs about users and tokens. Passwords come from a prompt or standard input, never from the call."""

import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import click

from core.clock import utcnow
from core.config import DataDir
from core.errors import PolicywireError
from publisher.web.access import passwords
from publisher.web.access.logins import NAME, user_name
from publisher.web.access.tokens import digest, new_token
from scheduler.cli.common import (
    NUMBER,
    Duration,
    config_option,
    data_option,
    echo_json,
    json_option,
    ready,
    require_database,
    say,
    short_time,
    table,
)
from storage.records.accounts import ROLES, Role
from storage.store import Store

_role_option = click.option(
    "--role",
    type=click.Choice(ROLES),
    default="analyst",
    show_default=True,
    help="analyst: feedback; operator: also snooze, poll, split and join.",
)


@click.group()
def users() -> None:
    """See, add and remove those who may log in."""


@users.command("add")
@click.argument("name")
@_role_option
@data_option
def add(name: str, role: Role, data: DataDir) -> None:
    """Add a user; the password is asked for, or read from standard input."""
    name = _new_name(name)
    with Store.open(require_database(data)) as store:
        if store.credentials(name) is not None:
            raise _taken(name)
        if not store.add_user(name, role, passwords.hashed(_new_password(name)), now=utcnow()):
            raise _taken(name)
    say(f"{name} may log in as {role}")


@users.command("list")
@data_option
@json_option
def list_users(data: DataDir, as_json: bool) -> None:
    """List users, with how many logins and tokens each has."""
    with Store.open(require_database(data), read_only=True) as store:
        found = store.users()
    if as_json:
        for user in found:
            echo_json(asdict(user))
        return
    rows = [
        (one.name, one.role, short_time(one.created), short_time(one.last_login), one.sessions, one.tokens)
        for one in found
    ]
    say(table(("name", "role", "added", "last login", "logins", "tokens"), rows) if rows else "none")


@users.command("remove")
@click.argument("name")
@data_option
def remove(name: str, data: DataDir) -> None:
    """Remove a user, with all logins and tokens, at once."""
    with Store.open(require_database(data)) as store:
        if not store.remove_user(user_name(name)):
            raise _nobody(name)
    say(f"{user_name(name)} is removed; logins and tokens have ended")


@users.command("password")
@click.argument("name")
@data_option
def password(name: str, data: DataDir) -> None:
    """Give a user another password: all logins end, failed ones are forgotten."""
    name = user_name(name)
    with Store.open(require_database(data)) as store:
        if store.credentials(name) is None:
            raise _nobody(name)
        store.set_password(name, passwords.hashed(_new_password(name)))
        store.forget_failures()
    say(f"{name} has another password; all logins have ended")


@users.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@data_option
def role(name: str, role: Role, data: DataDir) -> None:
    """Give a user another role, in force at once."""
    with Store.open(require_database(data)) as store:
        if not store.set_role(user_name(name), role):
            raise _nobody(name)
    say(f"{user_name(name)} is {role} now")


@click.group()
def tokens() -> None:
    """See, make and revoke tokens to read by: for feed readers and programs."""


@tokens.command("add")
@click.argument("name")
@click.option("--user", help="Whose it is: it ends with the user. Left out: nobody's.")
@click.option("--for", "lasting", type=Duration(), help="It ends after so long; left out: never.")
@config_option
@data_option
@json_option
def add_token(
    name: str, user: str | None, lasting: timedelta | None, config_dir: Path, data: DataDir, as_json: bool
) -> None:
    """Make a token called NAME and print it, this once."""
    address = ready(config_dir, level="error").settings.address()
    user = None if user is None else user_name(user)
    token, now = new_token(), utcnow()
    with Store.open(require_database(data)) as store:
        if user is not None and store.credentials(user) is None:
            raise _nobody(user)
        expires = None if lasting is None else now + lasting
        id_ = store.add_token(digest(token), user=user, name=name[:80], now=now, expires=expires)
    if id_ is None:
        raise PolicywireError(f"{user} has too many tokens; revoke one first: `policywire tokens list`")
    private = f"{address}/private/{token}/feeds/"
    if as_json:
        echo_json({"id": id_, "token": token, "expires": expires, "private": private})
        return
    say(token)
    say(f"Keep it like a password: it is shown this once. Feeds under it: {private}", err=True)


@tokens.command("list")
@click.option("--user", help="Only this user's.")
@data_option
@json_option
def list_tokens(user: str | None, data: DataDir, as_json: bool) -> None:
    """List tokens, newest first, with their last use; the tokens themselves are not kept."""
    with Store.open(require_database(data), read_only=True) as store:
        found = store.tokens(None if user is None else user_name(user))
    if as_json:
        for token in found:
            echo_json(asdict(token))
        return
    rows = [
        (one.id, one.name, one.user or "-", *map(short_time, (one.created, one.used, one.expires)))
        for one in found
    ]
    say(table(("id", "name", "user", "made", "last used", "ends"), rows) if rows else "none")


@tokens.command("revoke")
@click.argument("id_", metavar="ID", type=NUMBER)
@data_option
def revoke(id_: int, data: DataDir) -> None:
    """Revoke a token by its number, at once."""
    with Store.open(require_database(data)) as store:
        if not store.remove_token(id_):
            raise PolicywireError(f"there is no token {id_}; see `policywire tokens list`")
    say(f"token {id_} is revoked")


def _new_name(text: str) -> str:
    name = user_name(text)
    if not NAME.fullmatch(name):
        raise PolicywireError(
            f"{text!r} is no name for a user: letters a to z, digits and ._@- are, at most 64 of them"
        )
    return name


def _new_password(name: str) -> str:
    if sys.stdin.isatty():
        given = click.prompt("Password", hide_input=True, confirmation_prompt="Again")
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    fault = passwords.fault(given, name=name)
    if fault is not None:
        raise PolicywireError(f"this password cannot be taken: {fault}")
    return str(given)


def _taken(name: str) -> PolicywireError:
    return PolicywireError(f"there is a user {name} already; `policywire users password {name}` changes it")


def _nobody(name: str) -> PolicywireError:
    return PolicywireError(f"there is no user {user_name(name)}; see `policywire users list`")
