"""akorda.kz: the headline comes from the listing's card, as the date does. The source file says why."""

from dataclasses import replace

from core.article import Article, Link
from crawler.spider import SourceSpider


class AkordaSpider(SourceSpider):
    """A page's h1 is its section's banner; its title tag ends with the site's name in the page's language."""

    def finish(self, article: Article, link: Link) -> Article:
        """Return the article under the headline that the card gave it."""
        return replace(article, title=link.title or article.title)
