"""Our settings -> Scrapy's. What is left out keeps Scrapy's default."""

from typing import Any

from core.settings import Settings
from crawler.middlewares.polite import INTERNAL_HOSTS

_HANDLER = "crawler.middlewares.polite.PoliteHandler"
_DOWNLOADER = "scrapy.downloadermiddlewares"
_EXTENSIONS = "scrapy.extensions"


def scrapy_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings of every crawler.

    Politeness is ours (`crawler.middlewares`): the limits that Scrapy has for each crawler are set out of the
    way, because several crawlers run at once.
    """
    crawl = settings.crawl
    return {
        "USER_AGENT": settings.user_agent,
        "DOWNLOAD_TIMEOUT": crawl.timeout.total_seconds(),
        "DOWNLOAD_MAXSIZE": crawl.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS": crawl.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": crawl.concurrency,
        "DOWNLOAD_HANDLERS": {
            "http": _HANDLER,
            "https": _HANDLER,
            "data": None,
            "file": None,
            "ftp": None,
            "s3": None,
        },
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.middlewares.polite.RobotsMiddleware": 100,
            f"{_DOWNLOADER}.offsite.OffsiteMiddleware": None,
            f"{_DOWNLOADER}.robotstxt.RobotsTxtMiddleware": None,
            f"{_DOWNLOADER}.httpcompression.HttpCompressionMiddleware": None,
            "crawler.middlewares.compression.WholeCompressionMiddleware": 590,
            f"{_DOWNLOADER}.httpauth.HttpAuthMiddleware": None,
            f"{_DOWNLOADER}.httpproxy.HttpProxyMiddleware": None,
            f"{_DOWNLOADER}.retry.RetryMiddleware": None,
            f"{_DOWNLOADER}.redirect.MetaRefreshMiddleware": None,
            f"{_DOWNLOADER}.stats.DownloaderStats": None,
            f"{_DOWNLOADER}.httpcache.HttpCacheMiddleware": None,
        },
        "REDIRECT_MAX_TIMES": 8,
        INTERNAL_HOSTS: list(crawl.internal_hosts),
        "COOKIES_ENABLED": False,
        "ROBOTSTXT_OBEY": False,
        # Both are on by default: a web server that runs Python for whoever holds its token, and telnet.
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "EXTENSIONS": {
            f"{_EXTENSIONS}.logcount.LogCount": None,
            f"{_EXTENSIONS}.memusage.MemoryUsage": None,
            f"{_EXTENSIONS}.logstats.LogStats": None,
            f"{_EXTENSIONS}.closespider.CloseSpider": None,
        },
        # Logging is set up by our entry points.
        "LOG_ENABLED": False,
        "STATS_DUMP": False,
    }
