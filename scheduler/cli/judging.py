"""The verbs that show the line's judgement on single texts: extract, match, identify."""

import gzip
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from core.article import Article, Link
from core.clock import utcnow
from core.errors import PageError, PolicywireError, Unreachable
from core.logs import configure_logging
from core.match import Match
from core.source import ReadRules, Source
from crawler.crawl import run_on_reactor
from crawler.reading.page import Page
from crawler.reading.read import read
from publisher.matching import Matcher
from scheduler.cli.common import (
    chosen_watchlists,
    config_option,
    echo_json,
    json_records,
    open_text,
    ready,
    say,
    statement_line,
)
from scheduler.cli.records import document_of
from scheduler.config import Config, require_contact
from scheduler.jobs import fetching
from storage.stream import identify_records


@click.command()
@click.argument("page", metavar="FILE|URL|-")
@click.option("--url", help="The page's address, where it is read from a file.")
@click.option("--source", "source_id", help="Read with this source's rules.")
@click.option(
    "--jsonl", is_flag=True, help='Read JSON Lines {"id", "url", "html"|"html_path"} and write one each.'
)
@config_option
def extract(page: str, url: str | None, source_id: str | None, jsonl: bool, config_dir: Path) -> None:
    """Read a page: title, text, date, authors, language, statements."""
    config = ready(config_dir, level="error")
    source = _source(config, source_id)
    if jsonl:
        with open_text(page) as stream:
            base = Path(page).parent if page != "-" else Path()
            for record in json_records(stream):
                echo_json(_extract_record(record, base, source, config))
        return
    if page.startswith(("http://", "https://")):
        require_contact(config)
        fetched = run_on_reactor(lambda: _fetch(page, source, config))
    else:
        fetched = _page(_bytes_of(page), url or "https://example.org/", source)
    article = read(fetched, source, config.languages)
    say(_article_text(article))


def _bytes_of(page: str) -> bytes:
    try:
        with click.open_file(page, "rb") as stream:
            content: bytes = stream.read()
            return content
    except OSError as error:
        raise PolicywireError(f"{page} cannot be read: {error.strerror or error}") from error


async def _fetch(url: str, source: Source, config: Config) -> Page:
    async with fetching(config) as fetch:
        reply = await fetch(url)
    if reply.status != 200:
        raise Unreachable(f"{url} answered {reply.status}")
    return Page(
        source=source.id,
        url=reply.url,
        body=reply.body,
        content_type=reply.content_type,
        fetched_at=utcnow(),
        link=Link(url=url),
    )


def _source(config: Config, source_id: str | None) -> Source:
    if source_id is None:
        # A page of no known source: no rules of its own.
        return Source(
            id="page",
            name="page",
            country="INT",
            publisher="press",
            languages=("en",),
            home="https://example.org/",
            kind="feed",
            urls=("https://example.org/",),
            read=ReadRules(),
        )
    if source_id not in config.sources:
        raise PolicywireError(
            f"no source {source_id!r} in {config.path / 'sources'}; see `policywire sources list`"
        )
    return config.sources[source_id]


def _page(body: bytes, url: str, source: Source) -> Page:
    return Page(
        source=source.id,
        url=url,
        body=body,
        content_type="text/html",
        fetched_at=utcnow(),
        link=Link(url=url),
    )


def _extract_record(record: dict[str, Any], base: Path, source: Source, config: Config) -> dict[str, Any]:
    extracted: dict[str, Any] = dict.fromkeys(
        (
            "canonical_url",
            "title",
            "text",
            "published",
            "published_precision",
            "authors",
            "site_name",
            "language",
            "statements",
            "next_page",
        )
    )
    extracted["error"] = None
    try:
        body = _record_body(record, base)
        article = read(
            _page(body, str(record.get("url") or "https://example.org/"), source), source, config.languages
        )
    except PageError as error:
        extracted["error"] = str(error)
    else:
        extracted.update(_article_fields(article))
    passed = {key: value for key, value in record.items() if key not in ("html", "html_path")}
    return {**passed, **extracted}


def _record_body(record: dict[str, Any], base: Path) -> bytes:
    if isinstance(record.get("html"), str):
        return str(record["html"]).encode("utf-8", "surrogatepass")
    if not isinstance(record.get("html_path"), str):
        raise PageError("the record has neither `html` nor `html_path`")
    path = base / record["html_path"]
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if path.suffix == ".gz" else content
    except (OSError, EOFError) as error:
        raise PageError(f"cannot read {path}: {error}") from error


def _article_fields(article: Article) -> dict[str, Any]:
    published = article.published
    return {
        "canonical_url": article.canonical_url,
        "title": article.title,
        "text": article.text,
        "published": published.at if published else None,
        "published_raw": published.raw if published else None,
        "published_precision": published.precision if published else None,
        "authors": article.authors,
        "site_name": article.site_name,
        "language": article.language,
        "statements": [asdict(one) for one in article.statements],
        # A verb on single pages follows none: it says where the article goes on.
        "next_page": article.next_page,
        "error": article.held,
    }


def _article_text(article: Article) -> str:
    fields = _article_fields(article)
    apart = ("text", "statements")
    head = [f"{key}: {fields[key]}" for key in fields if key not in apart and fields[key] not in (None, ())]
    said = [statement_line(one) for one in article.statements]
    return "\n".join([*head, "", article.text, *(["", "statements:", *said] if said else [])])


@click.command()
@click.argument("text", metavar="FILE|-")
@click.option("--watchlist", "watchlist_id", help="Only this one.")
@click.option("--explain", is_flag=True, help="Show every term found, with its sentence.")
@click.option(
    "--jsonl",
    is_flag=True,
    help='JSON Lines {"id", "title", "text"}; also "language", "source_country", "published", "statements".',
)
@config_option
def match(text: str, watchlist_id: str | None, explain: bool, jsonl: bool, config_dir: Path) -> None:
    """Match a text (first line: title) against the watchlists, and say why."""
    config = ready(config_dir, level="error", watchlists=True)
    matcher = Matcher(chosen_watchlists(config, watchlist_id))
    with open_text(text) as stream:
        if jsonl:
            for record in json_records(stream):
                for found in matcher.match(document_of(record, config.languages)):
                    echo_json(_match_record(record, found))
            return
        title, _, body = stream.read().strip().partition("\n")
    record = {"title": title.strip(), "text": body.strip()}
    for found in matcher.match(document_of(record, config.languages)):
        say(_match_text(found, explain=explain))


def _match_record(record: dict[str, Any], found: Match) -> dict[str, Any]:
    passed = {key: value for key, value in record.items() if key not in ("title", "text")}
    return {**passed, **asdict(found)}


def _match_text(found: Match, *, explain: bool) -> str:
    verdict = "matches" if found.matched else "does not match"
    lines = [
        f"{found.watchlist}: {verdict} (score {found.score:.2f}, language {found.language})",
        f"  {found.why}",
    ]
    if found.sentence:
        lines.append(f"  in: {found.sentence}")
    if explain:
        lines += [
            f"  {item.group}: {item.term!r} as {item.form!r} in the {item.field}: {item.sentence}"
            for item in found.evidence
        ]
    return "\n".join(lines)


@click.command()
@click.argument("records", metavar="FILE|-")
@click.option(
    "--jsonl", is_flag=True, required=True, help="JSON Lines in arrival order, and one line out for each."
)
def identify(records: str, jsonl: bool) -> None:
    """Decide for each record of a stream: new, duplicate or revision, and of which."""
    del jsonl  # the only form there is; said on the command line so that another can come beside it
    configure_logging("error")
    with open_text(records) as stream:
        for decided in identify_records(json_records(stream)):
            echo_json(decided)
