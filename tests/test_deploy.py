"""deploy/: the unit is hardened, the files name what there is."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from core.settings import setting_names, variable_of

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
