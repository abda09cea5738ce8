"""Page furniture: boxes in the tree, and what is left of them in the text."""

import lxml.html
import pytest
from fakes_pages import PARAGRAPHS

from core.structure import Paragraph
from crawler.reading.furniture import cut_furniture, remove_furniture
from crawler.reading.labels import Label, is_labelled_link, is_promotion, label_of

ARTICLE = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
TEASER = "A teaser about another subject altogether, a whole sentence and not short at all, with a full stop."
CARD = f"<div><h3><a href='/x'>Another subject</a></h3><p>{TEASER}</p></div>"


def left(html: str, title: str = "Road talks") -> str:
    body = lxml.html.document_fromstring(f"<html><body>{html}</body></html>").find("body")
    assert body is not None
    remove_furniture(body, title)
    return str(body.text_content())


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Related articles", Label.BOX),
        ("EDITOR’S CHOICE:", Label.BOX),
        ("Popular", Label.BOX),
        ("Похожие новости", Label.BOX),
        ("Ең көп оқылғандар", Label.BOX),
        ("Oʻxshash yangiliklar", Label.BOX),
        ("Хабарҳои охирин »", Label.BOX),
        ("Soňky habarlar", Label.BOX),
        ("İlginizi çekebilir", Label.BOX),
        ("Читайте также:", Label.LINK),
        ("Оқи отырыңыз", Label.LINK),
        ("Дагы окуңуз", Label.LINK),
        ("READ MORE", Label.LINK),
        ("Popular opinion", None),
        ("Related articles of the treaty were read aloud", None),
        ("", None),
    ],
)
def test_labels(text: str, label: Label | None) -> None:
    assert label_of(text) is label


def test_labelled_links_and_promotions() -> None:
    assert is_labelled_link("Read also: Another subject")
    assert is_labelled_link("Читайте также: Другая новость")
    assert not is_labelled_link("The minister said: we have agreed")
    assert is_promotion("Подписывайтесь на наш канал в Telegram!")
    assert is_promotion("Follow us on Facebook and Instagram")
    assert not is_promotion("Follow-up talks on the road will be held in Tashkent.")
    assert not is_promotion("The ministry said on Telegram that the talks were held.")


@pytest.mark.parametrize(
    "box",
    [
        f"<div class='q'><h2>Related articles</h2>{CARD}{CARD}</div>",
        f"<section><header><h4>Popular</h4></header><div>{CARD}</div></section>",
        f"<h2>Editor's choice</h2><div>{CARD}</div><div>{CARD}</div>",
        f"<h3>Похожие новости</h3>{CARD}{CARD}",
        "<p>Related articles</p><p>Editor's choice</p><p>News</p><h4>A title</h4><p>A title</p>"
        f"<p>{TEASER}</p>"
        f"<p>Popular</p><p>News</p><p>A title</p><p>{TEASER}</p>",
        f"<div><span>Most read</span><ul><li><a href='/x'>{TEASER}</a></li></ul></div>",
        f"<ul><li><a href='/x'>{TEASER}</a></li><li><a href='/y'>{TEASER}</a></li></ul>",
    ],
)
def test_boxes_behind_the_article_go(box: str) -> None:
    text = left(f"<h1>Road talks</h1><div><div>{ARTICLE}</div>{box}</div>")
    assert "teaser" not in text
    assert "title" not in text
    for paragraph in PARAGRAPHS:
        assert paragraph in text


@pytest.mark.parametrize(
    "link",
    [
        "<p>Read also: <a href='/x'>The teaser of the day</a></p>",
        "<p><strong>Читайте также:</strong> <a href='/x'>The teaser of the day</a></p>",
        "<p>Читайте также:</p><p><a href='/x'>The teaser of the day</a></p>",
        "<div><b>Оқи отырыңыз</b><ul><li><a href='/x'>The teaser of the day</a></li></ul></div>",
        "<aside><h3>Related articles</h3><a href='/x'>The teaser of the day</a></aside>",
        "<h3>Related articles</h3><ul><li><a href='/x'>The teaser of the day</a></li></ul>",
        "<div class='filled-by-script'><h3>Related articles</h3></div>",
    ],
)
def test_links_inside_the_article_go_and_the_article_goes_on(link: str) -> None:
    first, second, third, fourth = (f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    text = left(f"<h1>Road talks</h1><div>{first}{second}{link}{third}{fourth}</div>")
    assert "teaser" not in text
    for paragraph in PARAGRAPHS:
        assert paragraph in text


def test_a_badge_over_the_article_does_not_take_it_away() -> None:
    for headline in ("<h1>Road talks</h1>", "<h2>Road talks in Astana</h2>", ""):
        text = left(
            f"<div><div><span>Editor's choice</span>{headline}{ARTICLE}</div></div>",
            "Road talks in Astana | Wire",
        )
        for paragraph in PARAGRAPHS:
            assert paragraph in text


def test_a_button_to_the_comments_over_the_article_does_not_take_it_away() -> None:
    links = "".join(f"<li><span>Another subject, number {number}</span></li>" for number in range(200))
    button = "<ul><li><a href='#c'><span>Comments</span></a></li><li>E-mail</li></ul>"
    text = left(f"<h1>Road talks</h1><div><div>{button}</div>{ARTICLE}</div><div>{links}</div>")
    assert all(paragraph in text for paragraph in PARAGRAPHS)


def test_a_subheading_behind_a_link_label_stays() -> None:
    text = left(f"<div>{ARTICLE}<p>Читайте также:</p><h3>What comes next</h3>{ARTICLE}</div>")
    assert "What comes next" in text


def test_a_table_of_contents_stays() -> None:
    links = ("<a href='#a'>Who will pay for the road</a>", "<a href='#b'>When it will be open</a>")
    items = f"<ul><li>{links[0]}</li><li>{links[1]}</li></ul>"
    assert "Who will pay" in left(f"<div>{items}{ARTICLE}</div>")


def left_of(texts: list[str]) -> list[str]:
    return [paragraph.text for paragraph in cut_furniture([Paragraph(text=text) for text in texts])]


def test_furniture_is_cut_from_text() -> None:
    tail = [
        "Related articles",
        "Editor's choice",
        "News",
        "A title",
        "A title",
        TEASER,
        "Popular",
        "A title",
        TEASER,
    ]
    assert left_of([*PARAGRAPHS, *tail]) == list(PARAGRAPHS)
    assert left_of(["Popular", *PARAGRAPHS]) == list(PARAGRAPHS), "a badge"
    inline = [*PARAGRAPHS[:2], "Читайте также:", "Другая новость", *PARAGRAPHS[2:]]
    assert left_of(inline) == list(PARAGRAPHS)
    assert left_of([*PARAGRAPHS, "Read also: Another subject"]) == list(PARAGRAPHS)
