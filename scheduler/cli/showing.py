"""`policywire show`: one article with all that is known of its texts and of how they came, for a footnote."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from core.article import LONGEST_TITLE, Published
from core.config import DataDir, load_sources
from core.diff import hunks, word_diff
from core.errors import PolicywireError
from publisher.citing import fetch_of, footnote, to_the_second
from publisher.feeds.text import shorten
from scheduler.cli.common import (
    NUMBER,
    config_option,
    data_option,
    echo_json,
    json_option,
    require_database,
    say,
)
from storage.records.articles import DecisionMade, Fetch, Revision, StoredArticle
from storage.store import Store
from storage.warc import PageStore

_CONTEXT = 10
_MARKS = {"same": ("", ""), "deleted": ("[-", "-]"), "inserted": ("{+", "+}")}


@click.command()
@click.argument("article")
@click.option(
    "--page", is_flag=True, help="Write the kept page of the present text to standard output, as it came."
)
@click.option("--diff", is_flag=True, help="Show what changed from each text to the next.")
@config_option
@data_option
@json_option
def show(article: str, page: bool, diff: bool, config_dir: Path, data: DataDir, as_json: bool) -> None:
    """Show an article by its number or its address: texts, where and when they came from, decisions."""
    with Store.open(require_database(data), read_only=True) as store:
        stored = _find(store, article)
        texts, fetches = store.revisions(stored.id), store.fetches(stored.id)
        decisions = store.decisions(stored.id)
    if page:
        _write_page(data, stored, texts, fetches)
        return
    cited = _footnote(config_dir, stored, texts, fetches)
    if as_json:
        echo_json(
            {
                **asdict(stored),
                "texts": [{**asdict(text), "fetched": _came(text, fetches)} for text in texts],
                "decisions": [asdict(decision) for decision in decisions],
                "footnote": cited,
            }
        )
    else:
        for line in _lines(stored, texts, fetches, decisions, diff=diff):
            say(line)
        say(f"\nFootnote\n  {cited}")


def _find(store: Store, wanted: str) -> StoredArticle:
    # Python reads no number of thousands of digits; the first twenty are too large already.
    ids = [NUMBER.convert(int(wanted[:20]), None, None)] if wanted.isdecimal() else store.articles_at(wanted)
    if len(ids) > 1:
        listed = ", ".join(map(str, ids))
        raise PolicywireError(
            f"{wanted}: articles {listed} stand there in several languages; name one by number"
        )
    stored = store.article(ids[0]) if ids else None
    if stored is None:
        raise PolicywireError(f"{wanted}: no such article; `policywire search` finds numbers and addresses")
    return stored


def _came(text: Revision, fetches: Sequence[Fetch]) -> dict[str, object] | None:
    fetch = fetch_of(text.text_hash, fetches)
    return asdict(fetch) if fetch is not None else None


def _write_page(
    data: DataDir, stored: StoredArticle, texts: Sequence[Revision], fetches: Sequence[Fetch]
) -> None:
    fetch = fetch_of(texts[-1].text_hash, fetches)
    if fetch is None or fetch.page is None:
        why = "the list carried its text" if fetch is None else "`pages.max_bytes` leaves no room for it"
        raise PolicywireError(f"article {stored.id}: its page is not kept: {why}")
    sys.stdout.buffer.write(PageStore(data.pages, max_bytes=0).body(fetch.page))


def _lines(
    stored: StoredArticle,
    texts: Sequence[Revision],
    fetches: Sequence[Fetch],
    decisions: Sequence[DecisionMade],
    *,
    diff: bool,
) -> Iterator[str]:
    article = stored.article
    yield shorten(article.title, LONGEST_TITLE) or "(no title)"
    yield f"  {article.url}"
    yield f"  article {stored.id}, story {stored.story}, source {article.source}, language {article.language}"
    yield f"  published {_published(article.published)}"
    yield f"  first seen {to_the_second(stored.first_seen)}"
    if article.held:
        yield f"  held, not published: {article.held}"
    if stored.gone is not None:
        yield f"  gone since {to_the_second(stored.gone.at)}: {stored.gone.reason}"
    before: Revision | None = None
    for number, text in enumerate(texts, start=1):
        yield ""
        yield f"Text {number} of {len(texts)}, {text.kind or 'first'}, read {to_the_second(text.fetched_at)}"
        if text.reason:
            yield f"  {text.reason}"
        yield from _fetch_lines(fetch_of(text.text_hash, fetches))
        if diff and before is not None:
            yield from _diff_lines(before, text)
        before = text
    yield ""
    yield "Decisions"
    for decision in decisions:
        of = f" (of article {decision.of})" if decision.of not in (None, stored.id) else ""
        similarity = "" if decision.similarity is None else f", similarity {decision.similarity:.2f}"
        yield f"  {to_the_second(decision.at)}  {decision.kind}{of}{similarity}: {decision.reason}"


def _published(published: Published | None) -> str:
    if published is None:
        return "unknown (the page gives no date)"
    return f"{to_the_second(published.at) if published.at else 'unknown'} (as the page says: {published.raw})"


def _fetch_lines(fetch: Fetch | None) -> Iterator[str]:
    if fetch is None:
        yield "  carried by the source's list, or kept before provenance was"
        return
    chain = " -> ".join(fetch.chain)
    yield f"  fetched {to_the_second(fetch.at)} by {fetch.source}, status {fetch.status}: {chain}"
    yield f"  {fetch.size:,} bytes, SHA-256 {fetch.body_hash}, reader {fetch.reader}"
    for name, value in fetch.headers:
        yield f"  {name}: {value}"
    yield f"  page kept in {fetch.page}" if fetch.page else "  page not kept"


def _diff_lines(before: Revision, after: Revision) -> Iterator[str]:
    for old, new in ((before.title, after.title), (before.text, after.text)):
        for hunk in hunks(word_diff(old, new), context=_CONTEXT):
            marked = "".join(
                f"{_MARKS[piece.kind][0]}{' '.join(piece.text.split()) or ' '}{_MARKS[piece.kind][1]}"
                if piece.kind != "same"
                else piece.text.replace("\n", " ")
                for piece in hunk.pieces
            )
            yield f"  {'' if hunk.begins else '… '}{marked.strip()}{'' if hunk.ends else ' …'}"


def _footnote(
    config_dir: Path, stored: StoredArticle, texts: Sequence[Revision], fetches: Sequence[Fetch]
) -> str:
    # What is wrong with the configuration is told elsewhere: the archive can be read without it.
    source = load_sources(config_dir)[0].get(stored.article.source)
    return footnote(
        stored,
        publisher=source.name if source is not None else None,
        texts=len(texts),
        fetch=fetch_of(texts[-1].text_hash, fetches),
    )
