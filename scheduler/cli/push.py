"""The verbs about what is pushed: list, test, send, dead, retry, drop, rejoin."""

import signal
import sys
from dataclasses import asdict
from pathlib import Path

import click

from core.clock import utcnow
from core.config import DataDir
from core.errors import PolicywireError
from publisher.push.sender import Sender, Sent
from publisher.push.targets import digest_of, shown, targets
from publisher.push.trial import trials
from scheduler import pushing
from scheduler.cli.common import (
    NUMBER,
    Whole,
    config_option,
    data_option,
    echo_json,
    json_option,
    ready,
    require_database,
    require_own,
    say,
    short_time,
    table,
)
from scheduler.exclusive import alone
from storage.store import Store

_limit = click.option("--limit", type=Whole(1, 10_000), default=50, show_default=True)
_numbers = click.argument("numbers", nargs=-1, type=NUMBER, metavar="[NUMBER]...")
_of = click.option("--target", help="Only letters to this target, as `push list` writes it.")
_everything = click.option("--all", "everything", is_flag=True, help="All of them.")


@click.group()
def push() -> None:
    """What is sent to others: webhooks, messages, digests, WebSub, alerts. See who fails, try, repeat."""


@push.command("list")
@config_option
@data_option
@json_option
def list_targets(config_dir: Path, data: DataDir, as_json: bool) -> None:
    """List the targets: since when they are served, what came through last, what waits, what is dead."""
    config = ready(config_dir, level="warning")
    with Store.open(require_database(data), read_only=True) as store:
        outbox, left = store.outbox(), [one for one in store.recipients() if one.left is not None]
    known = {one.target: one for one in outbox.targets}
    new = [target for target in targets(config.settings) if target not in known]
    if as_json:
        for state in outbox.targets:
            echo_json(asdict(state))
        for target in new:
            echo_json({"target": target, "since": None})
        return
    headings = (
        "target",
        "since",
        "last sent",
        "waiting",
        "collected",
        "dead",
        "failures",
        "next try",
        "error",
    )
    rows: list[tuple[object, ...]] = [
        (
            *(shown(state.target, config.settings), short_time(state.since), short_time(state.last_sent)),
            *(state.waiting, state.collected, state.dead, state.failures, short_time(state.retry_at)),
            f"not in the settings since {short_time(state.gone)}" if state.gone else state.error,
        )
        for state in outbox.targets
    ]
    rows += [
        (shown(target, config.settings), "with the daemon", "-", 0, 0, 0, 0, "-", None) for target in new
    ]
    say(
        table(headings, rows)
        if rows
        else f"no target: see `push` and `alerts` in {config.path / 'settings.yml'}"
    )
    for one in left:
        say(f"{one.target}: mailbox {one.address} has unsubscribed {short_time(one.left)}")


@push.command("test")
@click.argument("target")
@click.option("--to", "mailbox", help="For a digest: the address that gets the trial.")
@config_option
@data_option
def test_target(target: str, mailbox: str | None, config_dir: Path, data: DataDir) -> None:
    """Send a trial to TARGET: a name in `push`, `alerts` or `hubs`; ends with 1 if it does not arrive."""
    config = ready(config_dir, level="warning")
    context = pushing.context(config, base_url=None, feeds_dir=data.feeds)
    found = trials(context, target, mailbox, read=config.path / "settings.yml")
    problems = 0
    for name, attempt in found:
        problem = attempt()
        problems += problem is not None
        say(f"{name}: {problem or 'sent'}")
    if problems:
        sys.exit(1)


@push.command("send")
@click.option("--base-url", help="The server's public address, if not as the settings say.")
@click.option(
    "--linger",
    type=click.FloatRange(0, 60),
    default=0.0,
    help="Seconds to wait for more once nothing is due.",
)
@config_option
@data_option
@json_option
def send_now(base_url: str | None, linger: float, config_dir: Path, data: DataDir, as_json: bool) -> None:
    """Send what waits and is due; the daemon starts this by itself. Ends with 1 if a target failed."""
    config = ready(config_dir)
    require_own(config_dir, data)
    with alone(data.sending) as free:
        if not free:
            say("another process is sending", err=True)
            return
        with Store.open(require_database(data)) as store:
            pushing.close_digests(config, store, now=utcnow())
            sender = Sender(store, pushing.context(config, base_url=base_url, feeds_dir=data.feeds))
            signal.signal(signal.SIGTERM, lambda *_: sender.stop())
            done: Sent = sender.run(linger=linger)
    if as_json:
        echo_json(asdict(done))
    else:
        say(f"{done.sent} sent, {done.failed} failed, {done.dead} dead, {done.dropped} dropped")
    if done.failed:
        sys.exit(1)


@push.command()
@_of
@_limit
@data_option
@json_option
def dead(target: str | None, limit: int, data: DataDir, as_json: bool) -> None:
    """List dead letters, newest first: what was tried for `push.give_up`, refused for good, or cut off."""
    with Store.open(require_database(data), read_only=True) as store:
        found = store.deliveries(state="dead", target=target, limit=limit)
    if as_json:
        for one in found:
            echo_json(asdict(one))
        return
    rows = [
        (one.id, one.target, one.subject, one.tries, short_time(one.created), short_time(one.due), one.error)
        for one in found
    ]
    say(table(("number", "target", "what", "tries", "made", "died", "error"), rows) if rows else "none")


@push.command()
@_numbers
@_of
@_everything
@data_option
def retry(numbers: tuple[int, ...], target: str | None, everything: bool, data: DataDir) -> None:
    """Send dead letters again, by NUMBER, of one target or --all; what was cut off may then arrive twice."""
    _need_choice(numbers, target, everything)
    with Store.open(require_database(data)) as store:
        count = store.retry_dead(numbers or None, target=target, now=utcnow())
    say(f"{count} will be sent again")


@push.command()
@_numbers
@_of
@_everything
@data_option
def drop(numbers: tuple[int, ...], target: str | None, everything: bool, data: DataDir) -> None:
    """Forget dead letters, by NUMBER, of one target or --all."""
    _need_choice(numbers, target, everything)
    with Store.open(require_database(data)) as store:
        count = store.drop_dead(numbers or None, target=target)
    say(f"{count} dropped")


@push.command()
@click.argument("digest")
@click.argument("address")
@data_option
def rejoin(digest: str, address: str, data: DataDir) -> None:
    """Send DIGEST to ADDRESS again, who had unsubscribed and has changed his mind."""
    with Store.open(require_database(data)) as store:
        done = store.rejoin_digest(f"digest:{digest}", digest_of(address.casefold()))
    if not done:
        raise PolicywireError(f"nobody of that address has unsubscribed from {digest!r}; see `push list`")
    say(f"{address} gets {digest} again")


def _need_choice(numbers: tuple[int, ...], target: str | None, everything: bool) -> None:
    if not (numbers or target or everything):
        raise click.UsageError("say which: numbers from `push dead`, --target, or --all")
