"""The authorities of Uzbekistan: the API behind the portal gov.uz, one class for all of them."""

from collections.abc import Mapping
from typing import ClassVar

from crawler.sources.by_language import ByLanguage


class GovUz(ByLanguage):
    """The header `code` of the source file names the authority, `language` the language."""

    header: ClassVar[str] = "language"
    codes: ClassVar[Mapping[str, str]] = {"uz-Latn": "uz", "uz-Cyrl": "oz"}
