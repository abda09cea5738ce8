"""What the visible page says of its article, where no machine-readable part does: headline, byline, date.

Only what stands near the headline counts: sidebars carry other stories' dates and names.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.text import fold_text
from crawler.reading.markup import inner_text, line, plain_text, walk
from crawler.reading.metadata import cut_site_name, title_tag

_LEVELS = 7
_DATE_WORDS = 12
_WORDS_BEFORE_DATE = 5
_LONGEST_BYLINE = 150
_MOST = 12
_LINES_BEFORE = 3
_PARAGRAPH_WORDS = 30
_LINES_AFTER = 6

_MACHINE_DATES = (
    "time[datetime], [itemprop='datePublished' i], [property~='datePublished' i], [pubdate], abbr.published"
)
_OWN_DATES = "[itemprop~='datePublished' i], [property~='datePublished' i], time[pubdate]"
_PUBLISHED = re.compile(
    r"\W*(?:(?:first )?published(?: on| at)?|posted(?: on| at)?|(?:publication |issue |release )?date"
    r"|released(?: on)?|date of publication|опубликован[ао]?|дата(?: публикации| новости)?|размещено"
    r"|добавлено"
    r"|жарияланған(?: күні)?|жарияланды|күні|жарыяланган(?: күнү)?|жарыяланды|датасы"
    r"|e['ʼʻ’‘]lon qilin(?:gan|di)(?: sana)?|sana(?:si)?|эълон қилин(?:ган|ди)(?: сана)?|сана(?:си)?"
    r"|санаи нашр|нашр шуд|çap edilen(?: senesi)?|senesi|sene|yayınlan(?:ma|dı)(?: tarihi)?|yayın tarihi"
    r"|tarihi?"
    r"|veröffentlicht(?: am)?|datum|erschienen(?: am)?|publiée?(?: le)?|mise? en ligne(?: le)?"
    r"|date de publication|publicado(?: el| em)?|fecha(?: de publicación)?|pubblicato(?: il)?"
    r"|data(?: di pubblicazione| publikacji)?|opublikowano|опубліковано)\b\s*[:：|–—-]?\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_WAS_PUBLISHED = re.compile(r"\b(?:veröffentlicht|опубликован[ао]?|yayınlandı|жарияланды)\.?$", re.IGNORECASE)
_WORDED_DATES = (
    "time, [class*='date' i], [class*='time' i], [class*='publish' i], [class*='posted' i], [id*='date' i], "
    "[data-testid*='date' i], [class*='byline' i], [class*='meta' i], [class*='info' i]"
)
_BYLINES = (
    "[rel~='author' i], [itemprop='author' i] [itemprop='name' i], [itemprop='author' i], "
    "[class*='author-name' i], [class*='author_name' i], [class*='authorname' i], [class~='author' i], "
    "[class*='byline' i], [class*='article-author' i], [class*='article__author' i], [class*='post-author' i]"
)
_FURNITURE = re.compile(
    r"sidebar|related|popular|latest|recent|teaser|widget|comment|footer|recommend|trending|most-|promo|carousel"
    r"|slider|ticker|more-news|read-?more|currency|weather|calendar|archive|copyright",
    re.IGNORECASE,
)
_FURNITURE_TAGS = frozenset({"aside", "nav", "footer", "select"})
_CHANGED = re.compile(r"modif|update", re.IGNORECASE)

_URL_DATE = re.compile(
    r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>0?[1-9]|1[0-2]|[a-z]{3})[/-](?P<d>0?[1-9]|[12]\d|3[01])(?=[/_.-]|$)"
    r"|[/_-](?P<dmy>(?:0[1-9]|[12]\d|3[01])-(?:0[1-9]|1[0-2])-(?:19|20)\d\d)(?=[/_.-]|$)"
    r"|[/_-]t?(?P<Y>(?:19|20)\d\d)(?P<M>0[1-9]|1[0-2])(?P<D>0[1-9]|[12]\d|3[01])(?=[/_.-]|$)",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"\W*[^\W\d_]\w+(?:[\s.'’-]+[^\W\d_]\w*){0,3}\s*[,.(/]\s*(?P<date>[^–—()/]{6,40}?)\s*(?:[–—()/]|\s-\s|--)"
)
_CLOSING_WORDS = 5
_SIGNED = re.compile(
    r"^(?:text by|by|written by|story by"
    r"|автор(?:ы|лар|лор)?\s*:|текст\s*:|муаллиф\s*:|muallif\s*:|yazar\s*:)\s*\S",
    re.IGNORECASE,
)
_SIGNED_WORDS = 12


def headline(tree: LexborHTMLParser, site_names: tuple[str, ...]) -> tuple[str | None, str | None]:
    """Return the headline by the h1 and the title element, and the site's name if the latter carried it.

    A lone h1 may be the section's name, so it is believed first where the title element repeats it.
    """
    tag = title_tag(tree)
    headings = [text for node in tree.css("h1") if (text := inner_text(node))]
    if tag is not None:
        inside = [text for text in headings if text in tag and text != tag]
        if inside:
            longest = max(inside, key=len)
            return longest, line(tag.replace(longest, "", 1)).strip(" |—–-:»·•/") or None
    known, cut = cut_site_name(tag, site_names, guess=True) if tag else (None, None)
    if len(headings) == 1 and (known is None or len(headings[0]) > len(known) / 2):
        return headings[0], cut
    return known or (headings[0] if headings else None), cut


def shown_headline(tree: LexborHTMLParser, heading: str | None) -> tuple[str | None, bool]:
    """Return the headline if an h1 shows it, and whether the title element says something else."""
    shown = heading is not None and any(inner_text(node) == heading for node in tree.css("h1"))
    if heading is None or not shown:
        return None, False
    return heading, fold_text(heading) not in fold_text(title_tag(tree) or "")


def dates_near_headline(tree: LexborHTMLParser, url: str) -> Iterator[str]:
    """Yield texts near the headline that may be its date, the likeliest first, and the day in the address."""
    places = list(_places(tree))
    yield from filter(None, map(_date_text, _nearest(places, _MACHINE_DATES)))
    yield from _url_dates(url)
    yield from filter(_may_be_date, map(inner_text, _nearest(places, _WORDED_DATES)))
    yield from _lines_beside(places)


def byline(tree: LexborHTMLParser) -> str | None:
    """Return the author line nearest to the headline."""
    texts = map(_names, _nearest(list(_places(tree)), _BYLINES))
    return next((text for text in texts if 2 < len(text) <= _LONGEST_BYLINE), None)


def _names(node: LexborNode) -> str:
    """Return a byline as one line; names in links of their own are parted."""
    links = [text for link in node.css("a") if (text := inner_text(link))]
    whole = inner_text(node)
    return "; ".join(links) if len(links) > 1 and len("".join(links)) > len(whole) / 2 else whole


def labelled_dates(tree: LexborHTMLParser) -> Iterator[str]:
    """Yield dates that the page calls its own wherever they stand: marked up as the only one, or labelled."""
    marked = {_date_text(node) for node in tree.css(_OWN_DATES)}
    if len(marked) == 1:
        yield from marked
    if tree.body is None:
        return
    lines = [text for block in plain_text(walk(tree.body)).split("\n") if (text := block.strip())]
    for number, text in enumerate(lines):
        match = _PUBLISHED.match(text)
        if match is None:
            if _WAS_PUBLISHED.search(text) and _has_digit(text):
                yield text
        elif _has_digit(match["rest"]) and len(match["rest"].split()) <= _DATE_WORDS:
            yield match["rest"]
        elif not match["rest"] and number + 1 < len(lines) and _may_be_date(lines[number + 1]):
            yield lines[number + 1]


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _may_be_date(text: str) -> bool:
    """Say whether a short text has a number near its beginning: a caption has its date at the end."""
    words = text.split()
    return len(words) <= _DATE_WORDS and any(
        any(map(str.isdigit, word)) for word in words[:_WORDS_BEFORE_DATE]
    )


def _up_to_second_paragraph(lines: list[str]) -> list[str]:
    """Leave out what comes after the article has begun: the first paragraph may be its lead."""
    paragraphs = [number for number, text in enumerate(lines) if len(text.split()) > _PARAGRAPH_WORDS]
    return lines[: paragraphs[1]] if len(paragraphs) > 1 else lines


def _lines_beside(places: list[LexborNode]) -> list[str]:
    """Return the short lines with digits around the headline, in the smallest part of the page with any."""
    if not places or places[0].tag != "h1":
        return []
    heading = line(plain_text(walk(places[0])).partition("\n")[0])
    for place in places[1:]:
        lines = [text for block in plain_text(walk(place)).split("\n") if (text := block.strip())]
        if heading not in lines:
            continue
        middle = lines.index(heading)
        after = _up_to_second_paragraph(lines[middle + 1 : middle + 1 + _LINES_AFTER])
        beside = [*after, *reversed(lines[max(0, middle - _LINES_BEFORE) : middle])]
        found = [text for text in beside if _may_be_date(text)]
        if found:
            return found
    return []


def edge_dates(text: str) -> Iterator[str]:
    """Yield the date that an article begins with ("ASTANA, 27 September 2022 -"), and its last line's."""
    match = _DATELINE.match(text)
    if match is not None:
        yield match["date"]
    last = text.rstrip().rpartition("\n")[2]
    if _has_digit(last) and len(last.split()) <= _CLOSING_WORDS:
        yield last


def signature(text: str) -> str | None:
    """Return the line of an article's beginning or end that says who wrote it: "Text by ..."."""
    paragraphs = [part for block in text.split("\n\n") for part in block.split("\n")]
    for paragraph in (*paragraphs[:4], *paragraphs[-3:]):
        if _SIGNED.match(paragraph) and len(paragraph.split()) <= _SIGNED_WORDS:
            return paragraph
    return None


def _places(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """Yield ever larger parts of the page around the headline; the whole body where there is none."""
    node = tree.css_first("h1") or tree.css_first("article") or tree.body
    for _ in range(_LEVELS):
        if node is None or node.tag in ("html", "-document"):
            return
        yield node
        node = node.parent
    if tree.body is not None:
        yield tree.body


def _nearest(places: list[LexborNode], selector: str) -> list[LexborNode]:
    """Return the elements that match in the smallest part of the page that has any outside furniture."""
    for place in places:
        found = [node for node in place.css(selector) if not _in_furniture(node, place)]
        if found:
            return found[:_MOST]
    return []


def _in_furniture(node: LexborNode, place: LexborNode) -> bool:
    """Say whether an element or what holds it inside `place` looks like furniture."""
    if _CHANGED.search(node.attributes.get("class") or node.attributes.get("itemprop") or ""):
        return True
    current = node.parent
    while current is not None and current.mem_id != place.mem_id:
        names = f"{current.attributes.get('class') or ''} {current.attributes.get('id') or ''}"
        if current.tag in _FURNITURE_TAGS or _FURNITURE.search(names):
            return True
        current = current.parent
    return False


def _date_text(node: LexborNode) -> str:
    attributes = node.attributes
    value = attributes.get("datetime") or attributes.get("content") or attributes.get("title")
    return line(value or "") or inner_text(node)


def _url_dates(url: str) -> list[str]:
    """Return the day that an address names: /2022/09/27/, /2022/sep/27/, -20220927."""
    found = []
    for match in _URL_DATE.finditer(url):
        if match["dmy"] is not None:
            found.append(match["dmy"])
            continue
        year, month, day = match["y"] or match["Y"], match["m"] or match["M"], match["d"] or match["D"]
        found.append(f"{day} {month} {year}" if month.isalpha() else f"{year}-{int(month):02}-{int(day):02}")
    return found
