"""The crawl stage: discover, fetch and read pages. Its door is `crawler.crawl`; it knows no store."""
