"""What stands in several articles of one source never reaches the text, and what is meant stays."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from fakes_crawl import Memory, crawl, source
from fakes_pages import PARAGRAPHS, article_html, languages, page, read_page
from fakes_pages import source as reading_source
from fakes_storage import NOW, batch, text_of
from fakes_storage import article as stored
from fakes_web import Site, rss

from core.article import PageMarks
from core.structure import Kind, Paragraph
from crawler.reading.read import read
from crawler.reading.repeated import marks_of, without_repeated
from crawler.repetition import PAGES, YOUNG, Repetition, furniture_of
from storage.store import Store

XML = "application/rss+xml"
LINKED = Paragraph(text="Each evening the day in five lines, from our bulletin.", is_linked=True)
PLAIN = Paragraph(text="Copies of this text are to name the agency and its address.")
REPLY = Paragraph(text="MODERATOR: Thank you very much, and we take the next question.")


def own(number: int, words: int = 40) -> Paragraph:
    return Paragraph(text=" ".join(f"word{number}x{place}" for place in range(words)) + ".")


def seen(number: int, *paragraphs: Paragraph, url: str | None = None) -> PageMarks:
    return PageMarks(url=url or f"https://a.example/{number}", marks=marks_of(paragraphs))


def left(pages: Iterable[PageMarks], *paragraphs: Paragraph) -> list[Paragraph]:
    return list(without_repeated(paragraphs, furniture_of(list(pages))))


def test_a_linked_paragraph_of_three_articles_is_furniture() -> None:
    pages = [seen(number, own(number), LINKED) for number in range(3)]
    assert left(pages[:2], own(9), LINKED) == [own(9), LINKED]
    assert left(pages, own(9), LINKED) == [own(9)]


def test_without_a_link_it_must_stand_in_most_of_them() -> None:
    with_it = [seen(number, own(number), PLAIN) for number in range(6)]
    without = [seen(number, own(number)) for number in range(20, 30)]
    assert left(with_it, own(9), PLAIN) == [own(9)]
    assert left([*with_it, *without], own(9), PLAIN) == [own(9), PLAIN]


@pytest.mark.parametrize(
    "standing",
    [
        REPLY,
        Paragraph(text="— Thank you for the question, it is a good one."),
        Paragraph(text="The following is the text of the joint statement of both governments:"),
        Paragraph(text="“We thank the people of the region,” the minister said again."),
        Paragraph(text="Thank you all"),
        Paragraph(text="What the two sides have agreed upon today", kind=Kind.HEADING),
    ],
)
def test_what_is_said_again_and_meant_stays(standing: Paragraph) -> None:
    pages = [seen(number, own(number), standing) for number in range(20)]
    assert left(pages, own(99), standing) == [own(99), standing]


def test_copies_and_editions_of_one_article_make_no_furniture() -> None:
    text = [own(1), own(2), own(3), LINKED]
    reprints = [seen(number, *text, own(10 + number, 5)) for number in range(9)]
    assert furniture_of(reprints) == frozenset()
    memory = Repetition()
    for number in range(9):
        memory.note(seen(number, LINKED, own(number), url="https://a.example/live"))
    assert memory.furniture == frozenset()


def test_an_article_that_is_nothing_else_stays_whole() -> None:
    pages = [seen(number, own(number), LINKED) for number in range(3)]
    assert left(pages, LINKED) == [LINKED]


def test_memory_has_an_end_and_forgets_what_is_gone() -> None:
    memory = Repetition(seen(number, own(number), LINKED) for number in range(3))
    assert memory.furniture
    for number in range(100, 100 + PAGES - 2):
        memory.note(seen(number, own(number)))
    assert memory.furniture == frozenset()


def test_statements_and_structure_count_what_is_left() -> None:
    box = "<p>Each evening the day in five lines, <a href='/b'>from our bulletin</a>.</p>"
    html = article_html().replace("<div class='words'>", f"<div class='words'>{box}<h2>The road</h2>")
    for rules in ({"text": ".words"}, None):
        whole = read_page(html, rules=rules)
        assert "bulletin" in whole.text
        others = [seen(number, own(number), LINKED) for number in range(3)]
        site = reading_source(read=rules) if rules else reading_source()
        article = read(page(html, furniture=furniture_of(others)), site, languages())
        assert article.text == "\n\n".join(("The road", *PARAGRAPHS))
        assert article.structure == "2pppp"
        assert article.marks == whole.marks, "what was left out is counted on"
        assert [article.text[one.start : one.end] for one in article.statements] == [
            one.words for one in whole.statements
        ]


def test_a_new_source_s_first_articles_wait_until_its_furniture_is_known() -> None:
    with Site() as site:
        names = "abcdefg"
        for name in names:
            text = " ".join(f"{name}{place}" for place in range(40))
            box = "<p>Each evening our <a href='/b'>bulletin</a>.</p>"
            site.put(f"/{name}", f"<title>About {name}</title><div class='words'><p>{text}.</p>{box}</div>")
        site.put("/feed", rss(*((site.url(f"/{n}"), n) for n in names[:YOUNG])), content_type=XML)
        memory = Memory()
        one = source("one", "feed", site.url("/feed"), read={"text": ".words"})
        (first,) = crawl(memory, one, read=None)
        site.put("/feed", rss(*((site.url(f"/{n}"), n) for n in names)), content_type=XML)
        (second,) = crawl(memory, one, read=None)
    assert (first.articles, second.articles) == (YOUNG, 2)
    assert len(memory.articles("one")) == len(names)
    for article in memory.articles("one"):
        assert "bulletin" not in article.text


def test_too_few_articles_to_tell_are_handed_on_as_they_are() -> None:
    with Site() as site:
        site.put("/a", "<title>About a</title><p class='words'>Words of the article.</p>")
        site.put("/feed", rss((site.url("/a"), "a"), (site.url("/gone"), "b")), content_type=XML)
        memory = Memory()
        one = source("one", "feed", site.url("/feed"), read={"text": ".words"})
        (report,) = crawl(memory, one, read=None)
    assert (report.articles, report.failed) == (1, 1)
    assert [article.text for article in memory.articles("one")] == ["Words of the article."]


def test_the_store_keeps_the_last_pages_of_each_source(tmp_path: Path) -> None:
    def marked(number: int) -> PageMarks:
        return seen(number, own(number), LINKED)

    with Store.open(tmp_path / "x.db") as store:
        assert store.last_pages("kz-one") == ()
        for number in (*range(PAGES + 10), PAGES):
            one = stored(f"n{number}", text=text_of(f"n{number}"))
            store.keep(batch(replace(one, marks=marked(number).marks)), now=NOW)
        store.keep(batch(replace(stored("held", text="", held="no text"), marks=(1,))), now=NOW)
        pages = store.last_pages("kz-one")
    assert len(pages) == PAGES
    assert pages[-1].marks == marked(PAGES).marks, "the page that was read last, though known"
    assert pages[0].marks == marked(10).marks
