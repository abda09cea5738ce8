"""`policywire crawl --all` on the whole catalogue, against a loopback double of all its sites."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fakes_catalogue import Double

from core.config import load_sources

ROOT = Path(__file__).parents[1]


def copied_config(folder: Path, double: Double) -> Path:
    """Copy the configuration with what the double needs: its certificate, its addresses, no pauses."""
    config = folder / "config"
    shutil.copytree(ROOT / "config", config)
    for path in (config / "sources").glob("*.yml"):
        with path.open("a", encoding="utf-8") as file:
            file.write(f"ca_file: {double.ca_file}\n")
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


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    folder = tmp_path_factory.mktemp("catalogue")
    sources, problems = load_sources(ROOT / "config")
    assert not problems
    with Double(sources, folder) as double:
        config = copied_config(folder, double)
        policywire = [sys.executable, str(Path(__file__).with_name("fakes_catalogue.py"))]
        folders = ["--config", str(config), "--data", str(folder / "data")]
        done = subprocess.run(
            [*policywire, json.dumps(double.ports), "crawl", "--all", "--json", *folders],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert found, done.stderr[-3000:]
    return {report["source"]: report for report in found}


def test_every_enabled_source_of_the_catalogue_is_polled_well(
    reports: dict[str, dict[str, object]],
) -> None:
    sources, _ = load_sources(ROOT / "config")
    assert set(reports) == {id_ for id_, source in sources.items() if source.enabled}
    trouble = {
        id_: (report["outcome"], report["error"], report["warnings"])
        for id_, report in reports.items()
        if report["outcome"] != "ok" or report["warnings"] or not report["articles"] or report["failed"]
    }
    assert not trouble, json.dumps(trouble, indent=1)
