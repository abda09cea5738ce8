"""Author lines -> clean names: "By", "Text by", e-mails and links dropped, lists split. Pure."""

import re
from collections.abc import Collection

from crawler.reading.markup import line

_LONGEST = 60
# Of a line: looking for addresses in one takes the square of its length.
_LONGEST_LINE = 1_000
_MOST_WORDS = 6

_LEAD = re.compile(
    r"^(?:(?:специальный |собственный |ведущий )?"
    r"(?:корреспондент|обозреватель|журналист|репорт[её]р|собкор|редактор)"
    r"|(?:staff )?(?:reporter|correspondent)(?= [A-Z])|muhabir|тілші|кабарчы|мухбир|muxbir"
    r"|(?:written|text|story|words|report(?:ed|ing)?|analysis|article|compiled|posted|published|opinion)\s+by"
    r"|by|authors?|autor(?:en|in)?|автор(?:ы|лар|лор|и)?(?:\s+(?:статьи|текста|материала|мақола))?|текст|подготовил[аи]?"
    r"|муаллиф(?:лар|и|он)?|muallif(?:lar)?|awtor(?:y|lar)?|yazar|yazan|von|par|por|di)\b\s*[:\-–—]?\s*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\S+@\S+\.\S+|(?:https?://|www\.)\S+|(?<!\w)@\w+")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_BETWEEN = re.compile(
    r"\s*(?:[;|/•·\n]|,(?!\s*(?:Jr|Sr|PhD|MD)\b)|\s(?:and|und|et|og|och|и|және|жана|va|ва|ve|we|&)\s)\s*"
)
_TAIL = re.compile(
    r"\s*(?:,\s*)?(?:(?:staff|special|senior|foreign|chief)\s+)?(?:correspondent|reporter|writer|editor|contributor)s?\b.*$"
    r"|\s+(?:기자|記者|特派員)$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"^(?:admin\w*|administrator|user\w*|editor|root|webmaster|guest|null|none|undefined|unknown|anonymous|test|press"
    r"|(?:(?:senior|special|political|foreign) )?"
    r"(?:analyst|journalist|reporter|writer|editor|scientist|correspondent)"
    r"|(?:(?:специальный|собственный|главный) )?"
    r"(?:корреспондент|обозреватель|журналист|собкор|политолог|эксперт)"
    r"|тілші|muxbir|мухбир|muhabir|redakteur(?:in)?|journaliste|periodista|giornalista"
    r"|news|redaktor|редактор|редакция|админ\w*|staff|the editors?|editorial (?:team|board|staff)|author"
    r"|автор)$",
    re.IGNORECASE,
)
_BARE_LINK = re.compile(r"^[\w.-]+\.[a-z]{2,4}(?:/\S*)?$")
_AGENCY = re.compile(r"^[A-Z]{2}$")


def clean_authors(raw: Collection[str], *, exact: bool = False) -> tuple[str, ...]:
    """Return the names in some author lines, in order, each once; what is no name is left out.

    `exact` holds for data that gives names and nothing else: small letters ("dpa") and "staff reporter" are
    believed there, and a site's address if there is nobody else.
    """
    names: dict[str, str] = {}
    for text in raw:
        if _is_address(text):
            continue
        text = _ASIDE.sub(" ", _ADDRESS.sub(" ", line(text)[:_LONGEST_LINE]))
        for part in _BETWEEN.split(_LEAD.sub("", text.strip())):
            name = _clean(part, exact=exact)
            if name is not None:
                names.setdefault(name.casefold(), name)
    if exact and not names:
        return tuple(text for name in raw if _BARE_LINK.match(text := name.strip()) and "/" not in text)
    return tuple(names.values())


def _clean(part: str, *, exact: bool) -> str | None:
    part = _LEAD.sub("", part.strip())
    name = line(part if exact else _TAIL.sub("", part)).strip(" ,.:;–—-|\"'()[]")
    words = name.split()
    if not words or len(name) > _LONGEST or len(words) > _MOST_WORDS:
        return None
    if len(name) < 3 and not _AGENCY.match(name):
        return None
    if any(character.isdigit() for character in name) or not any(c.isalpha() for c in name):
        return None
    if _NO_NAME.match(name) or _is_address(name):
        return None
    is_account = name.isascii() and name == name.lower() and not exact
    return None if is_account else name


def _is_address(text: str) -> bool:
    return text.strip().startswith(("http://", "https://", "//", "www.")) or bool(
        _BARE_LINK.match(text.strip())
    )
