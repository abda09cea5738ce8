"""deploy/: the unit is hardened, the files name what there is."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from core.settings import setting_names, variable_of
from scheduler.metrics import Figures, Metrics

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"


def test_the_unit_is_hardened() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    done = subprocess.run(
        [
            "systemd-analyze",
            "security",
            "--offline=true",
            "--threshold=30",
            str(DEPLOY / "policywire.service"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "Failed to" in done.stderr:
        pytest.skip(f"systemd-analyze cannot work here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stdout[-2000:]
    found = re.search(r"Overall exposure level for policywire.service: ([\d.]+)", done.stdout)
    assert found is not None
    assert float(found[1]) <= 3.0


def test_the_unit_waits_for_the_daemons_word() -> None:
    unit = (DEPLOY / "policywire.service").read_text(encoding="utf-8")
    assert "Type=notify" in unit
    stop = re.search(r"TimeoutStopSec=(\d+)", unit)
    watchdog = re.search(r"WatchdogSec=(\d+)", unit)
    assert stop is not None and int(stop[1]) > 15
    assert watchdog is not None and int(watchdog[1]) > 60


def test_containers_set_only_settings_that_there_are() -> None:
    known = {variable_of(name) for name in setting_names()} | {"POLICYWIRE_CONFIG", "POLICYWIRE_DATA"}
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    service = compose["services"]["policywire"]
    assert set(service["environment"]) <= known
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert set(re.findall(r"POLICYWIRE_\w+", dockerfile)) <= known
    assert (DEPLOY.parent / service["build"]["dockerfile"]).is_file()
    assert "\nUSER policywire\n" in dockerfile


def kept_names() -> set[str]:
    """Return each name that the metrics have, with every label and bucket in use."""
    figures = Figures(
        ready=True,
        worker_up=True,
        queue=1,
        due=1,
        behind=1,
        database_bytes=1,
        classes={"well": 1},
        deliveries={("webhook", "sent"): 1},
        waiting={"webhook": 1},
        dead={"webhook": 1},
    )
    metrics = Metrics(lambda: figures)
    polled = {
        "outcome": "ok",
        "fetched": 2,
        "articles": 1,
        "failed": 1,
        "seconds": 1,
        "stages": {"read": 0.3},
    }
    metrics.hear({"event": "polled", **polled})
    metrics.published(matched=1, entries=1, delays=[60.0])
    metrics.failed("polling")
    text = metrics.text().decode()
    assert 'policywire_stage_seconds_sum{stage="read"} 0.3' in text
    return set(re.findall(r"^(?:# TYPE )?(policywire_\w+)", text, re.MULTILINE))


def test_rules_and_board_name_only_metrics_that_exist() -> None:
    names = kept_names()
    rules = yaml.safe_load((DEPLOY / "prometheus-rules.yml").read_text(encoding="utf-8"))
    board = json.loads((DEPLOY / "grafana-board.json").read_text(encoding="utf-8"))
    asked = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    asked += [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    used = {name for expression in asked for name in re.findall(r"policywire_\w+", expression)}
    assert len(asked) >= 20
    assert used <= names, used - names
    # And the board shows every metric, so that none is kept for nothing.
    families = {re.sub(r"_(total|bucket|sum|count|created)$", "", name) for name in names}
    assert families == {re.sub(r"_(total|bucket)$", "", name) for name in used}
