"""A PDF -> its title and text, page by page within bounds. Pure; what pypdf cannot read is a PageError."""

import logging
import re
from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from core.errors import PageError
from crawler.reading.markup import line

MAX_BYTES = 20_000_000
MAX_PAGES = 60
MAX_CHARACTERS = 500_000
# What pypdf is known to raise on broken files, besides its own errors.
_FAULTS = (
    AttributeError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
    RecursionError,
    OSError,
    NotImplementedError,
)
_SENTENCE_END = re.compile(r"[.!?…:;»”\")]$")
_FULL_LINE = 0.7
_FILE_NAME = re.compile(
    r"\.(?:docx?|pdf|rtf|odt|indd)$|^(?:microsoft word|untitled|document\d*)\b", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfText:
    """What a PDF says. `title` is the one of its properties, if that is no file name."""

    title: str | None
    text: str


def read_pdf(body: bytes, url: str) -> PdfText:
    """Read a PDF. Raises PageError for one beyond the bounds, encrypted, or broken."""
    if len(body) > MAX_BYTES:
        raise PageError(f"{url}: a PDF of {len(body):,} bytes, more than the {MAX_BYTES:,} that are read")
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise PageError(f"{url}: the PDF asks for a password")
        pages = _pages(reader)
        named = reader.metadata.title if reader.metadata is not None else None
    except (PyPdfError, *_FAULTS) as error:
        raise PageError(f"{url}: the PDF cannot be read: {type(error).__name__}: {error}") from error
    title = line(str(named or ""))
    return PdfText(title=None if not title or _FILE_NAME.search(title) else title, text=_paragraphs(pages))


def _pages(reader: PdfReader) -> list[str]:
    pages: list[str] = []
    size = 0
    for page in reader.pages[:MAX_PAGES]:
        pages.append(page.extract_text())
        size += len(pages[-1])
        if size > MAX_CHARACTERS:
            break
    return pages


def _paragraphs(pages: list[str]) -> str:
    """Join the lines of each paragraph: one ends where a line is empty, or short and ends a sentence."""
    lines = [line(text) for page in pages for text in (*page.splitlines(), "")]
    width = max((len(text) for text in lines), default=0)
    paragraphs: list[str] = []
    current: list[str] = []
    for text in lines:
        if text:
            current.append(text)
        is_full = len(text) >= _FULL_LINE * width
        if (
            current
            and (not text or not is_full)
            and (not text or _SENTENCE_END.search(text) or len(current) == 1)
        ):
            paragraphs.append(_join(current))
            current = []
    if current:
        paragraphs.append(_join(current))
    return "\n\n".join(paragraphs)[:MAX_CHARACTERS]


def _join(lines: list[str]) -> str:
    """Join lines; a word parted at a line's end is made whole."""
    text = lines[0]
    for following in lines[1:]:
        parted = text.endswith("-") and text[-2:-1].isalpha() and following[:1].islower()
        text = text[:-1] + following if parted else f"{text} {following}"
    return text
