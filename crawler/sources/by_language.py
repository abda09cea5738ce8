"""The base of portals whose API tells languages by a header: one list for each language of the source."""

from collections.abc import Mapping, Sequence
from typing import ClassVar
from urllib.parse import urldefrag

from scrapy import Request

from core.source import Source
from crawler.fetch import Fetch, list_request
from crawler.kinds import api
from crawler.kinds.base import Listing
from crawler.spider import SourceSpider


class ByLanguage(SourceSpider):
    """Asks each of `urls` once a language; `{language}` in `api.link_template` stands for the portal's code.

    The fragment of a request's address keeps its language: it is not sent, but tells the replies apart.
    """

    header: ClassVar[str]
    # The portal's code where it is not ours.
    codes: ClassVar[Mapping[str, str]] = {}

    async def list_requests(self, fetch: Fetch) -> Sequence[Request]:
        """Return a request for each list and language."""
        codes = [self.codes.get(language, language) for language in self.source.languages]
        return [self._request(url, code) for url in self.source.urls for code in codes]

    def parse_list(self, body: bytes, url: str, content_type: str | None) -> Listing:
        """Read one reply, with the addresses of its language."""
        address, code = urldefrag(url)
        return api.parse(body, address, content_type, self._in_language(code), self.dates)

    def _request(self, url: str, code: str) -> Request:
        request = list_request(self.source, url)
        request.headers[self.header] = code
        return request.replace(url=f"{request.url}#{code}")

    def _in_language(self, code: str) -> Source:
        rules = self.source.api
        if rules is None or rules.link_template is None:
            raise ValueError(f"source {self.source.id} needs `api.link_template`")
        template = rules.link_template.replace("{language}", code)
        return self.source.model_copy(update={"api": rules.model_copy(update={"link_template": template})})
