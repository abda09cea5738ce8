"""A list page built anew: an alarm where it gives less, nothing where it gives all; through a site too."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes_crawl import Memory, crawl, source
from fakes_pages import languages
from fakes_web import Site

from core.article import Batch, Outcome, PollReport
from core.config import DataDir
from core.listshape import ListShape, strangeness
from core.source import Source
from crawler.kinds.base import DateReader
from crawler.kinds.listing import parse
from scheduler.care import Caretaker
from scheduler.config import load_config
from scheduler.health import Facts, Health, HealthClass, judge
from scheduler.listshape import learn, rebuilt, rules_of
from storage.store import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = {"item": "article", "title": "h3", "date": "time"}
HEAD = "<nav class=top><ul><li class=home><a href='/'>Home</a></ul></nav>"


def old_page(names: Sequence[str]) -> str:
    cards = "".join(
        f"<article class='card post-{number}'><div class=text><h3><a href='/{name}'>Talks on {name}</a></h3>"
        f"<time>19.11.2026</time></div></article>"
        for number, name in enumerate(names)
    )
    return f"<body class=logged-out>{HEAD}<div class=page><section class=news>{cards}</section></div>"


def new_page(names: Sequence[str], *, when: str = "time") -> str:
    cards = "".join(
        f"<article><header><h3><a href='/{name}'>Talks on {name}</a></h3></header>"
        f"<footer class=meta><{when} class=when>19.11.2026</{when}></footer></article>"
        for name in names
    )
    grid = f"<div class=grid__row><div class=grid__cell>{cards}</div></div>"
    return f"<main class=grid>{grid}</main><aside></aside>"


def a_source(url: str = "https://news.example/news", **rules: Any) -> Source:
    return source("list", "listing", url, listing={**RULES, **rules})


def shape(page: str, **rules: Any) -> ListShape:
    site = a_source(**rules)
    dates = DateReader.of(site, languages(), NOW)
    found = parse(page.encode(), "https://news.example/news", "text/html", site, dates).shape
    assert found is not None
    return found


def poll(page: ListShape | None, outcome: Outcome = Outcome.OK) -> PollReport:
    links = page.links if page else 0
    return PollReport(source="list", started=NOW, finished=NOW, outcome=outcome, links=links, shape=page)


def health(usual: ListShape | None, *polls: PollReport) -> Health:
    facts = Facts(due=NOW + HOUR, polls=polls, last_new=NOW, silence=None, awake=NOW - 24 * HOUR, usual=usual)
    return judge(a_source(), facts, now=NOW)


def test_other_articles_on_the_same_page_are_the_same_page() -> None:
    usual = shape(old_page("abcdefgh"))
    assert (usual.links, usual.titled, usual.dated) == (8, 8, 8)
    assert strangeness(shape(old_page("stuvwxyz")), usual) == 0
    assert strangeness(shape(old_page("a")), usual) == 0
    assert strangeness(shape(new_page("abcdefgh")), usual) > 0.8
    assert ListShape.load(usual.dump()) == usual


def test_of_large_pages_a_sample_is_compared() -> None:
    def page(first: int) -> str:
        boxes = "".join(f"<p class={'x' * number}></p>" for number in range(first, first + 400))
        return old_page("abcde") + boxes

    usual = shape(page(1))
    assert len(usual.dump()) < 400
    assert strangeness(shape(page(1)), usual) == 0
    assert 0.2 < strangeness(shape(page(201)), usual) < 0.8
    assert strangeness(shape(page(500)), usual) > 0.9


def test_a_page_built_anew_that_gives_less_has_changed() -> None:
    usual = shape(old_page("abcdefgh"))
    dateless, short = shape(new_page("abcdefgh", when="span")), shape(new_page("ab"))
    found = health(usual, poll(dateless), poll(dateless))
    assert found.klass is HealthClass.CHANGED
    assert "0 of 8 links with a date, usually 8 of 8: compare `listing:`" in found.reason
    assert (
        "2 links, usually 8" in health(usual, poll(short), poll(None, Outcome.UNCHANGED), poll(short)).reason
    )
    # Once may be an accident, and what the usual page is was never learned from the new one.
    assert health(usual, poll(dateless), poll(usual)).klass is HealthClass.WELL
    assert health(None, poll(dateless), poll(dateless)).klass is HealthClass.WELL
    assert learn(usual, [poll(dateless), poll(dateless)]) == usual


def test_a_page_built_anew_that_gives_everything_is_the_usual_one_from_then_on() -> None:
    usual, rebuilt_page = shape(old_page("abcdefgh")), shape(new_page("abcdefgi"))
    assert health(usual, poll(rebuilt_page), poll(rebuilt_page)).klass is HealthClass.WELL
    assert learn(usual, [poll(rebuilt_page), poll(usual)]) == rebuilt_page
    assert learn(None, [poll(None, Outcome.REFUSED), poll(usual)]) == usual


def test_the_same_page_with_less_on_it_is_no_other_page() -> None:
    usual, short = shape(old_page("abcdefgh")), shape(old_page("a"))
    assert rebuilt(usual, [poll(short), poll(short)]) is None
    assert learn(usual, [poll(short)]) == usual


def test_a_list_that_may_be_empty_and_finds_nothing_on_another_page_has_changed() -> None:
    site = source("list", "listing", "https://news.example/news", listing=RULES, may_be_empty=True)
    dates = DateReader.of(site, languages(), NOW)
    page = new_page("abcdefgh").replace("article>", "section>")
    found = parse(page.encode(), site.urls[0], "text/html", site, dates).shape
    assert found is not None
    assert rebuilt(shape(old_page("abcdefgh")), [poll(found)] * 2) == "0 links, usually 8"


@pytest.mark.parametrize("rules", [{"date": "span.when"}, {"item": "section"}])
def test_with_other_rules_the_usual_page_is_learned_anew(tmp_path: Path, rules: dict[str, str]) -> None:
    usual = shape(old_page("abcdefgh"))
    with Store.open(tmp_path / "policywire.db") as store:
        before, after = rules_of(a_source()), rules_of(a_source(**rules))
        store.keep_shape("list", before, usual)
        assert store.usual_shape("list", before) == usual
        assert store.usual_shape("list", after) is None
        store.forget_shapes(["other"])
        assert store.usual_shape("list", before) is None


def test_a_site_built_anew_under_the_daemons_eyes(tmp_path: Path) -> None:
    data, folder = DataDir(path=tmp_path / "data"), tmp_path / "config"
    with Site() as site, Store.open(data.database) as store:
        (folder / "sources").mkdir(parents=True)
        (folder / "settings.yml").write_text("contact: a@example.org\n", encoding="utf-8")
        (folder / "sources" / "list.yml").write_text(
            f"name: News\ncountry: KZ\npublisher: press\nlanguages: [en]\nhome: {site.url('/')}\n"
            f"kind: listing\nurls: [{site.url('/news')}]\n"
            "listing: {item: article, title: h3, date: time}\n",
            encoding="utf-8",
        )
        config = load_config(folder, watchlists=False)
        memory, now = Memory(), datetime.now(UTC)
        store.sync_sources(["list"], now=now)
        caretaker = Caretaker(config, store, data, base_url="http://feeds.example")

        def poll_and_look(page: str) -> str:
            site.put("/news", page)
            (report,) = crawl(memory, config.enabled["list"])
            assert report.outcome is Outcome.OK, report.error
            at = report.finished
            store.keep(Batch(source="list", report=report), now=at, due=at + HOUR)
            caretaker.look(now=at, awake=at - 24 * HOUR, faults=())
            return store.health()["list"].klass

        for name in "abcdefgh":
            site.put(f"/{name}", f"<h1>{name}</h1><p>Text.</p>")
        assert poll_and_look(old_page("abcdefgh")) == "well"
        # Built anew, and everything still found: no alarm, and this is the usual page now.
        assert poll_and_look(new_page("abcdefgh")) == "well"
        assert poll_and_look(new_page("abcdefgh")) == "well"
        dateless = old_page("abcdefgh").replace("time>", "span>")
        assert poll_and_look(dateless) == "well"
        assert poll_and_look(dateless + " ") == "changed"
        assert "0 of 8 links with a date, usually 8 of 8" in store.health()["list"].reason
        assert poll_and_look(new_page("abcdefgh")) == "well"
