"""Labels of analysts: one a user, article and watchlist, bounded, and outliving the article."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes_storage import LATER, NOW, article, batch, text_of

import storage.feedback
from core.errors import StorageError
from storage.records.feedback import Feedback, Judged
from storage.records.keeping import KeepLimits, Limits
from storage.store import Store

ADDRESS = "https://kz-one.example/a"
JUDGED = Judged(
    article=1,
    language="en",
    source="kz-one",
    country="KZ",
    published=NOW,
    title="A meeting took place",
    text=text_of("a"),
    rules="digest",
    matched=True,
    score=0.75,
    why="It names a minister.",
)
LABEL = Feedback(
    kind="not_relevant", watchlist="policy", address=ADDRESS, by="anna", at=NOW, note="sport", judged=JUDGED
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "policywire.db") as store:
        store.keep(batch(article("a"), article("b")), now=NOW)
        yield store


def test_a_label_comes_back_as_it_was_given(store: Store) -> None:
    id_ = store.give_feedback(LABEL)
    assert store.feedback(texts=True, limit=10) == [replace(LABEL, id=id_)]
    assert store.one_feedback(id_) == replace(LABEL, id=id_, judged=replace(JUDGED, text=""))
    assert [one.id for one in store.feedback_on(1)] == [id_]
    assert store.feedback(watchlist="other", limit=10) == []


def test_a_second_word_of_the_same_user_takes_the_place_of_the_first(store: Store) -> None:
    store.give_feedback(LABEL)
    changed = store.give_feedback(replace(LABEL, kind="relevant", at=LATER))
    others = store.give_feedback(replace(LABEL, by="boris"))
    store.give_feedback(replace(LABEL, watchlist="water"))
    assert [(one.id, one.kind) for one in store.feedback(watchlist="policy", limit=10)] == [
        (others, "not_relevant"),
        (changed, "relevant"),
    ]


def test_an_address_that_came_into_the_archive_later_is_one_label(store: Store) -> None:
    missed = Feedback(kind="missed", watchlist="policy", address=f"{ADDRESS}?utm_source=x", by="anna", at=NOW)
    store.give_feedback(missed)
    assert store.feedback(limit=10)[0].judged is None
    store.give_feedback(replace(missed, judged=replace(JUDGED, matched=False)))
    (label,) = store.feedback(limit=10)
    assert label.address == ADDRESS
    assert label.judged is not None


def test_only_who_gave_it_or_an_operator_withdraws_a_label(store: Store) -> None:
    id_ = store.give_feedback(LABEL)
    assert not store.withdraw_feedback(id_, by="boris")
    assert store.withdraw_feedback(id_, by="anna")
    assert not store.withdraw_feedback(id_, by="anna")
    assert store.withdraw_feedback(store.give_feedback(LABEL), by=None)


def test_a_label_outlives_its_article(store: Store) -> None:
    store.give_feedback(LABEL)
    limits = KeepLimits(default=Limits(age=timedelta(days=1)))
    store.remove_expired(limits, now=NOW + timedelta(days=2), limit=10)
    assert store.article(1) is None
    assert store.when_removed(1) == NOW + timedelta(days=2)
    assert store.when_removed(99) is None
    (label,) = store.feedback(texts=True, limit=10)
    assert label.judged == replace(JUDGED, article=None)


def test_what_is_too_long_is_cut_and_a_full_table_takes_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = replace(JUDGED, text="word " * 20_000, title="t" * 1000)
    store.give_feedback(replace(LABEL, note="n" * 5000, address=f"{ADDRESS}{'a' * 5000}", judged=long))
    (label,) = store.feedback(texts=True, limit=10)
    assert label.judged is not None
    assert (len(label.note), len(label.address), len(label.judged.title)) == (1000, 2000, 500)
    assert (len(label.judged.text), label.judged.is_cut) == (50_000, True)
    monkeypatch.setattr(storage.feedback, "MOST_LABELS", 2)
    store.give_feedback(LABEL)
    store.give_feedback(LABEL)
    with pytest.raises(StorageError, match="feedback export"):
        store.give_feedback(replace(LABEL, by="boris"))


def test_all_labels_come_page_by_page(store: Store) -> None:
    for number in range(250):
        store.give_feedback(replace(LABEL, address=f"{ADDRESS}/{number}"))
    assert len({one.id for one in store.all_feedback(watchlist="policy")}) == 250
