"""Server time of each kind of page over a large archive: the ASGI application itself, no network.

`python -m benchmarks.web [--articles N] [--folder FOLDER]`: 20,000 in a temporary folder without them. Growing
300,000 takes half an hour and 4 GB; in a FOLDER the archive stays, and the next run only measures.
A page's line names the bound that it is held to, where there is one. Times are of the processor: all threads
of this process, from the request's arrival to the last byte of the answer.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from fastapi import FastAPI

from benchmarks.texts import RECORDS, ROOT
from benchmarks.web_archive import Archive, archive, build
from core.settings import Settings
from publisher.feeds.channels import channels
from publisher.matching import Offices, Watchlist, load_watchlists
from publisher.web.app import create_app
from publisher.web.site import InForce, Site
from publisher.web.snapshot import Snapshot
from storage.readers import Readers
from storage.records.selection import Selection
from storage.store import Store

T = TypeVar("T")
SMALL = 20_000
ROUNDS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Addresses of one kind of page, and the milliseconds that 95 of 100 must stay within."""

    name: str
    paths: Sequence[str]
    bound: float | None = None


def _load() -> dict[str, Watchlist]:
    return dict(load_watchlists(ROOT / "config"))
