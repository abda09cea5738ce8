"""Leads and gaps that the extractor leaves, captions, other stories' cards, dates and names in odd places."""

from typing import Any

import pytest
from fakes_pages import PARAGRAPHS, article_html, read_page

from core.structure import Paragraph, paragraphs_of, text_of
from crawler.reading.authors import clean_authors
from crawler.reading.captions import is_credit
from crawler.reading.labels import Label, is_promotion, label_of
from crawler.reading.language import identify_language
from crawler.reading.missed import Piece, restore

LEAD = "Two border posts are to open in spring, and a joint commission will watch over the money."


def piece(text: str, parent: int = 1, **changes: Any) -> Piece:
    values = {
        "paragraph": Paragraph(text=text),
        "parent": parent,
        "place": "p div words",
        "is_lead": False,
        "after_headline": True,
    }
    return Piece(**{**values, **changes})


def restored(text: str, pieces: list[Piece], description: str | None) -> str:
    return text_of(restore(paragraphs_of(text), pieces, description))


def test_a_lead_is_put_before_the_text() -> None:
    article = read_page(article_html(before=f"<div class='article-lead'><p>{LEAD}</p></div>"))
    assert article.text == "\n\n".join((LEAD, *PARAGRAPHS))


def test_a_paragraph_like_the_description_is_the_lead() -> None:
    pieces = [piece(LEAD, 0, place="p div x"), *map(piece, PARAGRAPHS)]
    text = "\n\n".join(PARAGRAPHS)
    assert restored(text, pieces, LEAD[:50]) == f"{LEAD}\n\n{text}"
    assert restored(text, pieces, None) == text


def test_a_lead_of_two_paragraphs_stands_in_the_headline_s_header() -> None:
    page = article_html().replace(
        "<h1>Road talks in Astana</h1>",
        f"<header><h1>Road talks in Astana</h1><p>{LEAD}</p><p>Who is to pay for it?</p></header>",
    )
    assert read_page(page).text == "\n\n".join((LEAD, "Who is to pay for it?", *PARAGRAPHS))


def test_paragraphs_in_boxes_of_their_own_come_back_with_those_of_the_same_class() -> None:
    boxes = [piece(text, number, place="p div words") for number, text in enumerate(PARAGRAPHS)]
    kept = "\n\n".join(PARAGRAPHS[2:])
    assert restored(kept, boxes, None) == "\n\n".join(PARAGRAPHS)
    unnamed = [piece(text, number, place="p div ") for number, text in enumerate(PARAGRAPHS)]
    assert restored(kept, unnamed, None) == kept


def test_items_of_a_list_come_back_but_do_not_say_where_the_article_is() -> None:
    item = piece(
        "The ministers of both states will look at the road on the first of May.", place="li div words"
    )
    pieces = [piece(PARAGRAPHS[0]), item, piece(PARAGRAPHS[1])]
    assert restored("\n\n".join(PARAGRAPHS[:2]), pieces, None).split("\n\n")[1] == item.text
    teasers = [piece(text, 9, place="li div news") for text in (PARAGRAPHS[0], PARAGRAPHS[3])]
    kept = "\n\n".join(PARAGRAPHS[:2])
    assert restored(kept, [*teasers, *map(piece, PARAGRAPHS[:2])], None) == kept


def test_gaps_are_filled_from_the_same_place_only() -> None:
    pieces = [piece(text) for text in PARAGRAPHS]
    kept = "\n\n".join((PARAGRAPHS[0], PARAGRAPHS[2]))
    assert restored(kept, pieces, None) == "\n\n".join(PARAGRAPHS)
    elsewhere = [piece(PARAGRAPHS[0]), piece(PARAGRAPHS[1], 7, place="p div box"), piece(PARAGRAPHS[2])]
    assert restored(kept, elsewhere, None) == kept


def test_the_article_instead_of_something_small() -> None:
    pieces = [piece("Sign up today.", 0), *map(piece, PARAGRAPHS)]
    assert restored("Sign up today.", pieces, None) == "\n\n".join(PARAGRAPHS)
    assert restored("", [], None) == ""


def test_captions_are_no_text() -> None:
    caption = (
        "<div class='photo-caption'>The minister at the border on Monday, 3 May 2021, before the talks.</div>"
    )
    assert read_page(article_html(before=caption)).text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "text",
    ["Photo: Example Agency", "Фото: Акорда", "© Example / Somebody", "Сурет: Ақорда", "Credit: A. Person"],
)
def test_credits(text: str) -> None:
    assert is_credit(text)


@pytest.mark.parametrize(
    "text",
    [
        "Photographs of the summit were shown to the guests.",
        "photo: the president of the country with his guests at the door (archive picture)",
        "Фото с места событий показали гостям саммита в столице страны в понедельник.",
    ],
)
def test_sentences_are_no_credits(text: str) -> None:
    assert not is_credit(text)


def test_cards_of_other_stories_inside_the_article() -> None:
    cards = "".join(
        f"<article><a href='/{n}'><h3>Another story of the day, {n}</h3></a><p>{PARAGRAPHS[3]}</p></article>"
        for n in ("one", "two")
    )
    html = article_html().replace("<div class='story'>", "<article>")
    html = html.replace("</div></div>", f"</div>{cards}</article>", 1)
    assert "Another story" not in read_page(html).text


def test_labels_that_name_their_site() -> None:
    assert label_of("Mehr zum Thema auf Example.de") is Label.LINK
    assert label_of("Top-Themen bei Example") is Label.BOX
    assert label_of("Most popular on The Example") is Label.BOX
    assert label_of("Auch auf example.de") is Label.LINK
    assert label_of("Schon gelesen?") is Label.LINK
    assert label_of("Talks on the border road") is None
    assert label_of("Also on the table") is None


def test_calls_to_pay_are_promotion() -> None:
    assert is_promotion("To read the full story, please subscribe to the Example.")
    assert is_promotion("Чтобы читать дальше, оформите подписку.")
    assert is_promotion("Did you enjoy this report? Support our work with a small sum each month.")
    assert is_promotion("Понравилась статья? Поделитесь ею с друзьями.")
    assert not is_promotion(
        "Do you like the new road? Most of those whom we asked in Astana say that they do."
    )
    assert not is_promotion("The minister said that the report is open to all readers.")


def date_of(html: str) -> str | None:
    article = read_page(html)
    at = article.published.at if article.published is not None else None
    return at.date().isoformat() if at is not None else None


@pytest.mark.parametrize(
    "after",
    [
        "<div class='side'><dl><dt>Datum</dt><dd>12.01.2017</dd></dl></div>",
        "<div class='credits'><p>Mise en ligne</p><p>12 janvier 2017</p></div>",
        "<p>Дата публикации: 12.01.2017</p>",
        "<footer><time itemprop='datePublished' datetime='2017-01-12'>yesterday</time></footer>",
    ],
)
def test_a_labelled_date_far_from_the_headline(after: str) -> None:
    assert date_of(article_html(after=f"<div><div><div>{after}</div></div></div>")) == "2017-01-12"


def test_a_dateline_and_a_closing_date() -> None:
    html = article_html()
    assert (
        date_of(html.replace("<p>The foreign", "<p>ASTANA, 12 January 2017 – The foreign", 1)) == "2017-01-12"
    )
    assert date_of(html.replace("</div></div>", "<p>12 January 2017</p></div></div>", 1)) == "2017-01-12"
    assert date_of(html) is None


def test_the_shown_headline_wins_where_the_meta_tags_agree() -> None:
    head = (
        "<meta property='og:title' content='As the page shows it today'>"
        "<script type='application/ld+json'>"
        '{"@type": "NewsArticle", "headline": "For search engines"}</script>'
    )
    html = article_html("As the page shows it today", head=head)
    assert read_page(html).title == "For search engines"
    searched = html.replace("<title>As the page shows it today<", "<title>For search engines<")
    assert read_page(searched).title == "As the page shows it today"


def test_a_title_without_the_section_behind_it() -> None:
    head = "<meta property='og:title' content='Road talks in Astana | World | 28.04.2023'>"
    assert read_page(article_html(head=head)).title == "Road talks in Astana"


def test_exact_names() -> None:
    assert clean_authors(["dpa", "AP", "Example staff reporter"], exact=True) == (
        "dpa",
        "AP",
        "Example staff reporter",
    )
    assert clean_authors(["dpa", "Lrt.lt", "Anna Testova og Berik Testov"]) == (
        "Anna Testova",
        "Berik Testov",
    )


def test_turkmen_in_cyrillic_letters() -> None:
    assert (
        identify_language("Бу хакда Ашгабатда болан маслахатда айдылды ве хемме дөвлетлер билен ылалашылды.")
        == "tk"
    )
    assert (
        identify_language("Мемлекет басшысы бүгін үкімет отырысын өткізіп, министрлермен кездесті.") == "kk"
    )
