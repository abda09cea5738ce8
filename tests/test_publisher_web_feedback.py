"""Feedback over HTTP and as files: who may give it, what is kept, and how it becomes a watchlist's test."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from fakes_archive import RULES, SOURCES, evidence, keep, matched, talks, watchlist
from fakes_matching import load
from fakes_site import Browser, Reply, WebSite, running_site
from lxml import html

from publisher.matching import Matcher, check_examples
from scheduler.cli import cli
from scheduler.evaluation.relevance import evaluate_relevance

HOSTILE = "<script>alert(1)</script>\u202e\u0000'; DROP TABLE feedback; --"


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    found = watchlist(tmp_path_factory.mktemp("rules"))
    return {"watchlists": {"test": found}, "sources": SOURCES}


@pytest.fixture
def site(tmp_path: Path, rules: dict[str, object]) -> Iterator[WebSite]:
    with running_site(tmp_path, **rules) as site:
        keep(site, talks(), talks("https://a.example/snow", title="Snow", text="Snow fell.", statements=()))
        matched(site, 1, evidence("Astana"))
        yield site


def words_of(reply: Reply) -> str:
    assert reply.status == 200, reply.text[-1500:]
    return " ".join(html.fromstring(reply.text).cssselect("main")[0].text_content().split())


def give(browser: Browser, status: int = 303, **fields: str) -> str:
    reply = browser.post("/feedback", {"watchlist": "test", **fields})
    assert reply.status == status, reply.text[-1500:]
    return reply.headers.get("location", reply.text)


def test_a_label_is_given_on_the_article_and_withdrawn(site: WebSite) -> None:
    anna = site.signed_in("analyst", "anna")
    page = html.fromstring(anna.ask("/articles/1").text)
    (form,) = page.cssselect("form.feedback")
    fields = {one.get("name"): one.get("value") for one in form.cssselect("input")}
    assert {button.get("value") for button in form.cssselect("button")} == {"relevant", "not_relevant"}
    where = give(anna, kind="not_relevant", article=str(fields["article"]), note="about sport")
    told = words_of(anna.ask(where))
    assert "Not relevant for Kazakh acts, by anna" in told
    assert "matched it with 0.80: Kazakhstan with acts in one sentence" in told
    assert "not relevant for Kazakh acts, by anna" in words_of(anna.ask("/articles/1"))
    again = give(anna, kind="relevant", article="1")
    listed = words_of(anna.ask("/feedback"))
    assert "relevant Kazakh acts Talks in Astana 0.80, matched" in listed
    assert len(site.store.feedback(limit=9)) == 1
    boris = site.signed_in("analyst", "boris")
    assert boris.post(f"{again}/withdraw").status == 404
    assert anna.post(f"{again}/withdraw").status == 303
    assert anna.post(f"{again}/withdraw").status == 404
    assert "None yet" in words_of(anna.ask("/feedback"))


def test_a_missed_address_of_the_archive_says_at_once_why(site: WebSite) -> None:
    anna = site.signed_in("analyst", "anna")
    where = give(anna, kind="missed", url="https://a.example/snow?utm_source=mail")
    told = words_of(anna.ask(where))
    assert "Kazakh acts did not match it, with 0.00: No rule of this watchlist is met." in told
    where = give(anna, kind="missed", url="https://nobody.example/1", note=HOSTILE)
    reply = anna.ask(where)
    assert "The archive does not have it" in words_of(reply)
    assert not html.fromstring(reply.text).cssselect("script:not([src^='/static/'])")
    assert "(not in the archive)" in words_of(anna.ask("/feedback"))
    assert not html.fromstring(anna.ask("/feedback").text).cssselect("script:not([src^='/static/'])")
    keep(site, talks("https://nobody.example/1", title="Late", text="It came late.", statements=()))
    assert "(in the archive since)" in words_of(anna.ask("/feedback?watchlist=test"))
    assert "no miss of the rules" in words_of(
        anna.ask(give(anna, kind="missed", url="https://ministry.example/news/1"))
    )


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"kind": "relevant", "article": "99"}, 404),
        ({"kind": "relevant"}, 404),
        ({"kind": "relevant", "article": "-1"}, 400),
        ({"kind": "relevant", "article": "9" * 40}, 400),
        ({"kind": "odd", "article": "1"}, 400),
        ({"kind": "relevant", "article": "1", "watchlist": HOSTILE}, 400),
        ({"kind": "relevant", "article": "1", "note": "n" * 1001}, 400),
        ({"kind": "missed", "url": "javascript:alert(1)"}, 400),
        ({"kind": "missed", "url": "https://a.example/" + "a" * 2000}, 400),
        ({"kind": "missed", "url": ""}, 400),
    ],
)
def test_what_is_no_feedback_is_refused(site: WebSite, fields: dict[str, str], status: int) -> None:
    give(site.signed_in("analyst"), status, **fields)
    assert site.store.feedback(limit=9) == []


def test_only_analysts_and_operators_say_and_see_it(site: WebSite) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = b"kind=relevant&article=1&watchlist=test"
    for path in ("/feedback", "/feedback/1/withdraw"):
        assert site.ask(path, method="POST", headers=form, body=body).status in (401, 403)
    assert site.ask("/feedback").status == 401
    assert "log in" in words_of(site.ask("/articles/1", headers={"Accept": "text/html"}))
    anna = site.signed_in("analyst", "anna")
    # A form that another site sends with her cookie has no token of hers.
    for token in ("", "x", "A" * 88):
        reply = anna.ask("/feedback", method="POST", headers=form, body=body + f"&csrf={token}".encode())
        assert reply.status == 403
    assert site.store.feedback(limit=9) == []
    assert anna.ask("/feedback/77").status == 404
    assert anna.ask("/feedback/x").status == 404
    assert anna.ask("/feedback?before=x").status == 400


def test_an_operator_splits_and_joins_a_story(site: WebSite) -> None:
    keep(site, talks("https://paper.example/1", source="kz-paper", statements=()))
    operator = site.signed_in("operator", "olga")
    story = html.fromstring(operator.ask("/stories/1").text)
    assert [box.get("name") for box in story.cssselect("input[type=checkbox]")] == ["article-1", "article-3"]
    for fields in ({}, {"article-99": "on"}, {"article-1": "on", "article-3": "on"}, {"article-x": "on"}):
        assert operator.post("/stories/1/split", fields).status == 400
    reply = operator.post("/stories/1/split", {"article-3": "on"})
    assert reply.status == 303
    assert "parted from article 1 by an operator" in words_of(operator.ask(reply.headers["location"]))
    for number in ("1", "77", "x", "", "9" * 40):
        assert operator.post("/stories/1/join", {"article": number}).status == 400
    assert operator.post("/stories/1/join", {"article": "3"}).status == 303
    assert "article 3 joined by an operator to article 1" in words_of(operator.ask("/stories/1"))
    assert operator.post("/stories/99/join", {"article": "3"}).status == 404
    analyst = site.signed_in("analyst")
    assert analyst.post("/stories/1/split", {"article-3": "on"}).status == 403
    assert not html.fromstring(analyst.ask("/stories/1").text).cssselect("input[type=checkbox]")


def run(site: WebSite, *arguments: str) -> str:
    result = CliRunner().invoke(
        cli, ["feedback", *arguments, "--data", str(site.path)], catch_exceptions=False
    )
    assert result.exit_code == 0
    return result.stdout


def test_labels_become_a_test_of_the_watchlist(site: WebSite, tmp_path: Path) -> None:
    anna = site.signed_in("analyst", "anna")
    give(anna, kind="not_relevant", article="1")
    give(anna, kind="missed", url="https://a.example/snow")
    give(anna, kind="missed", url="https://nobody.example/1")
    listed = run(site, "list")
    assert "not relevant" in listed
    assert "https://nobody.example/1" in listed
    made = yaml.safe_load(run(site, "export", "--watchlist", "test", "--yaml"))
    assert [one["title"] for one in made["no_match"]] == ["Talks in Astana"]
    assert [one["title"] for one in made["match"]] == ["Snow"]
    found, problems = load(tmp_path / "tried", RULES + yaml.safe_dump(made, allow_unicode=True))
    assert problems == []
    told = [problem.key for problem in check_examples(found["test"], Matcher(found.values()))]
    assert told == ["match.#1", "no_match.#1"]
    lines = run(site, "export", "--jsonl")
    records = [json.loads(line) for line in lines.splitlines()]
    assert {(one["title"], one["label"]) for one in records} == {
        ("Talks in Astana", "other"),
        ("Snow", "relevant"),
    }
    (tmp_path / "relevance").mkdir()
    with gzip.open(tmp_path / "relevance" / "records.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(lines)
    report = evaluate_relevance(tmp_path, tmp_path / "tried", watchlist="test")
    assert (report.overall.documents, report.overall.false, report.overall.missed) == (2, 1, 1)
    first = site.store.feedback(limit=1)[0].id
    run(site, "withdraw", str(first))
    assert len(site.store.feedback(limit=9)) == 2
