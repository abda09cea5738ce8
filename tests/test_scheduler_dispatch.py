"""The worker and its starter, with worker programs that behave badly: others must not pay for one source."""

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from waiting import PATIENCE

from core.settings import CrawlSettings
from scheduler import dispatch, process
from scheduler.dispatch import LocalDispatcher

# A worker without Scrapy. What a source's name says is what polling it does.
WORKER = """
import json, os, signal, sys, time
def say(**event):
    os.write(1, (json.dumps(event) + "\\n").encode())
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
time.sleep(float(os.environ.get("TEST_WORKER_STARTS", "0")))
say(event="ready")
hoard = []
for line in sys.stdin:
    for id_ in line.split():
        if "exit" in id_:
            os._exit(3)
        if "hang" in id_:
            time.sleep(600)
        if "leak" in id_:
            hoard.append(b"x" * 250_000_000)
        say(event="polled", source=id_)
"""


class Told:
    """What a dispatcher told its owner."""

    def __init__(self) -> None:
        self.back: list[str] = []
        self.blamed: dict[str, str] = {}
        self.polled: list[str] = []

    def hear(self, event: dict[str, object]) -> None:
        if event["event"] == "polled":
            self.polled.append(str(event["source"]))

    def blame(self, source: str, error: str) -> None:
        self.blamed[source] = error


def drive(
    tmp_path: Path,
    main: Callable[[LocalDispatcher, Told], Awaitable[None]],
    **settings: object,
) -> Told:
    program = tmp_path / "worker.py"
    program.write_text(WORKER, encoding="utf-8")
    told = Told()

    async def run() -> None:
        dispatcher = LocalDispatcher(
            [sys.executable, str(program)],
            CrawlSettings.model_validate(settings),
            give_back=told.back.extend,
            blame=told.blame,
            heard=told.hear,
        )
        await dispatcher.start()
        try:
            async with asyncio.timeout(PATIENCE):
                await main(dispatcher, told)
        finally:
            await dispatcher.stop()

    asyncio.run(run())
    return told


async def until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0.02)


async def poll(dispatcher: LocalDispatcher, told: Told, ids: Sequence[str], wanted: Sequence[str]) -> None:
    """Dispatch as the daemon does, what came back again, until all wanted sources are polled or blamed."""
    left = list(ids)
    while set(wanted) - set(told.polled) - told.blamed.keys():
        if dispatcher.ready and left:
            await dispatcher.dispatch(left)
            left = []
        left += [id_ for id_ in told.back if id_ not in left]
        told.back.clear()
        dispatcher.check()
        await asyncio.sleep(0.02)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "RESTART_SECONDS", (0.05,))
    monkeypatch.setattr(dispatch, "SILENCE_SECONDS", 3.0)


def test_a_source_that_ends_the_worker_is_found_and_the_others_are_polled(tmp_path: Path) -> None:
    ids = ["a", "b", "exit", "c", "d"]

    async def main(dispatcher: LocalDispatcher, told: Told) -> None:
        await poll(dispatcher, told, ids, ids)
        # From now on it is alone from the start: those beside it are polled at once.
        told.polled.clear()
        told.blamed.clear()
        await until(lambda: dispatcher.ready)
        await poll(dispatcher, told, ids, ids)
        assert not told.back

    told = drive(tmp_path, main)
    assert told.blamed == {"exit": "the worker ended with code 3 while it polled this source alone"}
    assert {"a", "b", "c", "d"} <= set(told.polled)


def test_a_source_that_hangs_the_worker_is_found(tmp_path: Path) -> None:
    async def main(dispatcher: LocalDispatcher, told: Told) -> None:
        await poll(dispatcher, told, ["hang", "other"], ["hang", "other"])

    told = drive(tmp_path, main)
    assert re.match(r"the worker gave no sign for \d+ s while it polled this", told.blamed["hang"])
    assert "other" in told.polled


def test_a_worker_that_starts_slowly_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that has no time: killed and started again, it would never be ready."""
    monkeypatch.setenv("TEST_WORKER_STARTS", "2")
    # Longer than a worker without Scrapy needs between two signs, here none but for its answers.
    monkeypatch.setattr(dispatch, "SILENCE_SECONDS", 1.0)
    starts = []

    async def main(dispatcher: LocalDispatcher, told: Told) -> None:
        while not dispatcher.ready:
            dispatcher.check()
            starts.append(dispatcher.pid)
            await asyncio.sleep(0.02)
        await dispatcher.dispatch(["a"])
        await until(lambda: told.polled)
        # In a worker of its own, which starts as slowly.
        dispatcher._trials.suspect(["b"])
        await until(lambda: "b" in told.polled or told.blamed)

    told = drive(tmp_path, main)
    assert len(set(starts) - {None}) == 1
    assert told.blamed == {}


def test_a_worker_that_never_starts_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_WORKER_STARTS", "600")
    monkeypatch.setattr(process, "START_SECONDS", 0.5)

    async def main(dispatcher: LocalDispatcher, _told: Told) -> None:
        await until(lambda: dispatcher.pid)
        first = dispatcher.pid
        while dispatcher.pid == first:
            dispatcher.check()
            await asyncio.sleep(0.02)

    drive(tmp_path, main)


def test_a_worker_that_grows_is_replaced_and_nobody_is_blamed(tmp_path: Path) -> None:
    async def main(dispatcher: LocalDispatcher, told: Told) -> None:
        await until(lambda: dispatcher.ready)
        await dispatcher.dispatch(["leak"])
        await until(lambda: told.polled)
        large = dispatcher.worker_bytes
        assert large > 200_000_000
        dispatcher.check()
        assert not dispatcher.ready
        await until(lambda: dispatcher.ready)
        assert dispatcher.worker_bytes < large / 2
        await poll(dispatcher, told, ["a"], ["a"])

    told = drive(tmp_path, main, worker_memory=200)
    assert told.blamed == {}


def test_a_worker_that_ages_is_replaced_when_it_holds_nothing(tmp_path: Path) -> None:
    async def main(dispatcher: LocalDispatcher, told: Told) -> None:
        await poll(dispatcher, told, ["a"], ["a"])
        dispatcher.check()
        assert not dispatcher.ready
        await until(lambda: dispatcher.ready)

    drive(tmp_path, main, worker_age=timedelta(0))


def test_one_death_makes_nobody_suspect(tmp_path: Path) -> None:
    async def main(dispatcher: LocalDispatcher, told: Told) -> None:
        await until(lambda: dispatcher.ready)
        worker = dispatcher._worker
        assert worker is not None
        await dispatcher.dispatch(["hang"])
        worker.kill()
        await until(lambda: told.back == ["hang"])
        assert dispatcher.held == 0

    told = drive(tmp_path, main)
    assert told.blamed == {}
