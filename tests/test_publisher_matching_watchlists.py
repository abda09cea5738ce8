"""The shipped watchlists: they load, keep their examples, are quick to build; docs/analysts.md is true."""

import os
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes_matching import CONFIG, languages, load, one

from core.errors import Problem
from core.match import Match
from publisher.matching import Document, Matcher, Watchlist, check_examples, forms, load_watchlists
from publisher.matching.spec import TermList

DOCS = Path(__file__).parent.parent / "docs" / "analysts.md"
SHARED = Path(os.environ.get("TEST_POLICYWIRE_SHARED", Path(__file__).parents[2] / "shared"))
EXAMPLES = SHARED / "examples"


@pytest.fixture(scope="module")
def shipped() -> tuple[dict[str, Watchlist], list[Problem], Matcher, float]:
    known = languages()
    begun = time.process_time()
    watchlists, problems = load_watchlists(CONFIG, known)
    matcher = Matcher(list(watchlists.values()))
    return watchlists, problems, matcher, time.process_time() - begun


Shipped = tuple[dict[str, Watchlist], list[Problem], Matcher, float]


def test_every_shipped_watchlist_loads_and_keeps_its_examples(shipped: Shipped) -> None:
    watchlists, problems, matcher, _ = shipped
    assert problems == []
    assert "central-asia" in watchlists
    for watchlist in watchlists.values():
        assert check_examples(watchlist, matcher) == []
        assert watchlist.match, f"{watchlist.id} has no examples"
        assert watchlist.no_match, f"{watchlist.id} has no examples of what it must not match"


def test_loading_and_building_is_quick(shipped: Shipped) -> None:
    assert shipped[3] < 5, "the target is 2 s; a loaded machine is allowed more"


def test_terms_have_dozens_of_forms_not_thousands(shipped: Shipped) -> None:
    for term in ("Қазақстан", "келісім", "кызматташтык", "hamkorlik", "Казахстан", "gepleşik"):
        rows = forms(shipped[0]["central-asia"], term)
        count = sum("other script" not in row.rule for row in rows)
        assert 4 < count < 320, f"{term}: {count}"


def _match(shipped: Shipped, title: str, text: str) -> bool:
    found = shipped[2].match(Document(title=title, text=text, language="en"))
    return next(match.matched for match in found if match.watchlist == "central-asia")


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the shared example pages are not on this machine")
def test_the_two_example_articles_match_and_their_furniture_does_not(shipped: Shipped) -> None:
    page = (EXAMPLES / "000_89e2a9f457313c69.txt").read_text(encoding="utf-8")
    article, furniture = page.split("Related articles", 1)
    title, text = article.split("\n", 1)
    assert _match(shipped, title, text)
    assert not _match(shipped, "", furniture)
    assert _match(shipped, "", (EXAMPLES / "002_5df2c43a270aaa4d.txt").read_text(encoding="utf-8"))


def _blocks(kind: str) -> list[str]:
    return re.findall(rf"```yaml {kind}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


def _shared_terms(folder: Path) -> None:
    for path in (CONFIG / "terms").glob("*.yml"):
        (folder / "terms").mkdir(parents=True, exist_ok=True)
        (folder / "terms" / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")


def test_the_watchlist_in_the_docs_loads_and_keeps_its_examples(tmp_path: Path) -> None:
    (block,) = _blocks("watchlist")
    _shared_terms(tmp_path)
    watchlist = one(tmp_path, block, (CONFIG / "terms" / "states.yml").read_text(encoding="utf-8"))
    assert check_examples(watchlist, Matcher([watchlist])) == []


def test_the_rules_and_terms_in_the_docs_load(tmp_path: Path) -> None:
    (rules,) = _blocks("rules")
    (terms,) = _blocks("terms")
    _shared_terms(tmp_path)
    states = (CONFIG / "terms" / "states.yml").read_text(encoding="utf-8")
    watchlists, problems = load(tmp_path, f"name: T\n{rules}{terms}", states)
    assert (problems, list(watchlists)) == ([], ["test"])


def test_the_people_in_the_docs_load(tmp_path: Path) -> None:
    (people,) = _blocks("people")
    _, problems = load(tmp_path, "name: T\nrules: [{name: r, all: [my-people], weight: 0.8}]\n", people)
    assert problems == []


def test_the_docs_name_every_shared_list() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for path in sorted((CONFIG / "terms").glob("*.yml")):
        assert path.name in text
        for name in re.findall(r"^  ([a-z-]+):$", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert f"`{name}`" in text, f"docs/analysts.md does not name the list {name}"


def test_the_docs_name_every_key_of_a_term() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for key in ("stem", "exclude", "exact", "class", "derive", "aliases", "forms", "only", "unsure"):
        assert re.search(rf"\b{key}\b", text), key
    assert "country" in TermList.model_fields


def _central(
    shipped: Shipped, title: str, text: str = "", language: str | None = "en", day: str = ""
) -> Match:
    published = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
    document = Document(title=title, text=text, language=language, published=published)
    return next(match for match in shipped[2].match(document) if match.watchlist == "central-asia")


@pytest.mark.parametrize(
    ("name", "language"),
    [
        *((name, "en") for name in ("Tokayev", "Tokaev", "Toqayev", "TOKAYEV", "Tokayev’s envoy")),
        *((name, "ru") for name in ("Токаев", "Токаева", "Токаеву")),
        *((name, "kk") for name in ("Тоқаев", "Тоқаевтың", "Токаевтын")),
        *((name, "en") for name in ("Toqaev", "Zhaparov", "Rakhmon", "Mirziyaev", "Kosherbaev")),
        *((name, "ru") for name in ("Женбеков", "Кулубаеву")),
        *((name, "uz-Latn") for name in ("To‘qayev", "Tokayev", "Toqaev")),
        *((name, "kk") for name in ("Toqaev", "Toqaevtıñ", "Toqaevtyñ")),
        ("Мирзиеев", "ru"),
        ("Мирзиёева", "ru"),
        ("Mirziyoyev", "uz-Latn"),
        ("O`zbekiston prezidenti", "uz-Latn"),
        ("Oʻzbekiston", "uz-Latn"),
        ("Ozbekiston", "uz-Latn"),
        ("Узбекистонда", "uz-Cyrl"),
        ("Казакстаннын", "kk"),
    ],
)
def test_spellings_of_a_name_are_one(shipped: Shipped, name: str, language: str) -> None:
    match = _central(shipped, f"{name} Putin Путин", language=language)
    assert match.matched, match.why


def test_kazakh_in_latin_letters_is_matched(shipped: Shipped) -> None:
    title = "Qazaqstan Respublikasynyñ Syrtqy ister ministri Almaniağa resmi saparmen bardy"
    assert _central(shipped, title, language="kk").states == ("KZ",)


def test_an_office_is_held_for_a_time(shipped: Shipped) -> None:
    title = "Нурсултан Назарбаев и Владимир Путин"
    assert "Kazakhstan's president" in _central(shipped, title, language="ru", day="2015-05-01").why
    assert "former president" in _central(shipped, title, language="ru", day="2024-05-01").why
    assert "later president" in _central(shipped, "Tokayev and Putin", day="2012-04-01").why
    assert "speaker of the Senate" in _central(shipped, "Tokayev and Putin", day="2015-05-01").why
    later = "Nazarbayev rests in Turkey"
    assert _central(shipped, later, day="2015-05-01").score > _central(shipped, later, day="2024-05-01").score


def test_states_named_in_passing_are_not_what_an_article_is_about(shipped: Shipped) -> None:
    text = (
        "The presidents of Kazakhstan and China held talks in Astana. Kazakhstan will open a consulate. "
        "The Kazakh side asked for new tariffs, and Tokayev spoke of a strategic partnership with China. "
        + "Kazakhstan and China trade more each year. " * 6
        + "The next summit of China with Kazakhstan, Kyrgyzstan, Turkmenistan and Uzbekistan is due in May."
    )
    assert _central(shipped, "Kazakhstan and China sign a treaty", text).states == ("KZ",)
    summit = (
        "The presidents of Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan and Uzbekistan met EU leaders."
    )
    assert len(_central(shipped, "Leaders meet for a summit", summit).states) == 5


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Astana format talks on Syria resume between Russia and Turkey", "en"),
        ("Guarantors of the Astana process discuss Syria with Iran", "en"),
        ("Астанинский формат: Россия, Турция и Иран обсудили Сирию", "ru"),
        ("Iraqi Turkmen leaders visit Ankara for talks with Turkey", "en"),
        ("Turkmen of Iraq ask the United Nations for help", "en"),
        ("Irak Türkmenleri Türkiye ile görüştü", "tr"),
        ("Turkmen carpet shown at a meeting of collectors in Germany", "en"),
        ("Туркменские ковры продают на встрече коллекционеров в Германии", "ru"),
        ("FC Astana agree to sign a midfielder from Germany", "en"),
        ("Astana Pro Team signs an agreement with an Italian cyclist", "en"),
        ("Central Asian shepherd dog club meets in Germany", "en"),
        ("Среднеазиатская овчарка: встреча клуба в Германии", "ru"),
        ("Afghan Uzbek community meets the Iranian delegation", "en"),
        ("Kazakh language course opens after an agreement in Germany", "en"),
    ],
)
def test_words_that_only_look_like_a_state_are_no_state(shipped: Shipped, title: str, language: str) -> None:
    match = _central(shipped, title, language=language)
    assert not match.matched, match.why


@pytest.mark.parametrize(
    "title",
    [
        "Astana talks: Kazakhstan and Germany sign a treaty",
        "Turkmenistan and Iraq sign a memorandum in Ashgabat",
        "Uzbek foreign minister gives a Turkmen carpet to the ambassador of Germany",
        "FC Astana aside, the Kazakh president visits Berlin for talks with Germany",
    ],
)
def test_a_lookalike_hides_only_itself(shipped: Shipped, title: str) -> None:
    assert _central(shipped, title).matched


@pytest.mark.parametrize(
    ("written", "careless", "language"),
    [
        ("Қазақстан мен Өзбекстан келісімге қол қойды", "Казакстан мен Озбекстан келисимге кол койды", "kk"),
        ("Қырғызстан Сыртқы істер министрі келді", "Кыргызстан Сырткы истер министри келди", "kk"),
        (
            "Oʻzbekiston va Qozogʻiston shartnoma imzoladi",
            "Ozbekiston va Qozogiston shartnoma imzoladi",
            "uz-Latn",
        ),
        ("O‘zbekiston elchisi Xitoyda", "O'zbekiston elchisi Xitoyda", "uz-Latn"),
        ("O‘zbekiston elchisi Xitoyda", "O`zbekiston elchisi Xitoyda", "uz-Latn"),
        ("Ўзбекистон ва Қозоғистон битим имзолади", "Узбекистон ва Козогистон битим имзолади", "uz-Cyrl"),
        ("Türkmenistanyň ilçisi Hytaýda", "Turkmenistanyn ilcisi Hytayda", "tk"),
        ("Тоҷикистон бо Чин шартнома имзо кард", "Точикистон бо Чин шартнома имзо кард", "tg"),
        ("Мирзиёев провёл переговоры с Путиным", "Мирзиеев провел переговоры с Путиным", "ru"),
        ("Казахстан и Россия подписали договор", "Kазaхстaн и Рoссия пoдписaли дoгoвoр", "ru"),
    ],
)
def test_careless_letters_cost_no_match(shipped: Shipped, written: str, careless: str, language: str) -> None:
    first, second = (_central(shipped, title, language=language) for title in (written, careless))
    assert first.matched, first.why
    assert second.matched, second.why
    assert second.states == first.states


def test_the_shipped_titles_count_as_people_of_their_state(shipped: Shipped) -> None:
    people = {row.form for row in forms(shipped[0]["kazakhstan"]) if row.group == "kz-people"}
    assert people >= {
        "Kazakh FM",
        "former foreign minister of Kazakhstan",
        "главой МИД Казахстана",
        "бывшего президента Казахстана",
        "ҚР Сыртқы істер министрінің",
        "Qozog‘iston tashqi ishlar vaziriga",
        "Kazakistan Dışişleri Bakanı",
    }
