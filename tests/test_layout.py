"""Our top-level import names are generic words: nobody else may claim them, and ours are imported."""

import importlib
import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("core", "crawler", "storage", "publisher", "scheduler", "demo")


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_the_one_in_this_checkout(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve().parent == ROOT / package


@pytest.mark.parametrize("package", (*PACKAGES, "config", "tests"))
def test_no_other_distribution_claims_the_name(package: str) -> None:
    claimants = set(importlib.metadata.packages_distributions().get(package, []))
    assert claimants <= {"policywire"}, f"{claimants} would overwrite our {package}/ in one environment"


def test_tests_do_not_know_what_an_operator_has_set() -> None:
    probe = ROOT / "tests" / "test_layout.py"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-qs",
        "-p",
        "no:cacheprovider",
        f"{probe}::test_settings_are_ours",
    ]
    given = {**os.environ, "POLICYWIRE_CONTACT": "you@example.org", "POLICYWIRE_SERVE_PROT": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=given, check=False)
    assert done.returncode == 0, done.stdout


def test_settings_are_ours() -> None:
    assert not [name for name in os.environ if name.startswith("POLICYWIRE_")]


def test_config_holds_data_only() -> None:
    assert not list((ROOT / "config").rglob("*.py"))


def test_tests_are_flat_and_no_package() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))
    stray = [p for p in (ROOT / "tests").rglob("test_*.py") if p.parent != ROOT / "tests"]
    assert stray == []


def test_no_file_is_named_like_an_import_of_ours() -> None:
    taken = {
        "scrapy",
        "signal",
        "sqlite3",
        "logging",
        "email",
        "twisted",
        "feedgen",
        "click",
        "yaml",
        "queue",
    }
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert [str(path.relative_to(ROOT)) for path in files if path.stem in taken] == []
