"""The verbs about all sources together: sources coverage, export, import."""

import re
from pathlib import Path

import click
from pydantic import ValidationError

from core.coverage import coverage as markdown
from core.errors import PolicywireError
from core.faults import fault
from core.opml import Outline, read_opml, write_opml
from core.source import Source
from core.urls import host_of
from crawler.finding.proposal import source_text
from scheduler.cli.common import config_option, ready, say, write_text

_UNCHECKED = (
    "imported from a list of feeds; correct this file, enable it, then see `policywire sources check`"
)
_DOUBTS = {"country": "as told", "publisher": "as told", "languages": "as told"}


@click.command()
@config_option
def coverage(config_dir: Path) -> None:
    """Print as Markdown what the catalogue covers and misses: by state, kind, language, and each source."""
    config = ready(config_dir)
    say(markdown(config.sources.values(), config.missing), nl=False)


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@config_option
def export_sources(file: Path, config_dir: Path) -> None:
    """Write the feeds of all enabled sources of `kind: feed` as OPML, for a feed reader."""
    found = [source for source in ready(config_dir).enabled.values() if source.kind == "feed"]
    outlines = [
        Outline(title=source.name, feed=url, home=source.home, folder=source.country)
        for source in sorted(found, key=lambda source: (source.country, source.id))
        for url in source.urls
    ]
    file.write_bytes(write_opml("policywire", outlines))
    say(f"{len(outlines)} feeds of {len(found)} sources in {file}")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--country", required=True, help="ISO 3166 code of the publishers' state, or REG, EU, UN, INT.")
@click.option("--publisher", default="press", show_default=True, help="Their kind: official, agency, ...")
@click.option("--language", default="en", show_default=True, help="Their language.")
@config_option
def import_sources(file: Path, country: str, publisher: str, language: str, config_dir: Path) -> None:
    """Make a source file, disabled until it is checked, of each feed of an OPML file not yet watched."""
    config = ready(config_dir)
    watched = {url for source in config.sources.values() for url in source.urls}
    taken = set(config.sources)
    for outline in read_opml(file.read_bytes()):
        if outline.feed in watched:
            continue
        id_ = _free_id(outline, country, taken)
        taken.add(id_)
        path = config.path / "sources" / f"{id_}.yml"
        write_text(
            path, source_text(_source(id_, outline, country, publisher, language, file), _DOUBTS, remarks=())
        )
        say(path)


def _source(id_: str, outline: Outline, country: str, publisher: str, language: str, file: Path) -> Source:
    try:
        return Source.model_validate(
            {
                "id": id_,
                "name": outline.title,
                "country": country,
                "publisher": publisher,
                "languages": [language],
                "home": outline.home or outline.feed,
                "enabled": False,
                "disabled_reason": _UNCHECKED,
                "kind": "feed",
                "urls": [outline.feed],
            }
        )
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, one['loc']))}: {fault(one)}" for one in error.errors())
        raise PolicywireError(f"{file}: {outline.feed}: {faults}") from None


def _free_id(outline: Outline, country: str, taken: set[str]) -> str:
    """Return an id made of the host's name that no source has yet."""
    host = host_of(outline.feed).removeprefix("www.").split(":")[0]
    name = re.sub(r"[^a-z0-9]+", "-", host.rsplit(".", 1)[0].lower()).strip("-") or "site"
    base = id_ = f"{country.lower()}-{name}"
    number = 2
    while id_ in taken:
        id_, number = f"{base}-{number}", number + 1
    return id_
