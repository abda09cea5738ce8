"""Helpers for matching tests: the languages that are shipped, and config folders with small watchlists."""

import shutil
from functools import cache
from pathlib import Path

from core.config import load_languages
from core.errors import Problem
from core.language import Language
from publisher.matching import Watchlist, load_watchlists
from publisher.matching.tables import Tables

CONFIG = Path(__file__).parent.parent / "config"

STATES = """
lists:
  kazakhstan:
    country: KZ
    terms:
      en:
        - {term: Kazakhstan, class: name}
        - Kazakh
        - {term: Astana, class: name}
      ru: [{term: Казахстан, class: name}]
  uzbekistan:
    country: UZ
    terms: {en: [{term: Uzbekistan, class: name}]}
  our-country:
    country: source
    terms: {en: [our country], kk: [еліміз]}
  people:
    country: KZ
    people:
      - {name: Aman Testov, office: president, since: 2019, terms: {en: [Aman Testov, Testov]}}
      - {name: Old Holderov, office: president, until: 2019, terms: {en: [Holderov]}}
  acts:
    terms:
      en: [talks, embassy, {term: CIS, exact: true}]
      ru: [{term: посол, stem: посл, exclude: [после]}]
  sport: {terms: {en: [football]}}
  lookalikes: {terms: {en: [Kazakh horse]}}
"""


@cache
def _shipped() -> dict[str, Language]:
    found, problems = load_languages(CONFIG)
    assert problems == []
    return found


def languages() -> dict[str, Language]:
    """Return the shipped languages, read once."""
    return dict(_shipped())


def tables(code: str) -> Tables:
    """Return one language's tables."""
    return Tables.model_validate(languages()[code].classes)


def load(folder: Path, watchlist: str, terms: str = STATES) -> tuple[dict[str, Watchlist], list[Problem]]:
    """Write `watchlists/test.yml` and `terms/states.yml` into a config folder, and load it."""
    for name in ("watchlists", "terms"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    if not (folder / "languages").exists():
        shutil.copytree(CONFIG / "languages", folder / "languages")
    (folder / "watchlists" / "test.yml").write_text(watchlist, encoding="utf-8")
    (folder / "terms" / "states.yml").write_text(terms, encoding="utf-8")
    return load_watchlists(folder, languages())


def one(folder: Path, watchlist: str, terms: str = STATES) -> Watchlist:
    """Load one watchlist that must be good."""
    watchlists, problems = load(folder, watchlist, terms)
    assert problems == []
    return watchlists["test"]
