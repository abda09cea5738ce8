"""The whole config folder as one checked value, or one ConfigError with every problem in it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.config import load_languages, load_missing, load_settings, load_sources, yaml_files
from core.coverage import Missing
from core.errors import ConfigError, Problem
from core.language import Language
from core.settings import Settings
from core.source import Source
from core.yamlfile import read_regular
from crawler.sources import custom_problem
from scheduler.pushcheck import address_problems, push_problems

if TYPE_CHECKING:
    from publisher.matching import Watchlist


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """A config folder as loaded. `sources` holds disabled ones too; `digest` changes when any file does."""

    path: Path
    digest: str
    settings: Settings
    sources: Mapping[str, Source]
    languages: Mapping[str, Language]
    watchlists: "Mapping[str, Watchlist]"
    missing: tuple[Missing, ...] = ()

    @property
    def enabled(self) -> dict[str, Source]:
        """The sources that are polled."""
        return {source.id: source for source in self.sources.values() if source.enabled}


def load_config(
    path: Path, *, sources: bool = True, watchlists: bool = True, examples: bool = True
) -> Config:
    """Load and check a config folder. Raises ConfigError with all problems of all files.

    Without `watchlists`, for what only crawls: their word forms take a second to make. Without `sources`, for
    what must work beside a source file that is still being written. Without `examples`, a watchlist may
    decide its own examples wrongly.
    """
    if not path.is_dir():
        message = "no such folder; name one with --config or POLICYWIRE_CONFIG"
        raise ConfigError([Problem(path=path, line=0, key="", message=message)])
    digest = config_digest(path)
    settings, problems = load_settings(path)
    files, found = load_sources(path) if sources else ({}, [])
    problems += found
    languages, found = load_languages(path)
    problems += found
    missing, found = load_missing(path)
    problems += found
    loaded, found = _watchlists(path, languages, examples=examples) if watchlists else ({}, [])
    problems += found
    problems += push_problems(path / "settings.yml", settings, loaded)
    problems += [
        Problem(path=path / "sources" / f"{source.id}.yml", line=0, key="kind", message=message)
        for source, message in ((source, custom_problem(source)) for source in files.values())
        if message is not None
    ]
    if problems:
        raise ConfigError(problems)
    return Config(
        path=path,
        digest=digest,
        settings=settings,
        sources=files,
        languages=languages,
        watchlists=loaded,
        missing=missing,
    )


def _watchlists(
    path: Path, languages: Mapping[str, Language], *, examples: bool
) -> "tuple[dict[str, Watchlist], list[Problem]]":
    # Imported here: the worker, which only crawls, need not hold what matching needs (25 MB).
    from publisher.feeds.channels import channels
    from publisher.matching import Matcher, check_examples, load_watchlists

    loaded, problems = load_watchlists(path, languages)
    if examples and loaded:
        matcher = Matcher(loaded.values())
        problems += [problem for one in loaded.values() for problem in check_examples(one, matcher)]
    try:
        channels(loaded.values())
    except ConfigError as error:
        problems += error.problems
    return loaded, problems


def check_thoroughly(config: Config) -> None:
    """Load what is else loaded only when it is used: custom spiders, services. Raises ConfigError."""
    # Imported here: it loads Scrapy.
    from crawler.spider import spider_class

    problems = address_problems(config.path / "settings.yml", config.settings)
    for source in config.sources.values():
        if source.kind == "custom":
            try:
                spider_class(source)
            except ConfigError as error:
                problems += error.problems
    if problems:
        # Sources may share a spider.
        raise ConfigError(tuple(dict.fromkeys(problems)))


def require_contact(config: Config) -> None:
    """Refuse to crawl without an address that site owners can write to. Raises ConfigError."""
    if not config.settings.contact.strip():
        message = (
            "is empty: site owners must be able to reach whoever runs this crawler. "
            "Write a mail or web address here, or set POLICYWIRE_CONTACT"
        )
        path = config.path / "settings.yml"
        raise ConfigError([Problem(path=path, line=0, key="contact", message=message)])


def config_stamps(path: Path) -> tuple[tuple[str, int, int, int], ...]:
    """Return name, size and times of every YAML file in the folder: quick to compare, and read by nobody."""
    stamps = []
    for file in yaml_files(path):
        try:
            now = file.stat()
        except FileNotFoundError:
            continue
        stamps.append((str(file.relative_to(path)), now.st_size, now.st_mtime_ns, now.st_ctime_ns))
    return tuple(stamps)


def config_digest(path: Path) -> str:
    """Return a fingerprint of every YAML file in the folder; a file that vanishes meanwhile is left out.

    One that cannot be read counts with the reason: loading says what is wrong with it.
    """
    digest = hashlib.sha256()
    for file in yaml_files(path):
        try:
            content = read_regular(file)
        except FileNotFoundError:
            continue
        except OSError as error:
            content = str(error).encode()
        digest.update(str(file.relative_to(path)).encode() + b"\0" + content + b"\0")
    return digest.hexdigest()
