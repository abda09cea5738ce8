"""schemathesis asks the API what nobody would ask; whatever it asks, the answer is one that is documented.

A few cases an operation, the same at each run; `python -m benchmarks.api_cases` asks thousands.
"""

import json
import re
from collections.abc import Iterator

import pytest
from fakes_api import examine, filled_site
from fakes_site import WebSite


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    with filled_site(tmp_path_factory.mktemp("api")) as running:
        yield running


def test_schemathesis_finds_nothing(site: WebSite, tmp_path_factory: pytest.TempPathFactory) -> None:
    options = ("--generation-deterministic", "--phases", "examples,fuzzing,stateful", "--max-examples", "3")
    done = examine(site, tmp_path_factory.mktemp("found"), *options)
    assert done.returncode == 0, done.stdout + done.stderr
    operations = len(json.loads(site.ask("/api/openapi.json").body)["paths"])
    asked = re.search(r"([0-9]+) generated, ([0-9]+) passed", done.stdout)
    assert asked is not None, done.stdout
    assert int(asked[1]) == int(asked[2]) >= 3 * operations


def test_schemathesis_would_find_something(site: WebSite, tmp_path_factory: pytest.TempPathFactory) -> None:
    site.fault = RuntimeError("a fault that nobody foresaw")
    try:
        options = ("--generation-deterministic", "--phases", "fuzzing", "--include-path", "/health")
        done = examine(site, tmp_path_factory.mktemp("found"), *options)
    finally:
        site.fault = None
    assert done.returncode == 1
    assert "Server error" in done.stdout
