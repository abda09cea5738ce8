"""docs/api.md followed word by word: every address it names is asked, every field it shows is there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes_api import filled_site
from fakes_site import WebSite

from publisher.web.api.asked import OWN
from publisher.web.api.listings import LISTINGS

TEXT = (Path(__file__).parents[1] / "docs" / "api.md").read_text(encoding="utf-8")
SERVED = "http://127.0.0.1:8600"
ADDRESSES = re.findall(rf"^curl .*?'?{SERVED}(/[^'\s]*)", TEXT, re.MULTILINE)
EXAMPLES = re.findall(rf"```\ncurl '{SERVED}(/[^']+)'\n```\n```json( error)?\n(.*?)```", TEXT, re.DOTALL)
(SCRIPT,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    with filled_site(tmp_path_factory.mktemp("api")) as running:
        yield running


def same_fields(shown: Any, real: Any) -> None:
    """Check that what the page shows is there, with the same kind of value."""
    assert isinstance(real, type(shown)), (shown, real)
    if isinstance(shown, dict):
        for name, value in shown.items():
            assert name in real
            same_fields(value, real[name])
    elif isinstance(shown, list):
        for value in shown:
            same_fields(value, real[0])


@pytest.mark.parametrize("address", [one for one in ADDRESSES if "days=many" not in one])
def test_every_address_is_answered(site: WebSite, address: str) -> None:
    assert site.ask(address).status == 200


@pytest.mark.parametrize(("address", "error", "shown"), EXAMPLES)
def test_every_answer_is_as_it_is_shown(site: WebSite, address: str, error: str, shown: str) -> None:
    real = json.loads(site.ask(address).body)
    same_fields(json.loads(shown), real)
    if error:
        assert real == json.loads(shown)


def test_the_script_reads_all_pages(site: WebSite) -> None:
    names: dict[str, Any] = {}
    exec(SCRIPT.replace(SERVED, f"http://127.0.0.1:{site.port}"), names)
    assert len(names["words"]) == 9


def test_the_tables_name_all_listings_parameters_and_errors(site: WebSite) -> None:
    rows = re.findall(r"^\| `/api/(\w+)` \|[^|]*\|([^|]*)\|$", TEXT, re.MULTILINE)
    named = {name: tuple(re.findall(r"`(\w+)`", takes)) for name, takes in rows}
    assert named == {one.name: one.takes for one in LISTINGS}
    assert all(f"`{name}`" in TEXT for name in OWN)
    document = json.loads(site.ask("/api/openapi.json").body)
    codes = {code for path in document["paths"].values() for code in path["get"]["responses"] if code >= "4"}
    assert set(re.findall(r"^\| (\d{3}) \|", TEXT, re.MULTILINE)) == codes
    assert document["info"]["version"].startswith("1.")
