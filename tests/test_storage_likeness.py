from datetime import timedelta

import pytest
from fakes_storage import NOW
from fakes_texts import OTHER, REPORT, paragraphs

from storage.likeness import Text, Verdict, judge

FORECAST = (
    "No rain is expected in the capital today. Fog is possible in the morning, roads are icy. Wind of 3 to 8 "
    "metres a second, {} degrees of {}, the weather office says."
)


def verdict(
    before: str,
    after: str,
    *,
    titles: tuple[str, str] = ("Ministers meet", "Talks on water"),
    same_source: bool = False,
    days: int = 0,
) -> Verdict:
    older = Text(titles[0], before, source="one", at=NOW)
    newer = Text(titles[1], after, source="one" if same_source else "two", at=NOW + timedelta(days=days))
    return judge(newer, older)


@pytest.mark.parametrize(
    "after",
    [
        paragraphs(REPORT, 0, 1, 2),
        paragraphs(REPORT, 4, 5),
        "Water was on the table once more, and this time there was an answer.\n\n"
        + paragraphs(REPORT, 1, 2, 3, 4, 5),
        REPORT
        + "\n\nRead more on our channel. All rights reserved. Send your news to the editors at any hour.",
        "(Agency) " + REPORT + "\n\nSource: the agency",
        "\n\n".join([paragraphs(REPORT, 0, 1, 2, 3), paragraphs(OTHER, 1, 2)]),
        REPORT.replace("4 March", "March 4").upper(),
    ],
    ids=[
        "cut short",
        "the end",
        "another lead",
        "boilerplate",
        "credit",
        "paragraphs replaced",
        "typography",
    ],
)
def test_an_edited_reprint_is_a_copy(after: str) -> None:
    found = verdict(REPORT, after)
    assert found.is_copy, found.reason
    assert found.similarity >= 0.4
    assert f"{found.similarity:.0%}" in found.reason


def test_another_report_is_no_copy() -> None:
    found = verdict(REPORT, OTHER)
    assert not found.is_copy
    assert found.similarity == 0


def test_both_scripts_of_uzbek_are_one_text() -> None:
    cyrillic = (
        "Ўзбекистон Республикаси ташқи ишлар вазири қўшни давлатлар элчилари билан учрашди. Учрашувда сув "
        "ресурсларидан фойдаланиш, чегара масалалари ва янги йўллар қурилиши муҳокама қилинди. Томонлар йил "
        "охиригача келишув тайёрлашга ваъда берди. Конституция куни муносабати билан табриклар ҳам янгради."
    )
    latin = (
        "Oʻzbekiston Respublikasi tashqi ishlar vaziri qoʻshni davlatlar elchilari bilan uchrashdi. "
        "Uchrashuvda suv resurslaridan foydalanish, chegara masalalari va yangi yoʻllar qurilishi muhokama "
        "qilindi. Tomonlar yil oxirigacha kelishuv tayyorlashga vaʼda berdi. Konstitutsiya kuni munosabati "
        "bilan tabriklar ham yangradi."
    )
    found = verdict(cyrillic, latin)
    assert found.is_copy, found.reason
    assert found.similarity > 0.95


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FORECAST.format("0 to 2", "warmth"), FORECAST.format("3 to 5", "frost")),
        (FORECAST.format("three", "frost"), FORECAST.format("seven", "frost")),
        (
            "A number of changes to the law come into force on 1 July. We look at what they mean.",
            "A number of changes to the law come into force on 1 August. We look at what they mean.",
        ),
        (
            "Two people were fined for changing money without a licence in Batken, the tax office said.",
            "Two people were fined for changing money without a licence in Talas, the tax office said.",
        ),
        (
            "Произошло землетрясение. Сила подземных толчков достигла трех баллов, сообщает МЧС.",
            "Произошло землетрясение. Сила подземных толчков достигла четырех баллов, сообщает МЧС.",
        ),
        (
            "The bank set the rate of the dollar for today at 12,750 soms, that of the euro at 13,900.",
            "The bank set the rate of the dollar for today at 12,810 soms, that of the euro at 13,840.",
        ),
    ],
    ids=["degrees", "spelled", "month", "town", "quake", "rates"],
)
def test_a_form_filled_in_anew_is_no_copy(before: str, after: str) -> None:
    found = verdict(before, after, titles=("", ""))
    assert not found.is_copy
    assert "filled in anew" in found.reason


def test_schedules_of_two_days_are_no_copies() -> None:
    line = (
        "The deputy secretary attends meetings and briefings at the ministry. Press is asked to come early."
    )
    days = [f"PUBLIC SCHEDULE\n\n{line}\n\n{paragraphs(REPORT, 1, 3, 5)}" for _ in range(2)]
    found = verdict(*days, titles=("Public schedule, 14 July", "Public schedule, 15 July"))
    assert not found.is_copy
    assert "titles differ in" in found.reason


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "Екі мың он жетінші жылы ауылдарда жаңа мектептер салынып, пайдалануға берілді.",
            "2017-ші жылы ауылдарда жаңа мектептер салынып, пайдалануға берілді.",
        ),
        (
            "Үш миллионнан астам оқушы биыл мектепке барады деп хабарлады.",
            "3000000-нан астам оқушы биыл мектепке барады деп хабарлады.",
        ),
        (
            "Көрсеткіш 30 процентке дейін өседі деп жоспарланып отыр.",
            "Көрсеткіш 30 %-ке дейін өседі деп жоспарланып отыр.",
        ),
        (
            "«Оскар Медикал» деп аталған жаңа клиника бүгін ашылды.",
            "Oscar Medical деп аталған жаңа клиника бүгін ашылды.",
        ),
    ],
)
def test_one_number_or_name_written_in_two_ways_is_one(before: str, after: str) -> None:
    found = verdict(before, after, titles=("", ""))
    assert found.is_copy, found.reason


def test_a_number_corrected_in_a_long_text_is_no_form() -> None:
    long = "\n\n".join([REPORT, OTHER])
    assert verdict(long, long.replace("three years", "four years")).is_copy


def test_an_outlets_own_background_makes_no_copy() -> None:
    after = "\n\n".join([OTHER, paragraphs(REPORT, 0, 2, 4)])
    assert verdict(REPORT, after).is_copy
    again = verdict(REPORT, after, same_source=True)
    assert not again.is_copy
    assert "by the same source" in again.reason


def test_a_greeting_printed_again_after_a_year_is_new() -> None:
    after = REPORT.replace("Farmers", "Many farmers")
    assert verdict(REPORT, after, same_source=True).is_copy
    assert not verdict(REPORT, after, same_source=True, days=365).is_copy


def test_a_brief_that_comes_again_later_is_new() -> None:
    brief = "Snow closed the road over the pass in the night. The ministry asks drivers to wait until noon."
    assert verdict(brief, brief.replace("asks", "begs"), titles=("", ""), days=1).is_copy
    assert not verdict(brief, brief.replace("asks", "begs"), titles=("", ""), days=9).is_copy


def test_a_digest_is_not_the_brief_in_it() -> None:
    brief = paragraphs(REPORT, 5)
    digest = "\n\n".join(
        [brief, *(" ".join(f"{word}{number}" for word in OTHER.split()) for number in range(12))]
    )
    found = verdict(brief, digest)
    assert not found.is_copy
    assert "digest" in found.reason


def test_a_longer_work_that_quotes_a_text_whole_is_no_copy_but_the_text_in_full_is() -> None:
    thoughts = [" ".join(f"{word}{number}" for word in OTHER.split()) for number in range(3)]
    short, long = REPORT, "\n\n".join([thoughts[0], REPORT, *thoughts[1:]])
    found = verdict(short, long)
    assert not found.is_copy
    assert "of its own" in found.reason
    assert verdict(short, long, titles=("Talks on water end", "Update: talks on water")).is_copy
    assert verdict(long, short).is_copy, "what is printed later and is shorter adds nothing"
