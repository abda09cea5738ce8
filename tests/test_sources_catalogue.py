"""`policywire crawl --all` on the whole catalogue, against a loopback double of all its sites."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fakes_catalogue import Double

from core.clock import utcnow
from core.config import DataDir, load_sources
from scheduler import jobs
from scheduler.care import Caretaker
from scheduler.config import load_config

ROOT = Path(__file__).parents[1]
SOURCES, PROBLEMS = load_sources(ROOT / "config")


def copied_config(folder: Path, double: Double) -> Path:
    """Copy the configuration with what the double needs: its certificate, its addresses, no pauses."""
    config = folder / "config"
    shutil.copytree(ROOT / "config", config)
    for path in (config / "sources").glob("*.yml"):
        with path.open("a", encoding="utf-8") as file:
            file.write(f"ca_file: {double.ca_file}\n")
            if SOURCES[path.stem].access is None:
                file.write("access: the double signs its own certificates\n")
    (config / "settings.yml").write_text(
        "contact: tests@example.org\n"
        "crawl:\n"
        "  delay: 0s\n"
        # The golden pages do not get younger.
        "  max_age: 20000d\n"
        f"  internal_hosts: [{', '.join(double.hosts)}]\n",
        encoding="utf-8",
    )
    return config


@dataclass(frozen=True)
class Catalogue:
    """policywire against the double, with a configuration and data of its own."""

    config: Path
    data: Path
    ports: Mapping[int, int]

    def run(self, *words: str) -> list[dict[str, Any]]:
        """Run a verb that reports as JSON lines."""
        double_of = [sys.executable, str(Path(__file__).with_name("fakes_catalogue.py"))]
        folders = ["--config", str(self.config), "--data", str(self.data)]
        done = subprocess.run(
            [*double_of, json.dumps(self.ports), *words, "--json", *folders],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert done.stdout, done.stderr[-3000:]
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    folder = tmp_path_factory.mktemp("catalogue")
    with Double(SOURCES, folder) as double:
        yield Catalogue(config=copied_config(folder, double), data=folder / "data", ports=double.ports)


def test_every_enabled_source_of_the_catalogue_is_polled_and_well(catalogue: Catalogue) -> None:
    reports = {report["source"]: report for report in catalogue.run("crawl", "--all")}
    assert set(reports) == {id_ for id_, source in SOURCES.items() if source.enabled}
    trouble = {
        id_: (report["outcome"], report["error"], report["warnings"])
        for id_, report in reports.items()
        if report["outcome"] != "ok" or report["warnings"] or not report["articles"] or report["failed"]
    }
    assert not trouble, json.dumps(trouble, indent=1)
    config, data = load_config(catalogue.config), DataDir(path=catalogue.data)
    with jobs.open_store(config, data) as store:
        now = utcnow()
        Caretaker(config, store, data, base_url="http://127.0.0.1").look(now=now, awake=now, faults=())
        health = store.health()
    assert {id_: (one.klass, one.reason) for id_, one in health.items() if one.klass != "well"} == {}
    assert set(health) == {*reports, ""}


def test_a_check_tells_of_the_host_the_pages_and_what_changed(catalogue: Catalogue) -> None:
    ids = ("kz-astanatimes", "kz-mfa", "ru-kremlin")
    first = {one["source"]: one for one in catalogue.run("sources", "check", *ids)}
    assert {one["outcome"] for one in first.values()} == {"ok"}
    astana = first["kz-astanatimes"]
    assert (astana["links"], astana["pages"], astana["titled"], astana["dated"]) == (3, 2, 2, 2)
    assert (astana["complete"], astana["languages"], astana["robots"]) == (2, ["en"], "none")
    assert datetime.fromisoformat(astana["certificate_ends"]) > datetime.now(UTC)
    assert first["ru-kremlin"]["certificate_ends"] is None, "plain HTTP"
    assert first["kz-mfa"]["languages"] == ["en", "kk", "ru"]
    assert [one["changes"] for one in first.values()] == [None, None, None]
    (again,) = catalogue.run("sources", "check", "kz-astanatimes", "--pages", "1")
    assert again["changes"] == []
    (fewer,) = catalogue.run("sources", "check", "kz-mfa", "--pages", "1")
    assert fewer["changes"] == ["languages: en, kk, ru -> " + ", ".join(fewer["languages"])]
