"""Errands beside the tick: each in its own time, and one that costs much less often."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from scheduler.errands import Errand, Errands


async def attempt(_name: str, step: Callable[[], Awaitable[None]]) -> None:
    await step()


def run(rounds: int, *errands: Errand) -> None:
    async def main() -> None:
        several = Errands(attempt, *errands)
        for _ in range(rounds):
            await several.run()

    asyncio.run(main())


def test_errands_wait_for_their_first_and_their_next_turn() -> None:
    done: list[str] = []

    def errand(name: str, every: float, first: float = 0.0) -> Errand:
        async def step() -> None:
            done.append(name)

        return Errand(name=name, step=step, every=every, first=first)

    run(3, errand("always", 0.0), errand("once", 60.0), errand("later", 60.0, first=60.0))
    assert done[:2] == ["always", "once"]
    assert "once" not in done[2:]
    assert "later" not in done


def test_a_costly_errand_waits_for_fifty_times_what_it_took() -> None:
    async def work() -> None:
        time.sleep(0.02)

    errand = Errand(name="work", step=work, every=0.0)
    run(5, errand)
    assert errand.due is not None
    assert errand.due - time.monotonic() > 0.9
