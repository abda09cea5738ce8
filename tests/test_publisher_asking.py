"""What a query string may ask of a listing."""

from datetime import UTC, datetime, timedelta

import pytest
from fakes_publisher import NOW, make_source, random_texts

from publisher.asking import AskError, known, parse_ask, selection

SOURCES = {
    one.id: one
    for one in (make_source(id="kz-ministry"), make_source(id="kz-agency", publisher="agency", name="Agency"))
}


def test_empty_fields_of_a_form_ask_for_nothing() -> None:
    ask = parse_ask(
        [("q", " "), ("state", ""), ("source", ""), ("days", ""), ("revisions", ""), ("other", "x")]
    )
    assert ask == parse_ask([])
    assert ask.query_string() == ""


def test_a_query_string_comes_back_as_it_was_meant() -> None:
    ask = parse_ask(
        [
            ("source", "kz-ministry"),
            ("source", "kz-agency"),
            ("language", "ru,kk"),
            ("q", "gas"),
            ("revisions", "no"),
        ]
    )
    assert ask.source == ("kz-ministry", "kz-agency")
    assert ask.language == ("ru", "kk")
    again = ask.query_string()
    assert again == "q=gas&source=kz-ministry%2Ckz-agency&language=ru%2Ckk&revisions=no"
    assert ask.query_string(q=None, number=5) == (
        "source=kz-ministry%2Ckz-agency&language=ru%2Ckk&number=5&revisions=no"
    )


def test_days_count_from_midnight_so_that_an_address_can_be_cached() -> None:
    asked = selection(parse_ask([("days", "2")]), sources=SOURCES, watchlists={}, now=NOW)
    assert asked.since == datetime(NOW.year, NOW.month, NOW.day, tzinfo=UTC) - timedelta(days=2)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T05:00:00 05:00", datetime(2026, 11, 1, tzinfo=UTC)),  # a + that a browser sent as it is
        ("2026-11-01T05:00:00Z", datetime(2026, 11, 1, 5, tzinfo=UTC)),
    ],
)
def test_moments_are_in_utc(text: str, moment: datetime) -> None:
    assert parse_ask([("since", text)]).since == moment


def test_kinds_of_publisher_are_sources() -> None:
    asked = selection(parse_ask([("publisher", "official")]), sources=SOURCES, watchlists={}, now=NOW)
    assert asked.sources == ("kz-ministry",)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("days", "0", "days"),
        ("days", "many", "days"),
        ("number", "100000", "number"),
        ("since", "yesterday", "since"),
        ("since", "0001-01-01T00:00:00+05:00", "beyond the years"),
        ("until", "9999-12-31T23:59:59-05:00", "beyond the years"),
        ("until", "abc", "until: expected a day, or a moment in ISO 8601, such as 2026-09-20 .got abc"),
        ("text", "half", "text"),
        ("revisions", "perhaps", "revisions"),
        ("q", "x" * 501, "q"),
        ("source", "nobody", "there is no 'nobody'"),
        ("publisher", "poet", "no source is 'poet'"),
        ("watchlist", "none", "there is no 'none'"),
        ("state", "ZZ", "no watchlist has 'ZZ'"),
    ],
)
def test_what_cannot_be_understood_is_named(name: str, value: str, told: str) -> None:
    with pytest.raises(AskError, match=told):
        selection(parse_ask([(name, value)]), sources=SOURCES, watchlists={}, now=NOW)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("langauge", "perhaps language is meant; there are: language, number"),
        ("Number", "perhaps number is meant"),
        ("amp;language", "perhaps language is meant"),
        ("x", "x: there is no such parameter here; there are: language, number"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(name: str, told: str) -> None:
    with pytest.raises(AskError, match=told):
        known([("language", "ru"), (name, "1")], ("language", "number"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("utm_source", "mail"), ("UTM_Medium", "x"), ("fbclid", "1"), ("_", "1700000000"), ("1700000000", "")],
)
def test_what_readers_and_campaigns_add_is_passed_over(name: str, value: str) -> None:
    assert known([("number", "2"), (name, value)], ("number",)) == [("number", "2")]


def test_nothing_that_is_sent_breaks_it() -> None:
    for text in random_texts(100):
        for name in ("q", "since", "days", "source", "revisions"):
            try:
                parse_ask([(name, text)]).query_string()
            except AskError as error:
                assert name in str(error)
