"""The host gate on a plain asyncio loop."""

import asyncio
import contextlib

from crawler.middlewares.gate import HostGate

PAUSE = 0.05


class Watch:
    """Counts who is inside at once, and when each went in."""

    def __init__(self) -> None:
        self.inside = 0
        self.most = 0
        self.entered: list[float] = []

    async def visit(self, gate: HostGate, host: str, stay: float = 0.005, delay: float = 0.0) -> None:
        async with gate.enter(host, delay):
            self.entered.append(asyncio.get_running_loop().time())
            self.inside += 1
            self.most = max(self.most, self.inside)
            await asyncio.sleep(stay)
            self.inside -= 1


def test_one_request_at_a_time_for_a_host_with_a_pause_between() -> None:
    async def main() -> None:
        gate, watch = HostGate(per_host=1, total=10, delay=PAUSE), Watch()
        await asyncio.gather(*(watch.visit(gate, "a") for _ in range(4)))
        assert watch.most == 1
        gaps = [later - earlier for earlier, later in zip(watch.entered, watch.entered[1:], strict=False)]
        assert min(gaps) >= PAUSE

    asyncio.run(main())


def test_hosts_do_not_wait_for_each_other_but_the_total_holds() -> None:
    async def main() -> None:
        gate, watch = HostGate(per_host=1, total=3, delay=0), Watch()
        await asyncio.gather(*(watch.visit(gate, f"host{n}", 0.02) for n in range(9)))
        assert watch.most == 3

    asyncio.run(main())


def test_a_host_that_asks_for_more_time_gets_it() -> None:
    async def main() -> None:
        gate, watch = HostGate(per_host=1, total=3, delay=0), Watch()
        await watch.visit(gate, "a", delay=PAUSE)
        await watch.visit(gate, "a")
        assert watch.entered[1] - watch.entered[0] >= PAUSE

    asyncio.run(main())


def test_several_at_once_where_allowed() -> None:
    async def main() -> None:
        gate, watch = HostGate(per_host=2, total=10, delay=0), Watch()
        await asyncio.gather(*(watch.visit(gate, "a", 0.02) for _ in range(6)))
        assert watch.most == 2

    asyncio.run(main())


def test_no_slot_is_lost_to_exceptions_and_cancelled_waits() -> None:
    async def main() -> None:
        gate, watch = HostGate(per_host=1, total=1, delay=0.01), Watch()
        for _ in range(3):
            with contextlib.suppress(ValueError):
                async with gate.enter("a"):
                    raise ValueError
        inside = asyncio.create_task(watch.visit(gate, "a", 10))
        waiting = [asyncio.create_task(watch.visit(gate, "a")) for _ in range(3)]
        other = asyncio.create_task(watch.visit(gate, "b"))
        await asyncio.sleep(0.03)
        for task in (inside, *waiting, other):
            task.cancel()
        await asyncio.gather(inside, *waiting, other, return_exceptions=True)
        watch.inside = 0
        async with asyncio.timeout(1):
            await asyncio.gather(watch.visit(gate, "a"), watch.visit(gate, "b"))

    asyncio.run(main())


def test_hosts_without_visitors_are_forgotten() -> None:
    async def main() -> None:
        gate = HostGate(per_host=1, total=1, delay=0)
        for number in range(4500):
            async with gate.enter(f"host{number}"):
                pass
        assert len(gate._hosts) <= 2001

    asyncio.run(main())
