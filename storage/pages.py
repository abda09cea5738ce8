"""Tells that two addresses are one page in two languages, from the addresses alone. Pure."""

import re
from urllib.parse import urlsplit

# How sites write the languages that we read; "kz", "oz", "cyr" and the like are no codes, but in use.
_CODES = (
    "en|eng|ru|rus|kk|kz|kaz|qaz|qz|ky|kg|kyr|kir|uz|uzb|oz|ozb|uz-cyrl|uz-latn|cyr|lat|tg|tj|taj|tgk|tk|tm|tkm|"
    "tr|tur|zh|cn|ar|fr|de|es|fa"
)
_HOST = re.compile(rf"^(?:www\.)?(?:(?:{_CODES})\.)?")
_SEGMENT = re.compile(rf"(?<=/)(?:{_CODES})(?=/)")
_QUERY = re.compile(rf"(?:^|(?<=&))(?:lang|language|locale|hl|l)=(?:{_CODES})(?:&|$)")
# What no two pages of a site share: the number of a page. A year is none.
_NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d\d(?!\d))\d{3,}")


def page_of(canonical_url: str) -> str | None:
    """Return the address with its language left out; None where it carries no number that names the page."""
    parts = urlsplit(canonical_url.casefold())
    path = _SEGMENT.sub("*", parts.path, count=1)
    if path == parts.path:
        path = f"/*{path}"
    query = _QUERY.sub("", parts.query).rstrip("&")
    page = f"{path}?{query}" if query else path
    return f"{_HOST.sub('', parts.netloc)}{page}" if _NUMBER.search(page) else None
