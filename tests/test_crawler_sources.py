"""The custom classes that several sources share, against sites on loopback."""

import json
from collections.abc import Callable

from fakes_crawl import Memory, polls, source
from fakes_web import Answer, Asked, Site, page

from core.article import Outcome
from core.source import Source
from crawler.spider import spider_class


def answer_by(header: str, **names: str) -> Callable[[Asked], Answer]:
    """Answer with one item, in the language that the header asks for."""

    def answer(asked: Asked) -> Answer:
        name = names[asked.headers[header]]
        item = {"id": 7, "title": name, "body": f"<p>{name} was told to the press.</p>"}
        return Answer(body=json.dumps({"data": [item]}).encode(), content_type="application/json")

    return answer


def portal(site: Site, spider: str, languages: list[str]) -> Source:
    rules = {
        "items": "data",
        "link_template": site.url("/{language}/news/{id}"),
        "title": "title",
        "body": "body",
    }
    return source(
        "portal",
        "custom",
        site.url("/api"),
        spider=spider,
        languages=languages,
        api=rules,
        conditional=False,
        access="its ETag never changes",
    )


def test_a_portal_is_asked_once_a_language_and_each_reply_has_its_own_addresses() -> None:
    for spider, header, languages, codes in (
        ("gov_kz", "Accept-Language", ["kk", "en"], ("kk", "en")),
        ("gov_uz", "Language", ["uz-Latn", "en"], ("uz", "en")),
    ):
        with Site() as site:
            site.put_made("/api", answer_by(header, **{codes[0]: "Bir", codes[1]: "One"}))
            memory = Memory()
            ((report,),) = polls(memory, [[portal(site, spider, languages)]])
            assert (report.outcome, report.error) == (Outcome.OK, None)
            assert site.paths() == ["/api", "/api"]
            found = {(article.url, article.title) for article in memory.articles("portal")}
            assert found == {
                (site.url(f"/{codes[0]}/news/7"), "Bir"),
                (site.url(f"/{codes[1]}/news/7"), "One"),
            }


def test_numbered_sitemaps_are_counted_up_over_gaps_and_the_first_and_last_are_read() -> None:
    with Site() as site:
        for number, name in ((1, "a"), (2, "b"), (4, "d")):
            site.put(f"/{name}", page(name))
            loc = f"<url><loc>{site.url('/' + name)}</loc></url>"
            site.put(f"/news{number}.xml", f"<urlset>{loc}</urlset>", content_type="application/xml")
        numbered = source("numbered", "custom", site.url("/news1.xml"), spider="numbered_sitemaps")
        memory = Memory()
        first, second = polls(memory, [[numbered], [numbered]])
        assert first[0].outcome == second[0].outcome == Outcome.OK
        assert {article.url[-1] for article in memory.articles("numbered")} == {"a", "d"}
        # The second poll asks only for what might have come after the last.
        heads = [asked.path for asked in site.asked if asked.method == "HEAD"]
        assert heads == [f"/news{n}.xml" for n in (2, 3, 4, 5, 6, 7)] + [f"/news{n}.xml" for n in (5, 6, 7)]


def test_a_family_s_sources_share_one_class() -> None:
    one = source("kz-one", "custom", "https://example.kz/api", spider="gov_kz")
    other = source("kz-other", "custom", "https://example.kz/other", spider="gov_kz")
    assert spider_class(one) is spider_class(other)
