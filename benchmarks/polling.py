"""How long new items wait, times the requests that it takes: the waiting rule beside its peers on real weeks.

Runs in the simulator of `../shared/polling`: 311 streams, one poll a source and hour, learned on weeks 0 to
4, measured on weeks 5 and 6. The floor is the same rule told every source's true rate. Gaps are 5 minutes
to a day for all; the last line has our own longest gap of 3 hours, and theta from the rhythms alone instead
of the simulator's steering. `--data`, `--train`, `--test`, `--budget` and `--longest` take other weeks and
bounds.
"""

import argparse
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from scheduler import budget, rhythm

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("TEST_POLICYWIRE_SHARED", ROOT.parent / "shared")) / "polling"
PEERS = ("oracle", "fixed", "miniflux", "nutch")


class Ours:
    """`scheduler.rhythm` behind the simulator's interface; the simulator turns theta by `k`."""

    power = 2.0

    def __init__(self, longest: float) -> None:
        self.k = rhythm.FIRST_THETA
        self._longest = longest

    def start(self, count: int) -> None:
        self._rhythms = [rhythm.Rhythm()] * count
        self._pool: tuple[float, ...] = rhythm.FLAT
        self._plan_at = rhythm.DAY

    def observe(self, i: int, before: float, now: float, times: Any) -> None:
        self._rhythms[i] = rhythm.observe(
            self._rhythms[i], self._pool, since=before, now=now, times=times.tolist()
        )
        if now >= self._plan_at:
            members = [budget.Member(rhythm=one) for one in self._rhythms]
            self._pool = budget.make_plan(members, budget=1, shortest=5, longest=180).pool
            self._plan_at += rhythm.DAY / 4

    def next_gap(self, i: int, now: float) -> float:
        return rhythm.wait(self._rhythms[i], self._pool, self.k, now=now, longest=self._longest)


class Planned(Ours):
    """Ours as it runs: theta is fitted to the budget from the rhythms alone, by `budget.make_plan`."""

    def __init__(self, longest: float, per_hour: float) -> None:
        super().__init__(longest)
        self._per_hour = per_hour

    def observe(self, i: int, before: float, now: float, times: Any) -> None:
        due = now >= self._plan_at
        super().observe(i, before, now, times)
        if due:
            members = [budget.Member(rhythm=one) for one in self._rhythms]
            plan = budget.make_plan(members, budget=self._per_hour, shortest=5, longest=self._longest)
            self.k = plan.theta


def _simulator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("simulator", SHARED / "simulator.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"{SHARED / 'simulator.py'} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules["simulator"] = module
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Print delay, requests and their product against the known-rate optimum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED / "weeks0-6.npz")
    parser.add_argument("--train", type=int, default=5)
    parser.add_argument("--test", type=int, default=2)
    parser.add_argument("--budget", type=float, default=1.0, help="polls a source and hour")
    parser.add_argument("--longest", type=float, default=rhythm.DAY, help="longest gap in minutes")
    chosen, _ = parser.parse_known_args()
    if not chosen.data.is_file():
        print("polling: skipped, it needs the simulator and the weeks of ../shared/polling")
        return
    sim = _simulator()
    events = sim.load(chosen.data)
    start, end = chosen.train * rhythm.WEEK, (chosen.train + chosen.test) * rhythm.WEEK
    sim.Oracle.tables = sim.fitted_tables(events, start, end)
    per_hour = chosen.budget * len(events)
    peers: dict[str, Any] = {name: sim.POLICIES[name]() for name in PEERS}
    runs = {**peers, "ours": Ours(chosen.longest), "ours, as it runs": Planned(180, per_hour)}
    print(
        f"polling: {len(events)} sources, {per_hour:.0f} polls an hour, "
        f"weeks 0-{chosen.train - 1} then {chosen.test} measured"
    )
    floor = 0.0
    for name, policy in runs.items():
        steered = None if isinstance(policy, Planned) else per_hour
        got = sim.simulate(events, policy, end, start, max_gap=chosen.longest, budget=steered)
        cost = got["mean"] * got["req_h"]
        floor = floor or cost
        print(
            f"  {name:16} mean {got['mean']:5.1f} min  median {got['median']:5.1f}  p95 {got['p95']:5.0f}  "
            f"{got['req_h']:6.1f} polls/h  delay x requests {cost / floor:.2f} of the optimum"
        )


if __name__ == "__main__":
    main()
