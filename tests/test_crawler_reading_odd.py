"""Pages that are no whole article, PDF files, text in scripts, and what a page says beside its text."""

import json
from io import BytesIO

import pytest
from fakes_pages import NOW, PARAGRAPHS, URL, article_html, page, read_page
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from core.article import Link, Precision, Published
from core.errors import PageError
from crawler.reading.pdf import read_pdf
from crawler.reading.verdict import not_an_article

AMP = """<!doctype html><html ⚡ lang="en"><head><title>{title}</title>
<style amp-boilerplate>body{{visibility:hidden}}</style></head><body>
<amp-sidebar id="s"><ul><li><a href="/">Home</a></li></ul></amp-sidebar>
<article><h1>{title}</h1><amp-img src="/a.jpg" alt=""></amp-img>{words}</article></body></html>"""


def pdf(*lines: str, title: str | None = None) -> bytes:
    """Make a PDF of one page with these lines of Latin text."""
    writer = PdfWriter()
    sheet = writer.add_blank_page(width=595, height=842)
    font = DictionaryObject({
        NameObject("/Type"): NameObject("/Font"),
        NameObject("/Subtype"): NameObject("/Type1"),
        NameObject("/BaseFont"): NameObject("/Helvetica"),
    })  # fmt: skip
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    sheet[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    shown = "".join(f"({text}) Tj 0 -16 Td " for text in lines)
    content = DecodedStreamObject()
    content.set_data(f"BT /F1 10 Tf 50 780 Td {shown}ET".encode("latin-1"))
    sheet[NameObject("/Contents")] = writer._add_object(content)
    if title is not None:
        writer.add_metadata({"/Title": title})
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


LINES = (
    "Press release",
    "27 September 2022",
    "The ministers met in Astana and spoke about the road that both of their countries have been",
    "planning for four years, and they agreed on who will pay for it.",
    "The next meeting is to be held in the spring, when the snow on the pass has gone and the trans-",
    "port of goods can begin.",
)


def test_a_pdf_gives_text_title_and_date() -> None:
    article = read_page(pdf(*LINES, title="Ministers meet in Astana"), content_type="application/pdf")
    assert article.title == "Ministers meet in Astana"
    assert "planning for four years, and they agreed on who will pay for it.\n\nThe next" in article.text
    assert "the transport of goods" in article.text
    assert article.published is not None
    assert article.published.at is not None
    assert (article.published.at.date().isoformat(), article.published.precision) == (
        "2022-09-27",
        Precision.DAY,
    )
    assert (article.language, article.held) == ("en", None)


def test_the_list_titles_and_dates_a_pdf() -> None:
    listed = Published(raw="1 March 2023", at=NOW, precision=Precision.DAY)
    link = Link(url=URL, title="As the list calls it", published=listed)
    article = read_page(pdf(*LINES, title="scan0017.pdf"), content_type=None, link=link)
    assert (article.title, article.published) == ("As the list calls it", listed)


def test_broken_and_empty_pdf_files() -> None:
    with pytest.raises(PageError, match="the PDF cannot be read"):
        read_page(b"%PDF-1.7 and nothing behind it", content_type="application/pdf")
    assert read_page(pdf(), content_type="application/pdf").held == "no title"
    with pytest.raises(PageError, match="more than the"):
        read_pdf(b"%PDF-" + bytes(20_000_001), URL)


@pytest.mark.parametrize(
    ("title", "body", "held"),
    [
        ("Just a moment...", "<p>Enable JavaScript and cookies to continue</p>", "a challenge page"),
        ("news.example.org", "<form id='challenge-form'><p>One second</p></form>", "a challenge page"),
        ("404 — Страница не найдена", "<p>Вернуться на главную</p>", "an error page"),
        ("Sahifa topilmadi", "<p>Kechirasiz</p>", "an error page"),
        (
            "Before you continue to Example",
            "<p>We use cookies and data to deliver our services. Choose whether you consent to cookies.</p>",
            "a consent page",
        ),
    ],
)
def test_what_is_no_article_is_held_with_its_reason(title: str, body: str, held: str) -> None:
    html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
    assert read_page(html).held == held


def test_a_paywalls_teaser_is_held() -> None:
    head = "<script type='application/ld+json'>{}</script>".format(
        json.dumps(
            {"@type": "NewsArticle", "headline": "H", "isAccessibleForFree": "False", "wordCount": 900}
        )
    )
    assert read_page(article_html(head=head)).held == "a paywall's teaser"
    asking = "<p>Subscribe to continue reading this story.</p></div></div>"
    asking = article_html().replace("</div></div>", asking, 1)
    read = read_page(asking)
    assert read.held == "a paywall's teaser"
    assert "Subscribe" not in read.text


def test_a_paid_article_that_is_there_in_full_is_an_article() -> None:
    text = " ".join(["word"] * 300)
    assert not_an_article("", "A title", text, is_free=False, words_said=300) is None
    assert read_page(article_html("Cookies and consent in European law")).held is None
    assert read_page(article_html("404 days without a minister")).held is None


def test_text_in_the_data_of_a_script() -> None:
    data = {"props": {"story": {"blocks": [{"type": "p", "text": text} for text in PARAGRAPHS]}}, "n": 1}
    html = (
        "<html><head><title>Road talks in Astana</title></head><body><div id='root'></div>"
        f"<script id='__NEXT_DATA__' type='application/json'>{json.dumps(data)}</script>"
        f"<script>window.other = function () {{ return {'1;' * 400} }}</script></body></html>"
    )
    assert read_page(html).text == "\n\n".join(PARAGRAPHS)
    assigned = html.replace(
        "<script id='__NEXT_DATA__' type='application/json'>", "<script>window.__STATE__ = "
    )
    assert read_page(assigned).text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "script",
    [
        'window["parts"] = window["parts"] || [];window["parts"].push({"story": {"id": 7, "html": %s}});',
        "self.__parts.push([1, %s])",
    ],
)
def test_text_in_data_that_a_script_hands_on(script: str) -> None:
    html = "<p>" + "</p>$$ARTICLEAD$$<p>".join(PARAGRAPHS) + "</p>[[photo]]"
    streamed = (
        "<html><head><title>Road talks in Astana</title></head><body><div id='root'></div>"
        f"<script>{script % json.dumps(html)}</script>"
        "<script>window.counts = [];counts.push({name: 'page', words: 12})</script></body></html>"
    )
    article = read_page(streamed)
    assert (article.text, article.held) == ("\n\n".join(PARAGRAPHS), None)


def test_text_only_in_json_ld() -> None:
    data = {"@type": "NewsArticle", "headline": "Road talks in Astana", "articleBody": "\n".join(PARAGRAPHS)}
    head = f"<title>Road talks</title><script type='application/ld+json'>{json.dumps(data)}</script>"
    article = read_page(f"<html><head>{head}</head><body><div id='app'></div></body></html>")
    assert (article.title, article.text) == ("Road talks in Astana", "\n\n".join(PARAGRAPHS))
    assert article.held is None


@pytest.mark.parametrize("rules", [{"text": ".words"}, None])
def test_a_page_of_five_megabytes_in_one_line(rules: dict[str, str] | None) -> None:
    data = "x y z " * (5 * 1024 * 1024 // 6)
    html = article_html(after=f'<script>window.STATE = {{"a": "{data}"}}</script>').replace("\n", "")
    assert read_page(html, rules=rules).text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize("tag", ["div", "span", "b"])
def test_a_hundred_thousand_nested_tags_are_an_error_of_that_page(tag: str) -> None:
    with pytest.raises(PageError, match=r"world/2041.*tags"):
        read_page(f"<{tag}>" * 100_000 + article_html() + f"</{tag}>" * 100_000)
    assert read_page(article_html()).held is None


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r"])
@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "windows-1252", "windows-1251"])
def test_old_cyrillic_pages_whatever_they_declare(encoding: str, declared: str | None) -> None:
    words = "Министр иностранных дел Казахстана принял в понедельник посла соседнего государства. "
    meta = f"<meta charset='{declared}'>" if declared else ""
    html = (
        f"<html><head><title>Встреча</title>{meta}</head><body><h1>Встреча министра с послом</h1>"
        f"<div class='w'><p>{words * 3}</p><p>Стороны говорили о границе.</p></div></body></html>"
    )
    article = read_page(html.encode(encoding), rules={"text": ".w"}, content_type="text/html")
    assert article.text.startswith(words.strip())
    assert article.language == "ru"


def test_invalid_utf8_loses_the_broken_bytes_alone() -> None:
    body = article_html().encode().replace(b"two sides spoke", b"two \xff\xfe sides spoke \xc3")
    article = read_page(body, rules={"text": ".words"})
    assert article.text.count("\n\n") == 3
    assert "sides spoke" in article.text


def test_amp_only() -> None:
    words = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    article = read_page(AMP.format(title="Road talks in Astana", words=words))
    assert (article.title, article.text) == ("Road talks in Astana", "\n\n".join(PARAGRAPHS))


def test_what_a_page_says_beside_its_text() -> None:
    data = {
        "@type": "NewsArticle",
        "headline": "Road talks in Astana",
        "alternativeHeadline": "Two posts are to open in spring",
        "articleSection": "World",
        "keywords": "roads, borders",
        "image": [{"@type": "ImageObject", "url": "/img/road.jpg"}],
    }
    head = (
        f"<script type='application/ld+json'>{json.dumps(data)}</script>"
        "<link rel='alternate' hreflang='ru' href='/ru/world/2041'>"
        "<link rel='alternate' hreflang='x-default' href='/world/2041'>"
    )
    picture = "<figure><img src='/img/road.jpg'><figcaption>The road in winter</figcaption></figure>"
    html = article_html(head=head, before=picture).replace(
        "</div></div>", "<p>source: example.eu with Astana Wire and agencies</p></div></div>", 1
    )
    article = read_page(html)
    assert article.subtitle == "Two posts are to open in spring"
    assert (article.section, article.tags) == ("World", ("roads", "borders"))
    assert article.image == "https://news.example.org/img/road.jpg"
    assert article.image_caption == "The road in winter"
    assert "The road in winter" not in article.text
    assert article.credit == "example.eu with Astana Wire and agencies"
    assert article.alternates == (("ru", "https://news.example.org/ru/world/2041"),)


@pytest.mark.parametrize(
    ("caption", "shown", "credit"),
    [
        ("The road in winter. Photo: A. Sample", "The road in winter", "A. Sample"),
        ("The road in winter (photo by Astana Wire)", "The road in winter", "Astana Wire"),
        ("Дорога зимой. Фото: пресс-служба", "Дорога зимой", "пресс-служба"),
        ("Қысқы жол. Сурет: Ақорда", "Қысқы жол", "Ақорда"),
        ("© Steppe Courier", None, "Steppe Courier"),
        ("A photo of the minister: smiling", "A photo of the minister: smiling", None),
        ("Ministers in Almaty", "Ministers in Almaty", None),
    ],
)
def test_a_picture_s_caption_is_parted_from_its_credit(
    caption: str, shown: str | None, credit: str | None
) -> None:
    picture = f"<figure><img src='/img/road.jpg'><figcaption>{caption}</figcaption></figure>"
    head = "<meta property='og:image' content='/img/road.jpg'>"
    article = read_page(article_html(head=head, before=picture))
    assert (article.image_caption, article.image_credit) == (shown, credit)


def test_nothing_beside_the_text() -> None:
    article = read_page(page(article_html()).body)
    assert (article.subtitle, article.section, article.tags, article.image) == (None, None, (), None)
    assert (article.image_caption, article.credit, article.alternates) == (None, None, ())
