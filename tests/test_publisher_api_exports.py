"""Exports: CSV that spreadsheets show and do not run, JSON Lines that are exact, both in bounded steps."""

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fakes_api import FORMULA, article_of, filled_site
from fakes_publisher import NOW
from fakes_site import WebSite
from fakes_storage import batch
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from publisher.web.api.answers import Exports
from publisher.web.api.exporting import BOM, columns, csv_lines
from publisher.web.api.listing import Listing
from publisher.web.api.listings import LISTINGS
from publisher.web.api.models.articles import GoneSince


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    with filled_site(tmp_path_factory.mktemp("api")) as running:
        yield running


def records(text: str) -> list[dict[str, str]]:
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda one: one.name)
def test_each_listing_comes_whole_in_both_forms(site: WebSite, listing: Listing[Any]) -> None:
    whole = json.loads(site.ask(f"/api/{listing.name}?number=500").body)["items"]
    lines = site.ask(f"/api/{listing.name}?format=jsonl")
    assert lines.headers["content-type"] == "application/jsonl"
    assert [json.loads(line) for line in lines.text.splitlines()] == whole
    table = site.ask(f"/api/{listing.name}", headers={"Accept": "text/csv"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.headers["content-disposition"] == f'attachment; filename="policywire-{listing.name}.csv"'
    rows = records(table.text)
    assert len(rows) == len(whole)
    assert list(rows[0]) == columns(listing.item)


def test_number_and_cursor_bound_an_export(site: WebSite) -> None:
    page = json.loads(site.ask("/api/articles?number=3").body)
    cursor = page["next"].partition("cursor=")[2]
    rest = site.ask(f"/api/articles?format=jsonl&number=4&cursor={cursor}").text.splitlines()
    assert len(rest) == 4
    assert not {json.loads(line)["id"] for line in rest} & {item["id"] for item in page["items"]}


def test_no_cell_is_a_formula(site: WebSite) -> None:
    titles = {row["title"] for row in records(site.ask("/api/articles?format=csv").text)}
    assert f"'{FORMULA}" in titles
    exact = {json.loads(line)["title"] for line in site.ask("/api/articles?format=jsonl").text.splitlines()}
    assert FORMULA in exact


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\uff1d1", "\ufeff=1", "\u200b=1"]
)
def test_every_beginning_of_a_formula_is_quoted(text: str) -> None:
    (row,) = csv.reader(io.StringIO(csv_lines([GoneSince(at=NOW, reason=text)]).decode(), newline=""))
    assert row[1] == f"'{text}"


def test_a_text_with_lines_and_quotes_comes_back(site: WebSite) -> None:
    table = site.ask("/api/articles?format=csv&text=full")
    row = next(row for row in records(table.text) if row["id"] == "12")
    assert row["text"] == json.loads(site.ask("/api/articles/12").body)["text"]
    assert "\n\n" in row["text"]


def test_an_export_is_longer_than_a_batch(site: WebSite) -> None:
    for number in range(200, 420, 20):
        some = [article_of(one) for one in range(number, number + 20)]
        site.store.keep(batch(*some), now=NOW - timedelta(days=1))
    lines = site.ask("/api/articles?format=jsonl").text.splitlines()
    assert len({json.loads(line)["id"] for line in lines}) == len(lines) == 233


def test_a_few_exports_run_at_a_time_and_give_their_place_back() -> None:
    exports = Exports(1)
    first = exports.stream(iter([b"x"]), media_type="text/csv", file="x.csv")
    with pytest.raises(HTTPException, match="503"):
        exports.stream(iter([b"x"]), media_type="text/csv", file="x.csv")

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(_: object) -> None:
        raise OSError("the asker has gone")

    with pytest.raises(ClientDisconnect):
        asyncio.run(first({"type": "http", "asgi": {"spec_version": "2.4"}}, receive, send))
    assert exports.stream(iter([b"x"]), media_type="text/csv", file="x.csv").status_code == 200
