"""The sites of `benchmarks/adding.py`, and what is right for each, written before `sources new` saw them.

The rules were tuned on PUBLISHERS and DEMO (24). HELD_OUT were drawn by chance afterwards: nothing was tuned
on them, and nothing may be; who wants to tune on one moves it up.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A site and what is right for it, written down before any tuning.

    `kind` and, but for listings, `at`: the path of the discovery. `article`: the paths (with query) that are
    articles. `main`: the links of the list's main block. A proposed listing is right if it has each article
    of the main block and nothing that is no article.
    """

    name: str
    kind: str
    article: str
    at: str = ""
    main: str = ""
    start: str = ""


PUBLISHERS = (
    Named(name="de_NetzpolitikOrg_2024_04_28", kind="feed", at="/feed/", article=r"/20\d\d/[\w-]+/"),
    Named(name="mx_MexicoNewsDaily_2025_04_16", kind="feed", at="/feed/", article=r"/[\w-]+/[\w-]*-[\w-]+/"),
    Named(name="uk_Metro_2024_11_29", kind="feed", at="/news/feed/", article=r"/20\d\d/\d\d/\d\d/.+"),
    Named(
        name="us_RollingStone_2024_04_25", kind="feed", at="/feed/rss/", article=r"/[\w-]+/[\w-]+/.+-\d{10}/"
    ),
    Named(name="no_Dagbladet_2024_08_04", kind="sitemap", at="/maps/index.xml", article=r"/.+/\d{8}"),
    Named(
        name="uk_Nature_2026_02_07", kind="sitemap", at="/maps/index.xml", article=r"/articles/d\d+-[\w-]+"
    ),
    Named(
        name="au_WestAustralian_2024_11_26",
        kind="listing",
        main="ul.RelatedContent a",
        article=r"/.+-c-\d+",
    ),
    Named(
        name="ch_TagesAnzeiger_2024_09_04",
        kind="listing",
        main="[class*=EndOfArticleSection_wrapper] a",
        article=r"/[^/]+-\d{12}",
    ),
    Named(
        name="de_MDR_2023_04_28",
        kind="listing",
        main="h4.shortHeadline a",
        article=r"/(nachrichten|wissen|ratgeber|kultur|sport|religion|geschichte)/.+-\d{2,3}\.html",
    ),
    Named(
        name="de_BoersenZeitung_2025_11_06",
        kind="listing",
        main=".ressort-more a",
        article=r"/[\w-]+(/[\w-]+)?/[\w-]+-[\w-]+",
    ),
    Named(name="uk_TheMirror_2024_04_28", kind="listing", main="section.topStories a", article=r"/.+-\d{8}"),
    Named(name="uk_DailyStar_2024_04_23", kind="listing", main=".duet .teaser a", article=r"/.+-\d{8}"),
    Named(
        name="uk_iNews_2025_01_28",
        kind="listing",
        main=".inews__widget__posts__list a",
        article=r"/.+-\d{7}(\?.*)?",
    ),
    Named(
        name="pl_Rzeczpospolita_2025_02_02",
        kind="listing",
        main=".latest--articles a",
        article=r"/[\w-]+/art\d+-.+",
    ),
    # Its page declares one feed: the comments on that very article.
    Named(
        name="za_DailyMaverick_2025_05_22",
        kind="listing",
        main=".top-reads-block a",
        article=r"/(opinionista|article)/20\d\d-\d\d-\d\d-.+",
    ),
    Named(
        name="lu_LuxemburgerWort_2025_06_30",
        kind="listing",
        main="[class*=teaser-grid-entry] a",
        article=r"/.+/\d+\.html",
    ),
    Named(name="lt_LRT_2024_03_31", kind="listing", main="h3.news__title a", article=r"/.+/\d+/\d{6,}/.+"),
    Named(
        name="jp_ChunichiShimbun_2025_01_13",
        kind="listing",
        main="p.detail-ttl a",
        article=r"/article/\d+(\?.*)?",
    ),
)
DEMO = (
    Named(name="steppe-courier", start="/", kind="feed", at="/rss.xml", article=r"/20\d\d/\d\d/.+"),
    Named(name="presidency-press", start="/", kind="feed", at="/en/atom.xml", article=r"/en/.+-\d+"),
    Named(name="jaxartes-review", start="/", kind="feed", at="/feed.json", article=r"/analysis/.+"),
    Named(
        name="tyanshan-telegraph", start="/", kind="sitemap", at="/sitemap.xml.gz", article=r"/news/\d+-.+"
    ),
    Named(
        name="syrtqy-ister",
        start="/ru/press/news",
        kind="listing",
        main=".card a",
        article=r"/ru/press/news/\d+",
    ),
    Named(
        name="three-rivers",
        start="/list.php",
        kind="listing",
        main="tr.row a",
        article=r"/news\.php\?id=\d+.*",
    ),
)

HELD_OUT = (
    Named(
        name="de_NTV_2025_12_12",
        kind="feed",
        at="/politik/rss",
        article=r"/[\w-]+(/[\w-]+)*/.+-(article|id)\d+\.html",
    ),
    Named(name="de_Golem_2025_09_09", kind="feed", at="/rss.php", article=r"/news/.+-\d+-\d+\.html"),
    Named(
        name="de_JungeWelt_2026_05_18",
        kind="feed",
        at="/feeds/newsticker.rss",
        article=r"/artikel/\d+\..+\.html",
    ),
    Named(name="at_ORF_2024_11_22", kind="feed", at="/news.xml", article=r"/stories/\d+/"),
    Named(name="de_DW_2023_04_28", kind="sitemap", at="/maps/index.xml", article=r"/de/[\w-]+/a-\d+"),
    Named(
        name="de_MitteldeutscheZeitung_2024_04_30",
        kind="sitemap",
        at="/maps/index.xml",
        article=r"/.+-\d{6,}",
    ),
    Named(
        name="za_TimesLive_2025_11_10",
        kind="listing",
        main="div.c-stack a.c-link",
        article=r"/.+/20\d\d-\d\d-\d\d-[\w-]+/?",
    ),
    Named(
        name="ch_SRF_2025_01_05",
        kind="listing",
        main="ul.related-items-list__list a.related-item",
        article=r"/(news|kultur|sport|wissen)/.+/[\w-]+",
    ),
    Named(
        name="cz_SeznamZpravy_2025_11_06",
        kind="listing",
        main="div.d_f a.e_m",
        article=r"/clanek/[\w-]+-\d+",
    ),
)
