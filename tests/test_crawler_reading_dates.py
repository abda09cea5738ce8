"""Dates as sites write them, in nine languages; nothing is invented."""

import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fakes_pages import NOW, languages

from core.article import Precision, Published
from crawler.reading.dates import parse_date

LANGUAGES = languages()


def parse(raw: str, **changes: Any) -> Published:
    options: dict[str, Any] = {"zone": ZoneInfo("Asia/Almaty"), "order": "dmy", "now": NOW, **changes}
    return parse_date(raw, languages=LANGUAGES, **options)


@pytest.mark.parametrize(
    "raw",
    [
        "27 сентября 2022 года",
        "27 сентября 2022 г., вторник",
        "2022 жылғы 27 қыркүйек",
        "27 қыркүйек, 2022 жыл",
        "2022-жылдын 27-сентябры",
        "27-сентябрь, 2022-ж.",
        "2022 йил 27 сентябрь",
        "27-sentabr, 2022-yil",
        "2022-yil 27-sentyabr",
        "27 сентябри соли 2022",
        "Сентябр 27, 2022",
        "2022-nji ýylyň 27-nji sentýabry",
        "27 Eylül 2022 Salı",
        "Tuesday, 27th September 2022",
        "Published on September 27, 2022",
        "Sept. 27, 2022",
        "2022-09-27",
        "20220927",
        "27.09.2022",
        "27/09/2022",
        "27-09-2022",
        "27.09.22",
        "2022.09.27",
        "27 қыркүйекте 2022 жылы",
        "2022-жылдын 27-сентябрында",
        "2022-yilning 27-sentabr kuni",
        "2022 йилнинг 27 сентябрь куни",
        "27-уми сентябри соли 2022",
        "2022-nji ýylyň 27-nji sentýabrynda",
        "2022 yılı 27 Eylül günü",
        "27-го сентября 2022 г.",
        "le 27 septembre 2022",
        "27. září 2022",
        "27 вересня 2022 року",
        "27 верасня 2022",
        "2022. szeptember 27.",
        "27 IX 2022",
        "27 Sept 22",
        "2022年9月27日",
        "2022-09-27T00:00:00Z",
    ],
)
def test_days(raw: str) -> None:
    assert parse(raw) == Published(raw=raw, at=datetime(2022, 9, 27, tzinfo=UTC), precision=Precision.DAY)


@pytest.mark.parametrize(
    ("raw", "expected", "precision"),
    [
        ("2022-09-27T14:05:00+05:00", "2022-09-27T09:05:00", Precision.SECOND),
        ("2022-09-27T14:05:09.123Z", "2022-09-27T14:05:09", Precision.SECOND),
        ("2022-09-27 14:05", "2022-09-27T08:05:00", Precision.MINUTE),
        ("20220927T140500Z", "2022-09-27T14:05:00", Precision.SECOND),
        ("Tue, 27 Sep 2022 14:05:00 +0500", "2022-09-27T09:05:00", Precision.SECOND),
        ("Tue, 27 Sep 2022 14:05:00 GMT", "2022-09-27T14:05:00", Precision.SECOND),
        ("September 27, 2022 2:05 PM EST", "2022-09-27T19:05:00", Precision.MINUTE),
        ("27 сентября 2022, 14:05 (МСК)", "2022-09-27T11:05:00", Precision.MINUTE),
        ("09:16, 04 Май 2026", "2026-05-04T04:16:00", Precision.MINUTE),
        ("21:05 / 22.04.2022", "2022-04-22T15:05:00", Precision.MINUTE),
        ("2022-yil 27-sentabr, soat 14:05", "2022-09-27T08:05:00", Precision.MINUTE),
        ("1664287500", "2022-09-27T14:05:00", Precision.SECOND),
        ("1664287500000", "2022-09-27T14:05:00", Precision.SECOND),
        ("сентябрь 2022", "2022-09-01T00:00:00", Precision.MONTH),
        ("2022-09", "2022-09-01T00:00:00", Precision.MONTH),
        ("2022", "2022-01-01T00:00:00", Precision.YEAR),
        ("2022-09-27T00:00:00+05:00", "2022-09-26T19:00:00", Precision.SECOND),
        ("27 Sept 2022, 2.05pm BST", "2022-09-27T13:05:00", Precision.MINUTE),
        ("27/09/2022 à 14h05", "2022-09-27T08:05:00", Precision.MINUTE),
    ],
)
def test_times_zones_and_precision(raw: str, expected: str, precision: Precision) -> None:
    found = parse(raw)
    assert found.at == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert found.precision is precision


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("сегодня, 14:05", "2026-11-22T09:05:00"),
        ("Бүгін, 09:10", "2026-11-22T04:10:00"),
        ("bugun, 09:10", "2026-11-22T04:10:00"),
        ("Имрӯз 09:10", "2026-11-22T04:10:00"),
        ("Şu gün 09:10", "2026-11-22T04:10:00"),
        ("Кечээ, 23:00", "2026-11-21T18:00:00"),
        ("Dün 23:00", "2026-11-21T18:00:00"),
        ("yesterday", "2026-11-21T00:00:00"),
    ],
)
def test_day_words_count_from_the_fetch_in_the_sources_zone(raw: str, expected: str) -> None:
    assert parse(raw).at == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "27 сентября",
        "Tuesday (27 September)",
        "31 февраля 2022",
        "27 something 2022",
        "may be later",
        "0000-00-00 00:00:00",
        "2022-13-45",
        "99999999999999999",
        "№ 27",
        "27 сентября; 2022",
    ],
)
def test_what_is_not_understood_keeps_its_text_and_no_date(raw: str) -> None:
    assert parse(raw) == Published(raw=raw)


@pytest.mark.parametrize(
    ("raw", "expected", "precision"),
    [
        ("10 minutes ago", "2026-11-22T09:50:00", Precision.MINUTE),
        ("an hour ago", "2026-11-22T00:00:00", Precision.DAY),
        ("Published 2 hours ago", "2026-11-22T00:00:00", Precision.DAY),
        ("2 часа назад", "2026-11-22T00:00:00", Precision.DAY),
        ("час назад", "2026-11-22T00:00:00", Precision.DAY),
        ("3 дня назад", "2026-11-19T00:00:00", Precision.DAY),
        ("20 сағат бұрын", "2026-11-21T00:00:00", Precision.DAY),
        ("3 күн мурун", "2026-11-19T00:00:00", Precision.DAY),
        ("10 daqiqa oldin", "2026-11-22T09:50:00", Precision.MINUTE),
        ("2 соат аввал", "2026-11-22T00:00:00", Precision.DAY),
        ("3 рӯз пеш", "2026-11-19T00:00:00", Precision.DAY),
        ("3 gün öň", "2026-11-19T00:00:00", Precision.DAY),
        ("2 saat önce", "2026-11-22T00:00:00", Precision.DAY),
    ],
)
def test_how_long_ago_is_told_as_far_as_it_is_certain(raw: str, expected: str, precision: Precision) -> None:
    at = datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert parse(raw) == Published(raw=raw, at=at, precision=precision)


@pytest.mark.parametrize(
    "raw",
    [
        "15 hours ago",  # midnight in Almaty lies in the hour that this means
        "несколько минут назад",
        "1 hour 5 minutes ago",
        "3 weeks ago",
        "30 days ago",
        "long ago",
        "12 May 20 people",
        "5 x 20",
    ],
)
def test_a_vague_or_doubtful_text_gives_no_date(raw: str) -> None:
    assert parse(raw) == Published(raw=raw)


@pytest.mark.parametrize("raw", ["24 ноября 2026", "1 January 2030", "2030-01-01T00:00:00Z", "5 мая 1990"])
def test_implausible_dates_are_refused(raw: str) -> None:
    assert parse(raw) == Published(raw=raw)


def test_tomorrow_is_allowed_because_zones_differ() -> None:
    assert parse("2026-11-23T09:00:00Z").at == datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_numeric_order() -> None:
    assert parse("03/04/2026").at == datetime(2026, 4, 3, tzinfo=UTC)
    assert parse("03/04/2026", order="mdy").at == datetime(2026, 3, 4, tzinfo=UTC)
    assert parse("09/27/2022").at == datetime(2022, 9, 27, tzinfo=UTC), "only one reading is a day"
    assert parse("26.04.03", order="ymd").at == datetime(2026, 4, 3, tzinfo=UTC)


def test_no_month_stem_means_two_months() -> None:
    months: dict[str, set[int]] = {}
    for language in LANGUAGES.values():
        for number, stems in enumerate(language.months, 1):
            for stem in stems:
                months.setdefault(stem, set()).add(number)
    assert {stem: numbers for stem, numbers in months.items() if len(numbers) > 1} == {}


def test_no_text_raises_and_no_date_is_invented_from_random_ones() -> None:
    """A date that is found has its year or its relative word in the text, and lies between the bounds."""
    rng = random.Random(20261122)
    words = [stem for language in LANGUAGES.values() for stems in language.months for stem in stems]
    marks = [*"0123456789", *"./-:,;()T+Z年月日²½٣ ", "2022", "1899", "31", "13", "am", "pm", "ago", "1e9"]
    parts = [*words, *marks]
    said = {word for language in LANGUAGES.values() for word in (*language.today, *language.yesterday)}
    for _ in range(4000):
        raw = "".join(rng.choice(parts) + rng.choice(["", " "]) for _ in range(rng.randint(1, 9)))
        found = parse(raw)
        assert (found.at is None) == (found.precision is None)
        if found.at is None:
            continue
        assert datetime(1991, 1, 1, tzinfo=UTC) <= found.at <= NOW + timedelta(days=1)
        is_said = any(word in raw.casefold() for word in said) or "ago" in raw
        is_stamp = re.fullmatch(r"1?\d{9}(?:\d{3})?(?:\.\d+)?", found.raw) is not None
        assert is_said or is_stamp or re.search(r"\d\d", found.raw), raw
