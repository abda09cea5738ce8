"""The dates that a page shows for its article, for want of data that gives one: texts, likeliest first. Pure.

Only what stands near the headline, or what the page labels as its own, counts: sidebars, comments and lists
carry other stories' dates, the top of a page today's. What is labelled as updated is not published.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.reading.markup import body_lines, inner_text, line, lines_of
from crawler.reading.near import nearest, places

_DATE_WORDS = 12
_WORDS_BEFORE_DATE = 5
_LINES_BEFORE = 3
_PARAGRAPH_WORDS = 30
_LINES_AFTER = 6
_LABEL_WORDS = 14

_ATTRIBUTES = ("datetime", "content", "data-datetime", "data-date", "data-published", "data-publish-date",
    "data-pubdate", "data-created", "data-time", "data-timestamp", "title")  # fmt: skip
_MACHINE_DATES = (
    "time[datetime], [itemprop~='datePublished' i], [property~='datePublished' i], "
    "[itemprop~='dateCreated' i], [pubdate], abbr.published, abbr[class*='date' i][title], "
    "[class~='dt-published' i], " + ", ".join(f"[{name}]" for name in _ATTRIBUTES if name.startswith("data-"))
)
_OWN_DATES = "[itemprop~='datePublished' i], [property~='datePublished' i], time[pubdate], .dt-published"
_WORDED_DATES = (
    "time, [class*='date' i], [class*='time' i], [class*='publish' i], [class*='posted' i], [id*='date' i], "
    "[data-testid*='date' i], [class*='byline' i], [class*='meta' i], [class*='info' i]"
)
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
_CHANGED = re.compile(
    r"\b(?:last (?:updated?|modified|edited|changed|revised|reviewed)|(?:re)?updated?|modified|edited|revised"
    r"|обновлен[оа]?|обновлён|дата обновления|изменен[оа]?|изменён|отредактирован[оа]?"
    r"|жаңартыл(?:ған|ды)|өзгертіл(?:ген|ді)|жаңылан(?:ган|ды)|жаңыртыл(?:ган|ды)"
    r"|yangilan(?:gan|di)|янгилан(?:ган|ди)|навсозӣ|нав карда шуд|täzelen(?:en|di)"
    r"|güncellen(?:me|di)|güncelleme"
    r"|aktualisiert|geändert|(?:letzte|zuletzt) \w+|mise? à jour|modifiée?|actualizado|atualizado"
    r"|aggiornat[oa]|aktualizacja|оновлено)\b",
    re.IGNORECASE,
)

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
_IN_SCRIPT = re.compile(
    r'["\'](?:datePublished|publishedAt|published_at|publishDate|publish_date|publicationDate|publication_date'
    r"|publishedDate|published_date|pubDate|firstPublished|firstPublishedAt|dateCreated|created_at|createdAt)"
    r'\\?["\']\s*:\s*\\?["\'](?P<date>[^"\'\\]{8,40})'
)


def dates_near_headline(tree: LexborHTMLParser, url: str) -> Iterator[str]:
    """Yield texts near the headline that may be its date, the likeliest first, and the day in the address."""
    around = list(places(tree))
    yield from filter(None, map(_date_text, filter(_is_first, nearest(around, _MACHINE_DATES))))
    yield from _url_dates(url)
    for node in nearest(around, _WORDED_DATES):
        text = _unchanged(inner_text(node))
        if _may_be_date(text) and _is_first(node):
            yield text
    yield from _lines_beside(around)


def labelled_dates(tree: LexborHTMLParser) -> Iterator[str]:
    """Yield dates that the page calls its own wherever they stand: marked up as the only one, or labelled."""
    marked = {_date_text(node) for node in tree.css(_OWN_DATES)}
    if len(marked) == 1:
        yield from marked
    lines = body_lines(tree)
    for number, text in enumerate(lines):
        match = _PUBLISHED.match(text)
        if match is None:
            if _WAS_PUBLISHED.search(text) and _has_digit(text):
                yield text
            continue
        rest = _unchanged(match["rest"])
        if _has_digit(rest) and len(rest.split()) <= _DATE_WORDS:
            yield rest
        elif not match["rest"] and number + 1 < len(lines) and _may_be_date(lines[number + 1]):
            yield lines[number + 1]


def dates_in_scripts(tree: LexborHTMLParser) -> list[str]:
    """Return the date of publication in the page's scripts, if they name no other day: lists name many."""
    found = [
        match["date"] for node in tree.css("script:not([src])") for match in _IN_SCRIPT.finditer(node.text())
    ]
    return found[:1] if len({date[:10] for date in found}) == 1 else []


def edge_dates(text: str) -> Iterator[str]:
    """Yield the date that an article begins with ("ASTANA, 27 September 2022 -"), and its last line's."""
    match = _DATELINE.match(text)
    if match is not None:
        yield match["date"]
    last = text.rstrip().rpartition("\n")[2]
    if _has_digit(last) and len(last.split()) <= _CLOSING_WORDS:
        yield last


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _may_be_date(text: str) -> bool:
    """Say whether a short text has a number near its beginning: a caption has its date at the end."""
    words = text.split()
    return len(words) <= _DATE_WORDS and any(map(_has_digit, words[:_WORDS_BEFORE_DATE]))


def _unchanged(text: str) -> str:
    """Return a text without what it says of a later change: "5 May 2023, updated 6 May 2023"."""
    return text[: match.start()] if (match := _CHANGED.search(text)) is not None else text


def _is_first(node: LexborNode) -> bool:
    """Say whether a date is not labelled as that of a change by the words before it."""
    parent = node.parent
    own = inner_text(node)
    around = inner_text(parent) if parent is not None and parent.tag != "body" else ""
    if not own or len(around.split()) > _LABEL_WORDS + len(own.split()):
        return True
    before = around.partition(own)[0].strip(" :：-–—|")
    changed = list(_CHANGED.finditer(before))
    return not changed or changed[-1].end() < len(before)


def _up_to_second_paragraph(lines: list[str]) -> list[str]:
    """Leave out what comes after the article has begun: the first paragraph may be its lead."""
    paragraphs = [number for number, text in enumerate(lines) if len(text.split()) > _PARAGRAPH_WORDS]
    return lines[: paragraphs[1]] if len(paragraphs) > 1 else lines


def _lines_beside(around: list[LexborNode]) -> list[str]:
    """Return the short lines with digits around the headline, in the smallest part of the page with any.

    Before the headline of the whole page stands today's date, not the article's.
    """
    if not around or around[0].tag != "h1":
        return []
    heading = next(iter(lines_of(around[0])), "")
    for place in around[1:]:
        lines = lines_of(place)
        if heading not in lines:
            continue
        middle = lines.index(heading)
        beside = _up_to_second_paragraph(lines[middle + 1 : middle + 1 + _LINES_AFTER])
        if place.tag != "body":
            beside += reversed(lines[max(0, middle - _LINES_BEFORE) : middle])
        found = [text for part in beside if _may_be_date(text := _unchanged(part))]
        if found:
            return found
    return []


def _date_text(node: LexborNode) -> str:
    attributes = node.attributes
    value = next((value for name in _ATTRIBUTES if (value := attributes.get(name))), None)
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
