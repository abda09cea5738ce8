"""Pages that name each other as their other languages: kept with the article, and linked."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes_storage import LATER, NOW, article, batch, text_of

from core.article import Article
from storage.store import Store

ADDRESS = "https://kz-one.example"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "policywire.db") as opened:
        yield opened


def page(path: str, language: str, **others: str) -> Article:
    """Return a page that names other languages' paths."""
    named = tuple((code, f"{ADDRESS}/{other}") for code, other in others.items())
    return replace(article(path, language=language), alternates=named)


def keep(store: Store, *articles: Article) -> None:
    store.keep(batch(*articles), now=NOW)


def linked(store: Store, id_: int) -> list[int]:
    found = store.dossier(id_, copies=1)
    assert found is not None
    return sorted(one.id for one in found.versions)


def test_what_a_page_names_comes_back_with_it(store: Store) -> None:
    keep(store, page("en/a", "en", ru="ru/a", kk="kk/a"))
    stored = store.article(1)
    assert stored is not None
    assert set(stored.article.alternates) == {("ru", f"{ADDRESS}/ru/a"), ("kk", f"{ADDRESS}/kk/a")}
    assert linked(store, 1) == []


def test_pages_that_name_each_other_are_linked(store: Store) -> None:
    keep(
        store,
        page("en/a", "en", en="en/a", ru="ru/a/?utm_source=x", kk="kk/a"),
        page("ru/a", "ru", en="en/a", kk="kk/a"),
        page("kk/a", "kk", en="en/a", ru="ru/a"),
        page("ru/b", "ru", en="en/b"),
    )
    assert [linked(store, id_) for id_ in (1, 2, 3, 4)] == [[2, 3], [1, 3], [1, 2], []]


def test_one_name_is_enough_where_nobody_else_uses_it(store: Store) -> None:
    keep(store, page("en/a", "en", ru="ru/a"), page("ru/a", "ru"))
    assert (linked(store, 1), linked(store, 2)) == ([2], [1])


def test_an_address_that_every_page_names_links_nothing_but_the_page_that_names_back(store: Store) -> None:
    keep(
        store,
        *(page(f"en/{name}", "en", ru="ru/front") for name in "abc"),
        page("ru/front", "ru", en="en/c"),
    )
    assert [linked(store, id_) for id_ in (1, 2, 3, 4)] == [[], [], [4], [3]]


def test_a_page_of_the_same_language_or_a_held_one_is_no_translation(store: Store) -> None:
    keep(store, page("a", "en", ru="b"), page("b", "en", en="a"), page("c", "ru", en="d"))
    keep(store, replace(article("d", language="en", text=""), held="no text"))
    assert [linked(store, id_) for id_ in (1, 2, 3)] == [[], [], []]


def test_a_translation_that_came_later_is_added_by_the_next_reading(store: Store) -> None:
    keep(store, page("en/a", "en"), page("ru/a", "ru"))
    store.keep(batch(page("en/a", "en", ru="ru/a")), now=LATER)
    assert linked(store, 2) == [1]
    store.keep(batch(page("en/a", "en")), now=LATER)
    assert linked(store, 2) == [1], "a reading without any loses nothing"
    revised = (
        text_of("en/a") + "\n\nMany words were added at the end, and a treaty with them was signed there."
    )
    store.keep(batch(replace(page("en/a", "en", kk="kk/a"), text=revised)), now=LATER)
    assert linked(store, 2) == [], "a new text comes with its own"
