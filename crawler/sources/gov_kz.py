"""The ministries of Kazakhstan: the content manager behind gov.kz, one class for all of them."""

from typing import ClassVar

from crawler.sources.by_language import ByLanguage


class GovKz(ByLanguage):
    """The reply carries the article's body; pages are an empty shell without JavaScript."""

    header: ClassVar[str] = "Accept-Language"
