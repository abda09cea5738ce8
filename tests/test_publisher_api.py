"""The API over HTTP: single things, listings in pages, errors in one shape, validators."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fakes_api import article_of, filled_site
from fakes_publisher import NOW
from fakes_site import WebSite
from fakes_storage import batch

from core.errors import StorageError
from core.serving import AccessSettings
from core.settings import Settings
from publisher.web.access.tokens import digest, new_token


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    with filled_site(tmp_path_factory.mktemp("api")) as running:
        yield running


def get(site: WebSite, path: str) -> Any:
    reply = site.ask(f"/api{path}")
    assert reply.status == 200, reply.text
    return json.loads(reply.body)


def walk(site: WebSite, path: str) -> list[list[Any]]:
    """Return the items of each page, following `next`, which the Link header repeats."""
    pages = []
    address: str | None = path
    while address is not None:
        reply = site.ask(address)
        assert reply.status == 200, reply.text
        page = json.loads(reply.body)
        pages.append(page["items"])
        link = reply.headers.get("link")
        assert link == (None if page["next"] is None else f'<{page["next"]}>; rel="next"')
        address = page["next"] and page["next"].removeprefix(f"http://127.0.0.1:{site.port}")
    return pages


def test_an_article_comes_with_all_that_is_known_of_it(site: WebSite) -> None:
    article = get(site, "/articles/1")
    assert article["revision"] == 1
    assert article["statements"][0]["speaker"] == "Murat Nurtleu"
    start, end = article["statements"][0]["start"], article["statements"][0]["end"]
    assert article["text"][start:end] == article["statements"][0]["words"]
    assert [text["number"] for text in article["revisions"]] == [1, 2]
    assert get(site, "/articles/1/revisions/2")["text"] == article["text"]
    assert "denied" not in get(site, "/articles/1/revisions/1")["text"]
    assert [decision["kind"] for decision in article["decisions"]] == ["new", "revision"]
    assert [fetch["text_hash"] for fetch in article["fetches"]] == [
        text["text_hash"] for text in article["revisions"]
    ]
    assert article["matches"][0]["watchlist"] == "central-asia"
    assert get(site, "/articles/14")["held"] == "no title"


def test_listings_take_the_parameters_that_pages_and_feeds_take(site: WebSite) -> None:
    def ids(path: str) -> list[Any]:
        return [item["id"] for item in get(site, path)["items"]]

    assert ids("/articles?q=%22room+14%22&source=kz-paper") == [13]
    assert "[room]" in get(site, "/articles?q=room&number=1")["items"][0]["snippet"]
    assert ids("/articles?publisher=press") == ids("/articles?source=kz-paper") == [13]
    assert ids("/articles?language=ru") == []
    assert set(ids("/articles?watchlist=central-asia&state=KZ")) == {1, 3, 5, 7, 9, 11}
    assert get(site, "/articles?number=1")["items"][0]["text"] is None
    assert "left later" in get(site, "/articles?number=1&text=full")["items"][0]["text"]
    assert ids("/articles?until=2026-11-20T11:50:00Z") == [1]
    assert {one["speaker"] for one in get(site, "/statements?speaker=nurt&office=minister")["items"]} == {
        "Murat Nurtleu"
    }
    assert get(site, "/statements?speaker=nobody")["items"] == []
    assert {one["watchlist"] for one in get(site, "/matches?state=KZ")["items"]} == {"central-asia"}
    assert get(site, "/matches?state=UZ")["items"] == []


def test_a_statement_is_found_by_its_id_wherever_it_was_shown(site: WebSite) -> None:
    listed = get(site, "/statements?number=500")["items"]
    assert len({one["id"] for one in listed}) == len(listed)
    for shown in (*listed[:3], *get(site, "/articles/1")["statements"]):
        found = get(site, f"/statements/{shown['id']}")
        assert shown.items() <= found.items()
        assert get(site, f"/speakers/{quote(found['speaker_id'])}")["kind"] == "unknown"


def test_an_entry_has_the_id_that_feeds_give_it(site: WebSite) -> None:
    listed = get(site, "/entries?watchlist=central-asia")["items"]
    one = get(site, f"/entries/{listed[0]['id']}")
    assert one["id"] == listed[0]["id"]
    assert one["matches"] == listed[0]["matches"]
    assert one["article"]["id"] == 11
    assert "left later" in one["article"]["text"]


def test_a_story_comes_with_its_articles(site: WebSite) -> None:
    story = get(site, "/stories/2")
    assert (story["articles"], story["sources"]) == (2, ["kz-ministry", "kz-paper"])
    assert {member["id"] for member in story["members"]} == {2, 13}
    assert get(site, "/stories/1")["entries"] == get(site, "/articles/1")["entries"]


def test_sources_and_watchlists_and_health(site: WebSite) -> None:
    source = get(site, "/sources/kz-ministry")
    assert (source["state"]["outcome"], source["health"]["class"]) == ("ok", "well")
    assert [one["id"] for one in get(site, "/sources?publisher=press")["items"]] == ["kz-paper"]
    assert len(get(site, "/sources?country=kz")["items"]) == 2
    assert get(site, "/watchlists/central-asia")["states"] == {"KZ": "Kazakhstan", "UZ": "Uzbekistan"}
    assert get(site, "/health")["healthy"] is True


@pytest.mark.parametrize(
    "listing",
    [
        "articles",
        "statements",
        "entries",
        "stories",
        "matches",
        "speakers",
        "offices",
        "sources",
        "watchlists",
    ],
)
def test_pages_hold_every_item_once(site: WebSite, listing: str) -> None:
    whole = [item for page in walk(site, f"/api/{listing}?number=500") for item in page]
    pages = walk(site, f"/api/{listing}?number=2")
    assert [item for page in pages for item in page] == whole
    assert all(len(page) == 2 for page in pages[:-1])
    assert whole


@pytest.mark.parametrize("listing", ["articles", "statements", "stories"])
def test_what_arrives_while_somebody_pages_moves_nothing(site: WebSite, listing: str) -> None:
    whole = [item["id"] for page in walk(site, f"/api/{listing}?number=500") for item in page]
    first = get(site, f"/{listing}?number=3")
    site.store.keep(batch(article_of(100 + len(listing))), now=NOW)
    rest = walk(site, first["next"].removeprefix(f"http://127.0.0.1:{site.port}"))
    assert [item["id"] for item in first["items"]] + [item["id"] for page in rest for item in page] == whole


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/articles/99999", 404, "There is no article 99999"),
        ("/articles/-1", 422, "expected 1 or more"),
        ("/articles/99999999999999999999", 422, "or less"),
        ("/articles/%00", 422, "whole number"),
        ("/articles/1/revisions/9", 404, "no text 9"),
        ("/stories/99999", 404, "There is no story"),
        ("/sources/nobody", 404, "/api/sources lists them"),
        ("/watchlists/%00", 404, "/api/watchlists lists them"),
        ("/nothing", 404, "Not Found"),
        ("/stories?speaker=x", 400, "speaker: there is no such parameter here; there are: since"),
        ("/articles?langauge=ru", 400, "langauge: there is no such parameter here; perhaps language"),
        ("/statements?q=gas&amp;State=KZ", 400, "perhaps state is meant"),
        ("/articles?langauge=", 400, "perhaps language is meant"),
        ("/articles/1?text=full", 400, "text: this address takes no parameters"),
        ("/health?%ED%A0%80=1", 400, "this address takes no parameters"),
        ("/stories?number=0", 400, "number"),
        ("/stories?number=", 400, "it is empty"),
        ("/articles?q=%00", 400, "it is empty"),
        ("/articles?q=%09%00,%20", 400, "it is empty"),
        ("/stories?days=9999", 400, "days"),
        ("/stories?since=0001-01-01T00:00:00%2B05:00", 400, "since"),
        ("/stories?format=xml", 400, "there is no 'xml'"),
        ("/stories?cursor=x", 400, "none of stories"),
        ("/articles?cursor=WyJhcnRpY2xlcyIsIngiXQ", 400, "cursor: no place"),
        ("/articles?q=%22", 400, "a quotation mark is never closed"),
        ("/articles?language=en,R%04", 400, "no code of a language"),
        ("/articles?speaker=-", 400, "no word to search for"),
        ("/entries/urn:uuid:none", 404, "There is no such entry"),
        ("/entries/%00", 404, "There is no such entry"),
        ("/statements/1", 404, "No article has a statement with this id"),
        ("/statements/urn:uuid:5b6d3a3c-5f0e-5a77-9d4c-0f6f0a7a8c11", 404, "may have been edited"),
        ("/stories?cursor=WyJzdG9yaWVzIiw5OTk5OTk5OTk5OTk5OTk5OTk5OV0", 400, "none of stories"),
        ("/stories?cursor=" + "W1tb" * 2000, 400, "none of stories"),
        ("/matches?watchlist=none", 400, "there is no 'none'"),
        ("/matches?source=nobody", 400, "there is no 'nobody'"),
        ("/matches?state=%ED%A0%80", 400, "no watchlist has"),
    ],
)
def test_errors_have_one_shape_and_say_what_to_do(site: WebSite, path: str, status: int, said: str) -> None:
    reply = site.ask(f"/api{path}", headers={"Accept": "text/html"})
    assert (reply.status, reply.headers["content-type"]) == (status, "application/json")
    body = json.loads(reply.body)
    assert list(body) == ["error"]
    assert said in body["error"]


@pytest.mark.parametrize("path", ["/stories?number=2", "/stories/1"])
@pytest.mark.parametrize("added", ["utm_source=mail", "yclid=7", "_=1700000000000", "1700000000"])
def test_what_is_added_on_the_way_changes_nothing(site: WebSite, path: str, added: str) -> None:
    mark = "&" if "?" in path else "?"
    assert get(site, f"{path}{mark}{added}") == get(site, path)


def test_nothing_is_written_by_the_api(site: WebSite) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        reply = site.ask("/api/articles/1", method=method)
        assert (reply.status, reply.headers["allow"]) == (405, "GET")
        assert "error" in json.loads(reply.body)


def test_a_broken_store_is_told_as_503(site: WebSite) -> None:
    site.fault = StorageError("the disk is full")
    try:
        reply = site.ask("/api/health")
    finally:
        site.fault = None
    assert (reply.status, json.loads(reply.body)) == (503, {"error": "the disk is full"})


def test_who_has_an_answer_already_gets_none(site: WebSite) -> None:
    for path in ("/api/articles/2", "/api/stories?number=2"):
        first = site.ask(path)
        again = site.ask(path, headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])


def test_head_gives_the_headers_alone(site: WebSite) -> None:
    full = site.ask("/api/articles/2")
    head = site.ask("/api/articles/2", method="HEAD")
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", full.headers["etag"])


def test_links_lead_back_to_the_host_that_was_asked(site: WebSite) -> None:
    asked = site.ask("/api/stories?number=1", headers={"Host": "localhost:81"})
    assert json.loads(asked.body)["next"].startswith("http://localhost:81/api/stories?")
    for host in ("news.example", 'x"><script>'):
        odd = site.ask("/api/stories?number=1", headers={"Host": host})
        assert (odd.status, list(json.loads(odd.body))) == (421, ["error"])


def test_where_reading_needs_a_token_it_does_here_too(tmp_path: Path) -> None:
    closed = Settings(access=AccessSettings(read="token"))
    with filled_site(tmp_path, articles=2, settings=closed) as site:
        token = new_token()
        site.store.add_token(digest(token), user=None, name="a program", now=NOW, expires=None)
        for path in ("/api/articles", "/api/articles/1", "/api/openapi.json", "/api/articles?format=csv"):
            refused = site.ask(path)
            assert (refused.status, list(json.loads(refused.body))) == (401, ["error"])
            assert refused.headers["www-authenticate"].startswith("Bearer")
            assert site.ask(path, headers={"Authorization": f"Bearer {token}x"}).status == 401
            let_in = site.ask(path, headers={"Authorization": f"Bearer {token}"})
            assert let_in.status == 200
        document = json.loads(
            site.ask("/api/openapi.json", headers={"Authorization": f"Bearer {token}"}).body
        )
        assert document["security"] == [{"token": []}]


def test_the_page_shows_every_address_and_shape_and_loads_nothing(site: WebSite) -> None:
    document = get(site, "/openapi.json")
    for path in ("/api", "/api/"):
        page = site.ask(path, headers={"Accept": "text/html"})
        if path.endswith("/"):
            assert (page.status, page.headers["location"]) == (308, "/api")
            continue
        assert page.status == 200
        assert page.headers["content-type"].startswith("text/html")
        assert len(page.body) < 150_000
        assert all(tag.startswith(' src="/static/') for tag in re.findall(r"<script([^>]*)", page.text))
        for address in document["paths"]:
            assert f"<code>/api{address}</code>" in page.text
        for name in ("ArticleWhole", "StatementItem", "Failure"):
            assert f'id="{name}"' in page.text


def test_the_description_names_what_there_is(site: WebSite) -> None:
    document = get(site, "/openapi.json")
    (watchlist,) = (
        one for one in document["paths"]["/matches"]["get"]["parameters"] if one["name"] == "watchlist"
    )
    assert watchlist["schema"]["enum"] == ["central-asia"]
    assert document["servers"] == [{"url": "/api"}]
    for path, methods in document["paths"].items():
        assert list(methods) == ["get"], path
        assert methods["get"]["description"], path
        assert set(methods["get"]["responses"]) >= {"200", "304", "503"}, path
