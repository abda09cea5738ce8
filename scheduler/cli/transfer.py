"""`policywire export` and `policywire import`: articles, statements, matches and entries as JSON Lines."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

import click

from core.config import DataDir
from core.errors import PolicywireError, StorageError
from scheduler.cli.common import data_option, numbered_records, open_text, require_database, say
from scheduler.exclusive import hold
from storage.store import Store


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True), default="-")
@data_option
def export(file: str, data: DataDir) -> None:
    """Write all articles, statements, matches and entries to FILE as JSON Lines, while the daemon runs."""
    with Store.open(require_database(data), read_only=True) as store, _writing(file) as stream:
        for line in store.export_lines():
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")


@contextmanager
def _writing(file: str) -> Iterator[TextIO]:
    try:
        with click.open_file(file, "w", encoding="utf-8", atomic=file != "-") as stream:
            yield cast(TextIO, stream)
    except OSError as error:
        raise PolicywireError(f"{file} cannot be written: {error.strerror or error}") from error


class _Lines:
    """The records of an export, and the number of the line that was read last."""

    def __init__(self, stream: TextIO) -> None:
        self.number = 0
        self._stream = stream

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for number, record in numbered_records(self._stream):
            self.number = number
            yield record


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@data_option
def import_(file: str, data: DataDir) -> None:
    """Take an export in: what is known already stays as it is. The daemon must be stopped."""
    with hold(data), open_text(file) as stream, Store.open(data.database) as store:
        lines = _Lines(stream)
        try:
            added, known, renumbered = store.import_lines(lines)
        except StorageError as error:
            raise PolicywireError(f"{stream.name}:{lines.number}: {error}; nothing was taken in") from error
    say(f"{added:,} articles added, {known:,} known before, {renumbered:,} under another number")
