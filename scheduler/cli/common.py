"""Options and output that several verbs share."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO, TypeVar, cast

import click
from click.core import ParameterSource

from core.clock import utcnow
from core.config import DataDir, default_config_dir
from core.errors import PolicywireError
from core.logs import configure_logging
from core.source import Source, parse_duration
from core.statement import Statement
from publisher.feeds.text import clean, escaped, one_line
from publisher.matching import Watchlist
from scheduler import belonging
from scheduler.belonging import folder_of
from scheduler.config import Config, load_config
from storage.half_restored import refuse_half_restored


class Whole(click.IntRange):
    """A whole number from `least` to `most`."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most)
        self._expected = f"one from {least:,} to {most:,}"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number, or fail with what is expected."""
        if isinstance(value, str) and not value.strip().lstrip("+-").isdecimal():
            self.fail(f"{value!r} is no whole number; expected {self._expected}", param, ctx)
        return super().convert(value, param, ctx)


class Number(Whole):
    """What the database numbers things by: no more than SQLite's integers."""

    def __init__(self) -> None:
        super().__init__(1, 2**63 - 1)
        self._expected = "one as pages and lists show it, such as 812"


NUMBER = Number()

F = TypeVar("F", bound=Callable[..., Any])


def config_option(function: F) -> F:
    """Add --config, given to the verb as `config_dir: Path`; left out, the data folder's own."""
    return click.option(
        "--config",
        "config_dir",
        type=click.Path(path_type=Path),
        envvar="POLICYWIRE_CONFIG",
        default=default_config_dir,
        show_default="the data folder's own, else the checkout's or the package's config",
        callback=_config_dir,
        help="Folder with settings.yml, sources/, watchlists/ and languages/.",
    )(function)


def _config_dir(context: click.Context, _parameter: click.Parameter, value: Path) -> Path:
    data = context.params.get("data")
    if _is_named(context) or not isinstance(data, DataDir):
        return value
    return folder_of(data) or value


def _is_named(context: click.Context) -> bool:
    return context.get_parameter_source("config_dir") is not ParameterSource.DEFAULT


def require_known(data: DataDir) -> None:
    """Refuse data whose configuration is neither named nor kept there. Raises PolicywireError."""
    belonging.require_known(data, named=_is_named(click.get_current_context()))


def require_own(config_dir: Path, data: DataDir) -> None:
    """Refuse a configuration that is not the data folder's own. Raises PolicywireError."""
    belonging.require_own(config_dir, data, named=_is_named(click.get_current_context()))


def data_option(function: F) -> F:
    """Add --data, given to the verb as `data: DataDir`."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path),
        envvar="POLICYWIRE_DATA",
        default=Path("var"),
        # Before --config, which may follow from it.
        is_eager=True,
        show_default=True,
        callback=lambda _context, _parameter, value: DataDir(path=value),
        help="Folder of the database and the feeds.",
    )(function)


def json_option(function: F) -> F:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")(function)


def source_of(config: Config, source_id: str) -> Source:
    """Return a source by its id. Raises PolicywireError where there is none."""
    if source_id not in config.sources:
        raise PolicywireError(
            f"no source {source_id!r} in {config.path / 'sources'}; see `policywire sources list`"
        )
    return config.sources[source_id]


def ready(config_dir: Path, *, level: str | None = None, watchlists: bool = False) -> Config:
    """Load the config and set up logging as it says, or at `level`."""
    config = load_config(config_dir, watchlists=watchlists)
    log = config.settings.log
    configure_logging(level or log.level, log.form, config.settings.secrets)
    return config


def chosen_watchlists(config: Config, watchlist_id: str | None) -> list[Watchlist]:
    """Return one watchlist, or all of them. Raises PolicywireError for an id that there is not."""
    if watchlist_id is None:
        return list(config.watchlists.values())
    if watchlist_id not in config.watchlists:
        known = ", ".join(config.watchlists)
        raise PolicywireError(
            f"no watchlist {watchlist_id!r} in {config.path / 'watchlists'}; there are: {known}"
        )
    return [config.watchlists[watchlist_id]]


def require_database(data: DataDir) -> Path:
    """Return the database's path. Raises PolicywireError when there is none yet."""
    if not data.database.exists():
        refuse_half_restored(data.database)
        where = f"there is no database in {data.path}"
        raise PolicywireError(f"{where}; name the folder with --data, or fill one with `policywire crawl`")
    return data.database


def echo_json(value: object) -> None:
    """Print one value as JSON on one line."""
    click.echo(escaped(json.dumps(value, ensure_ascii=False, default=_plain)))


def say(text: object, *, err: bool = False, nl: bool = True) -> None:
    """Print text for people. Pages and feeds speak in it: nothing there may command or turn a terminal."""
    click.echo(clean(str(text)), err=err, nl=nl)


class Duration(click.ParamType[timedelta]):
    """A duration on the command line, as in the config: 90s, 15m, 6h, 2d."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the timedelta, or fail with the forms that are understood."""
        try:
            parsed = parse_duration(value)
        except ValueError as error:
            self.fail(f"{value!r}: {error}", param, ctx)
        if not isinstance(parsed, timedelta):
            self.fail(f"{value!r} is no duration", param, ctx)
        return parsed


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Lay rows out in columns; numbers are set to the right."""
    cells = [["" if cell is None else one_line(str(cell)) for cell in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(headings), *cells]) for i in range(len(headings))]
    numeric = [
        bool(cells) and all(row[i].lstrip("-").isdigit() or not row[i] for row in cells)
        for i in range(len(widths))
    ]

    def lay(row: Sequence[str]) -> str:
        parts = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numeric, strict=True)
        )
        return "  ".join(parts).rstrip()

    return "\n".join([lay(list(headings)), "  ".join("-" * width for width in widths), *map(lay, cells)])


def short_time(moment: datetime | None) -> str:
    """Format a moment for a table, in UTC; with its year where that is not the present one."""
    if moment is None:
        return "-"
    moment = moment.astimezone(UTC)
    return moment.strftime("%m-%d %H:%M:%S" if moment.year == utcnow().year else "%Y-%m-%d %H:%M")


def statement_line(statement: Statement) -> str:
    """Format a statement for people: who, how it was found, the words."""
    who = ", ".join(part for part in (statement.speaker or "speaker unknown", statement.office) if part)
    return f"{who} ({statement.kind}, {statement.rule}): {statement.words}"


def open_text(name: str) -> TextIO:
    """Open a file of the user's, or standard input for "-". Raises PolicywireError if it cannot be read."""
    try:
        return cast(TextIO, click.open_file(name, encoding="utf-8-sig", errors="replace"))
    except OSError as error:
        raise PolicywireError(f"{name} cannot be read: {error.strerror or error}") from error


def json_records(stream: TextIO) -> Iterator[dict[str, Any]]:
    """Read JSON Lines. Raises PolicywireError naming the line that is not a JSON object."""
    return (record for _, record in numbered_records(stream))


def numbered_records(stream: TextIO) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read the same, each record with the number of its line."""
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except RecursionError:
            raise PolicywireError(f"{stream.name}:{number}: nested too deeply") from None
        except ValueError as error:
            raise PolicywireError(f"{stream.name}:{number}: not JSON: {error}") from error
        if not isinstance(record, dict):
            kind = type(record).__name__
            raise PolicywireError(f"{stream.name}:{number}: expected a JSON object, found {kind}")
        yield number, {key: _whole(value) for key, value in record.items()}


def _whole(value: object) -> object:
    """Replace halves of surrogate pairs, which no text may hold, in a string."""
    return (
        value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if isinstance(value, str)
        else value
    )


def write_text(path: Path, text: str) -> None:
    """Write a file for the user. Raises PolicywireError if it cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PolicywireError(f"{path} cannot be written: {error.strerror or error}") from error
