"""The verbs that run the line or its publish loop, or make a folder for it: demo, init, run, publish."""

import asyncio
import shlex
import shutil
from pathlib import Path

import click

from core.config import DataDir, default_config_dir, visible_files
from core.errors import PolicywireError
from core.logs import configure_logging
from scheduler import jobs, pushing
from scheduler.cli.common import (
    Whole,
    config_option,
    data_option,
    echo_json,
    json_option,
    ready,
    require_database,
    require_known,
    require_own,
    say,
)
from scheduler.daemon import Daemon
from scheduler.demo import run_demo


@click.command()
@click.option("--once", is_flag=True, help="End after two passes instead of serving on.")
@click.option("--port", type=Whole(0, 65535), default=8600, show_default=True, help="0: any free port.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the demo's config and data here instead of in a temporary folder.",
)
def demo(once: bool, port: int, folder: Path | None) -> None:
    """Run the whole line on a bundled newsroom of small loopback sites; nothing else is needed."""
    configure_logging("warning")
    asyncio.run(run_demo(folder=folder, port=port, once=once, say=click.echo))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Begin a folder of your own: a copy of the shipped sources, watchlists and settings in FOLDER/config."""
    config, shipped = folder / "config", default_config_dir()
    try:
        if folder.exists() and any(folder.iterdir()):
            raise PolicywireError(f"{folder} is not empty; name a folder that is, or that does not exist yet")
        for path in visible_files(shipped):
            target = config / path.relative_to(shipped)
            target.parent.mkdir(parents=True, exist_ok=True)
            # Without its mode: the shipped files may be read-only, these are to be written.
            shutil.copyfile(path, target)
        # Passwords and keys may come to stand there.
        (config / "settings.yml").chmod(0o600)
    except OSError as error:
        raise PolicywireError(
            f"{config} cannot be written: {error}; remove what is there, if anything"
        ) from error
    say(f"{config} holds a copy of {shipped}: from now on it is yours. Next:")
    say(f"  1. write a mail or web address of yours as `contact` into {config / 'settings.yml'}")
    own, data = shlex.quote(str(config)), shlex.quote(str(folder / "var"))
    say(f"  2. policywire config --config {own}")
    say(f"  3. policywire run --config {own} --data {data}")


@click.command()
@config_option
@data_option
@click.option("--host", help="Address to serve on; overrides serve.host.")
@click.option("--port", type=Whole(0, 65535), help="Port to serve on; overrides serve.port.")
def run(config_dir: Path, data: DataDir, host: str | None, port: int | None) -> None:
    """Run the daemon: poll what is due, keep, match, publish, serve. Ends on SIGTERM or Ctrl-C."""
    ready(config_dir)
    require_known(data)
    asyncio.run(_serve(config_dir, data, host, port))


async def _serve(config_dir: Path, data: DataDir, host: str | None, port: int | None) -> None:
    await Daemon(config_dir, data, host=host, port=port).run()


@click.command()
@config_option
@data_option
@click.option(
    "--forget-targets", is_flag=True, help="Go on though targets of pushing have left the settings."
)
@json_option
def publish(config_dir: Path, data: DataDir, forget_targets: bool, as_json: bool) -> None:
    """Match what is new in the store, write the entries and render the feeds that changed."""
    config = ready(config_dir, watchlists=True)
    require_database(data)
    require_own(config_dir, data)
    base_url = config.settings.address()
    with jobs.open_by_hand(config, data) as store:
        if not forget_targets:
            pushing.require_targets(config.settings, store)
        reports = jobs.publish_all(jobs.publisher(config, store, data.feeds, base_url))
    totals = {
        key: sum(getattr(report, key) for report in reports) for key in ("changes", "matched", "entries")
    }
    rendered = sorted({name for report in reports for name in report.rendered})
    if as_json:
        echo_json({**totals, "rendered": rendered})
    else:
        say("{changes} changes, {matched} matched, {entries} new entries".format(**totals))
        written = f"{len(rendered)} files written to {data.feeds}" if rendered else "no feed had changed"
        say(f"{written}{'; --json names them' if rendered else ''}")
