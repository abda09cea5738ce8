"""Who said what, in the marks, orders of words and habits of each language's press. Texts are made up."""

import time

import pytest
from fakes_pages import languages, read_page, shared

from core.statement import Statement, StatementKind
from crawler.reading.statements import find_statements

DIRECT, INDIRECT, TURN = StatementKind.DIRECT, StatementKind.INDIRECT, StatementKind.TURN


def found(text: str, language: str = "en") -> list[Statement]:
    statements = find_statements(text, language, languages()[language].speech)
    for one in statements:
        assert text[one.start : one.end] == one.words
        assert (one.confidence > 0) == (one.speaker is not None)
    return list(statements)


def who(text: str, language: str = "en") -> list[tuple[str | None, str]]:
    return [(one.speaker, one.words) for one in found(text, language)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("“The treaty is ready now,” said Aman Testov.", "verb name"),
        ("“The treaty is ready now,” Aman Testov said on Monday.", "name verb"),
        (
            "“The treaty is ready now,” Aman Testov, the deputy minister of trade, told reporters.",
            "name verb",
        ),
        ('"The treaty is ready now," Aman Testov said.', "name verb"),
        ("''The treaty is ready now,'' Aman Testov said.", "name verb"),
        ("‘The treaty is ready now,’ said Aman Testov.", "verb name"),
        ("Aman Testov said: “The treaty is ready now.”", "name verb quotation"),
        ("Aman Testov stressed that “the treaty is ready now”.", "name verb quotation"),
        ("According to Aman Testov, “the treaty is ready now”.", "according to"),
        ("Aman Testov said in the capital:\n\n“The treaty is ready now.”", "introduced"),
        ("Aman Testov: “The treaty is ready now.”", "name colon"),
    ],
)
def test_english_attributions(text: str, rule: str) -> None:
    (one,) = found(text)
    assert (one.speaker, one.rule, one.kind) == ("Aman Testov", rule, DIRECT)
    assert one.words.lower().startswith("the treaty is ready now")


def test_the_surname_resolves_to_full_name_and_office() -> None:
    text = (
        "Kazakh President, Aman Testov, spoke in Astana on Tuesday.\n\n"
        "“We want peace in the whole region,” Testov said.\n\n“And we will have it,” he said."
    )
    assert [(one.speaker, one.office, one.rule) for one in found(text)] == [
        ("Aman Testov", "President of Kazakhstan", "name verb"),
        ("Aman Testov", "President of Kazakhstan", "pronoun"),
    ]


def test_two_bearers_of_a_surname_stay_apart() -> None:
    text = "Aman Testov met Dana Testov.\n\n“We agreed on the whole treaty,” Testov said."
    assert who(text) == [("Testov", "We agreed on the whole treaty,")]


def test_a_pronoun_with_two_people_before_it_means_nobody() -> None:
    text = (
        "“We want peace in the whole region,” said Aman Testov. Later Bolat Probov joined the talks."
        "\n\n“The pipeline will be built by the end of the coming year,” he said."
    )
    assert [one.speaker for one in found(text)] == ["Aman Testov", None]


def test_an_office_alone_means_its_only_holder() -> None:
    text = (
        "Foreign Minister Aman Testov came on Monday.\n\n"
        "“The border is open for everybody,” the foreign minister said.\n\n"
        "“The tunnel is closed for everybody,” a minister said."
    )
    assert [(one.speaker, one.rule) for one in found(text)] == [("Aman Testov", "office")]


def test_one_attribution_holds_for_the_quotations_around_it() -> None:
    text = "“The treaty is ready,” Aman Testov said. “We sign it in May,” he said, adding, “We hope.”"
    assert who(text)[:2] == [("Aman Testov", "The treaty is ready,"), ("Aman Testov", "We sign it in May,")]


def test_a_quotation_goes_on_over_paragraphs() -> None:
    text = "“We began in March.\n\n“We shall end in May,” said Aman Testov."
    assert who(text) == [("Aman Testov", "We began in March.\n\n“We shall end in May,")]


def test_names_between_marks_are_no_statements() -> None:
    text = "Aman Testov opened “New Dawn” and the “House of Friends,” Testov said in “Steppe Courier Today.”"
    assert found(text) == []


def test_an_unclosed_mark_quotes_nothing() -> None:
    assert found("Aman Testov said: “The treaty is ready.\n\nThe weather was fine that day.") == []


def test_reported_speech() -> None:
    text = "President Aman Testov stressed that the river belongs to all its neighbours. It rained."
    (one,) = found(text)
    assert (one.speaker, one.office, one.kind) == ("Aman Testov", "President", INDIRECT)
    assert one.words == "the river belongs to all its neighbours"


def test_turns_of_a_transcript() -> None:
    text = (
        "SECRETARY TESTOV: Good morning. We had talks.\n\nThey were long.\n\n"
        "QUESTION: And the treaty?\n\nSECRETARY TESTOV: It is ready. Aman Testov signs it."
    )
    assert [(one.speaker, one.office, one.kind) for one in found(text)] == [
        ("Aman Testov", "Secretary", TURN)
    ] * 2
    assert found(text)[0].words == "Good morning. We had talks.\n\nThey were long."


def test_turns_with_initials() -> None:
    text = "А.Тестов: Здравствуйте, коллеги.\n\nВопрос: Что с договором?\n\nА.Тестов: Договор готов."
    assert who(text, "ru") == [("А.Тестов", "Здравствуйте, коллеги."), ("А.Тестов", "Договор готов.")]


RUSSIAN = "Президент Казахстана Аман Тестов провёл переговоры в Астане.\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "«Мы готовы к сотрудничеству со всеми», — сказал Тестов.",
        "«Мы готовы к сотрудничеству со всеми», — отметил в ходе встречи Тестов.",
        "Тестов заявил: «Мы готовы к сотрудничеству со всеми».",
        "По словам Тестова, «Мы готовы к сотрудничеству со всеми».",
        "— Мы готовы к сотрудничеству со всеми, — сказал Тестов журналистам.",
        "„Мы готовы к сотрудничеству со всеми“, – подчеркнул глава государства.",
    ],
)
def test_russian_attributions(text: str) -> None:
    (one,) = found(RUSSIAN + text, "ru")
    assert (one.speaker, one.office) == ("Аман Тестов", "Президент Казахстана")
    assert one.words == "Мы готовы к сотрудничеству со всеми"


def test_russian_reported_speech_and_an_office_before_the_name() -> None:
    text = "Министр иностранных дел Аман Тестов подчеркнул, что граница останется открытой."
    (one,) = found(text, "ru")
    assert (one.speaker, one.office, one.kind) == ("Аман Тестов", "Министр иностранных дел", INDIRECT)
    assert one.words == "граница останется открытой"


@pytest.mark.parametrize(
    ("language", "text", "speaker", "office", "kind"),
    [
        ("kk", "«Біз барлық елмен достыққа дайынбыз», – деді Қазақстан Президенті Аман Тестов.",
         "Аман Тестов", "Қазақстан Президенті", DIRECT),
        ("kk", "Сыртқы істер министрі Аман Тестов: «Келісімге қол қойылады», – деп мәлімдеді.",
         "Аман Тестов", "Сыртқы істер министрі", DIRECT),
        ("kk", "Аман Тестов өңір қауіпсіздігі сенімге байланысты екенін атап өтті.",
         "Аман Тестов", None, INDIRECT),
        ("kk", "Тестовтың айтуынша, «көлік дәлізі өсімнің негізіне айналады».", "Тестов", None, DIRECT),
        ("ky", "«Биз бардык өлкө менен достукка даярбыз», – деди Аман Тестов.", "Аман Тестов", None, DIRECT),
        ("ky", "Аман Тестов аймактын коопсуздугу ишенимге байланыштуу экенин белгиледи.",
         "Аман Тестов", None, INDIRECT),
        ("uz-Latn", "“Biz barcha qo‘shnilar bilan hamkormiz”, – dedi O‘zbekiston Prezidenti Aman Testov.",
         "Aman Testov", "O‘zbekiston Prezidenti", DIRECT),
        ("uz-Latn", "Aman Testov mintaqa xavfsizligi ishonchga bog‘liqligini ta’kidladi.",
         "Aman Testov", None, INDIRECT),
        ("uz-Cyrl", "«Келишув кузда имзоланади», – дея таъкидлади ташқи ишлар вазири Аман Тестов.",
         "Аман Тестов", "ташқи ишлар вазири", DIRECT),
        ("uz-Cyrl", "Аман Тестов минтақа хавфсизлиги ишончга боғлиқлигини таъкидлади.",
         "Аман Тестов", None, INDIRECT),
        ("tg", "«Мо ба ҳамкорӣ бо ҳама омодаем», – гуфт Аман Тестов.", "Аман Тестов", None, DIRECT),
        ("tg", "Вазири корҳои хориҷии Тоҷикистон Аман Тестов таъкид кард, ки сарҳад боз мемонад ва мешавад.",
         "Аман Тестов", "Вазири корҳои хориҷии Тоҷикистон", INDIRECT),
        ("tk", "“Biz ähli goňşular bilen hyzmatdaşlyga taýýar” diýip, Aman Testow belledi.",
         "Aman Testow", None, DIRECT),
        ("tk", "Aman Testow sebitiň howpsuzlygynyň ynama baglydygyny nygtady.",
         "Aman Testow", None, INDIRECT),
        ("tr", "“Bütün komşularla iş birliğine hazırız” dedi Aman Testov.", "Aman Testov", None, DIRECT),
    ],
)  # fmt: skip
def test_other_languages(
    language: str, text: str, speaker: str, office: str | None, kind: StatementKind
) -> None:
    (one,) = found(text, language)
    assert (one.speaker, one.office, one.kind, one.language) == (speaker, office, kind, language)


def test_no_tables_no_statements() -> None:
    assert find_statements("“We agree on everything now,” said Aman Testov.", "de", None) == ()


def test_an_article_carries_its_statements() -> None:
    quoted = "“The corridor will carry a million tonnes of freight each year,” said President Aman Testov."
    filler = "The delegations of both countries met in the capital and spoke about rivers, trade and rail. "
    article = read_page(
        f"<html><head><title>A corridor</title></head><body><article><h1>A corridor</h1>"
        f"<p>{filler * 3}</p><p>{quoted}</p><p>{filler * 3}</p></article></body></html>"
    )
    (one,) = article.statements
    assert (one.speaker, one.office) == ("Aman Testov", "President")
    assert article.text[one.start : one.end] == one.words


LONG = 300_000
HOSTILE = {
    unit: unit * (LONG // len(unit))
    for unit in (
        "“",
        '"a" ',
        "''",
        "« ",
        "A",
        ". ",
        "\n",
        "Testov ",
        "Testov said that ",
        "“We will do it right now,” said Testov. ",
        "TESTOV: yes\n",
        "— да, — сказал\n",
    )
}


SAID = "“We want peace in the whole region and nothing else, as everybody knows,” "


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        (f"{SAID}Aman Testov said.\n\n" * 3, ["Aman Testov"]),
        (f"{SAID}\n\n{SAID}Aman Testov said.", ["Aman Testov"]),
        (f"{SAID}Aman Testov said.\n\n{SAID}", ["Aman Testov"]),
        (f"{SAID}\n\n{SAID}", [None]),
        (f"{SAID}Aman Testov said.\n\n{SAID.replace(',”', '.”').upper()}Aman Testov said.", ["Aman Testov"]),
        (f"{SAID}Aman Testov said.\n\n{SAID}Bolat Probin said.", ["Aman Testov", "Bolat Probin"]),
    ],
)
def test_words_printed_again_are_one_statement(text: str, speakers: list[str | None]) -> None:
    assert [one.speaker for one in found(text)] == speakers


@pytest.mark.parametrize("text", HOSTILE.values(), ids=map(repr, HOSTILE))
@pytest.mark.parametrize("language", ["ru", "kk"])
def test_work_is_bounded(text: str, language: str) -> None:
    speech = languages()[language].speech
    began = time.process_time()
    assert len(find_statements(text, language, speech)) <= 300
    assert time.process_time() - began < 2


def test_the_example_pages_speakers() -> None:
    """The president's words are his; the think tank's judgement is not."""
    (first,) = (shared() / "examples").glob("000_*.txt")
    text = first.read_text(encoding="utf-8").split("Related articles")[0]
    direct = [one for one in found(text) if one.kind is DIRECT]
    assert {(one.speaker, one.office) for one in direct} == {
        ("Kassym-Jomart Tokayev", "President of Kazakhstan")
    }
    assert len(direct) >= 3
    (second,) = (shared() / "examples").glob("002_*.txt")
    text = second.read_text(encoding="utf-8")
    said = {one.words: one.speaker for one in found(text) if one.kind is DIRECT}
    his = [words for words, speaker in said.items() if speaker == "Kassym-Jomart Tokayev"]
    assert len(his) >= 3
    assert not any("balanced foreign policy, position" in words for words in his)
    assert set(said.values()) <= {"Kassym-Jomart Tokayev", None}
