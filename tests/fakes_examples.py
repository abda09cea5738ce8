"""The two example texts, and two of our own like them, as pages of the kind they came from."""

import html as html_module
from pathlib import Path

from fakes_pages import shared

TEASER_WORDS = ("Borrell", "Niagara", "G7", "Editor's choice", "Popular", "Related", "click headline")


def example(prefix: str) -> list[str]:
    """Return the paragraphs of an example text, read at test time."""
    path: Path = next((shared() / "examples").glob(f"{prefix}_*.txt"))
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def tag(name: str, text: str) -> str:
    return f"<{name}>{html_module.escape(text)}</{name}>"


def teasers(lines: list[str]) -> list[list[str]]:
    """Group furniture lines as [label, ...] and [category, title, title, summary]."""
    groups: list[list[str]] = []
    for line in lines:
        if line in ("Related articles", "Popular", "Editor's choice"):
            groups.append([])
        groups[-1].append(line)
    return groups


def boxed(lines: list[str]) -> str:
    """Each label over a box of its own, beside the article."""
    return "".join(
        f"<div class='q'>{''.join(tag('h3' if n == 0 else 'p', line) for n, line in enumerate(group))}</div>"
        for group in teasers(lines)
    )


def cards(lines: list[str]) -> str:
    """Labels beside cards with linked titles and long summaries."""
    parts = []
    for group in teasers(lines):
        label, *rest = group
        if not rest:
            parts.append(f"<div class='head'>{tag('h2', label)}</div>")
            continue
        category, title, repeated, summary = rest
        parts.append(
            f"<div class='row'><span>{html_module.escape(label)}</span><span>{category}</span>"
            f"<a href='/x'><img alt=''>{html_module.escape(title)}</a>"
            f"<h3><a href='/x'>{html_module.escape(repeated)}</a></h3>{tag('p', summary)}</div>"
        )
    return "".join(parts)


def flat(lines: list[str]) -> str:
    """Nothing but paragraphs in a row with the article's."""
    return "".join(tag("p", line) for line in lines)


def divisions(lines: list[str]) -> str:
    """Bare divisions, titles as headings."""
    return "".join(tag("h4" if 3 < len(line.split()) < 20 else "div", line) for line in lines)


def page_of(title: str, article: list[str], furniture: str, *, inside: bool) -> str:
    words = "".join(tag("p", line) for line in article)
    body = (
        f"<div class='words'>{words}{furniture}</div>"
        if inside
        else f"<div class='words'>{words}</div>{furniture}"
    )
    return (
        f"<html lang='en'><head><title>{html_module.escape(title)} | A Site</title></head><body>"
        f"<ul class='m'><li><a href='/'>Home</a></li><li><a href='/n'>News</a></li></ul>"
        f"<div class='region'><div class='node'>{tag('h1', title)}{body}</div></div>"
        f"<footer><p>All rights reserved</p></footer></body></html>"
    )


# Written for these tests: an article with its site's teasers behind it, and a signed essay.
OWN_NEWS = (
    "Testov speaks of neighbours and neutrality",
    "Kazakh President, Aman Testov, has spoken of the need for an even-handed foreign policy.",
    "The president was visiting Shymkent on Tuesday (14 October). Testov said that unity comes first at"
    " home.",
    "According to Testov, the country will keep its alliance with Russia, its partnership with China "
    "and its ties with Uzbekistan, Kyrgyzstan, Turkmenistan and Tajikistan.",
    "“We shall look for partners wherever there are partners to be found, from Ankara to Tokyo. I am "
    "sure that such a foreign policy serves the nation,” Testov said.",
    "In his address, the President returned to the rules between states.",
    "“We shall stand up for the Charter of the United Nations, and for borders that nobody moves by "
    "force,” he said.",
    "source: rivers.example with Steppe Courier and agencies",
    "photo: Kazakh President, Aman Testov (archive picture)",
    "Related articles",
    "Editor's choice",
    "News",
    "Ministers of the G7 write a long statement about artificial intelligence",
    "Ministers of the G7 write a long statement about artificial intelligence",
    "The ministers met in Niagara and agreed on nine pages. Borrell underlined that Europe will read "
    "them all, and that there is no alternative to talks. (click headline to read more)",
    "Popular",
    "Editor's choice",
    "News",
    "Ministers of the G7 write a long statement about artificial intelligence",
    "Ministers of the G7 write a long statement about artificial intelligence",
    "The ministers met in Niagara and agreed on nine pages. Borrell underlined that Europe will read "
    "them all, and that there is no alternative to talks. (click headline to read more)",
)
OWN_ESSAY = (
    "Dana Probova, rector of the Steppe University, on the foreign policy of Kazakhstan and why it is "
    "balanced.",
    "Text by Dana Probova",
    "In spring a German institute counted Kazakhstan among the middle powers. It found “a steady hand, "
    "a good place on the map and no quarrel with anybody around it”. The finding is fair, and it took "
    "thirty years of work.",
    "The idea was put in words early. “A country between large neighbours needs many friends and no "
    "enemies, and it needs to tell all of them the same,” said President Aman Testov at the BRICS "
    "session in Kazan last year. “We value every proposal that makes Eurasia safer, whoever makes it.”",
    "President Testov claimed that “over twenty years the SCO has learned how to settle quarrels before"
    " they grow”. He proposed a fund for roads and water: “We must find a practical way to share the "
    "rivers of Central Asia, because none of us has a second one.”",
    "What follows from it is a foreign policy without haste. Treaties with Uzbekistan and Kyrgyzstan on"
    " borders and rivers came first, the corridor over the Caspian Sea to Azerbaijan and Türkiye "
    "second.",
)
