"""Languages of texts, ours and their neighbours."""

import gzip
import json

import pytest
from fakes_pages import shared

from crawler.reading.language import identify_language

# Sentences written for these tests.
SAMPLES = {
    "en": "The two ministers met in the morning and spoke about the road and the water.",
    "ru": "Два министра встретились утром и говорили о дороге и о воде.",
    "kk": "Екі министр таңертең кездесіп, жол мен су туралы сөйлесті, келісімге қол қойды.",
    "ky": "Эки министр эртең менен жолугуп, жол жана суу жөнүндө сүйлөшүштү.",
    "uz-Latn": "Ikki vazir ertalab uchrashib, yoʻl va suv haqida gaplashdilar.",
    "uz-Cyrl": "Икки вазир эрталаб учрашиб, йўл ва сув ҳақида гаплашдилар.",
    "tg": "Ду вазир субҳ вохӯрданд ва дар бораи роҳ ва об сӯҳбат карданд.",
    "tk": "Iki ministr irden duşuşyp, ýol we suw barada gürleşdiler.",
    "tr": "İki bakan sabah buluştu ve yol ile su hakkında konuştu.",
    "de": "Die beiden Minister trafen sich am Morgen und sprachen über die Straße und das Wasser.",
    "az": "İki nazir səhər görüşdü və yol ilə su haqqında danışdı.",
    "uk": "Два міністри зустрілися вранці й говорили про дорогу та про воду.",
}


@pytest.mark.parametrize("code", SAMPLES)
def test_one_sentence_is_enough(code: str) -> None:
    assert identify_language(SAMPLES[code]) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Qazaqstan Respublikasynyñ Syrtqy ister ministri Almaniağa resmi saparmen bardy", "kk"),
        ("Qazaqstan Respublikasynyń Syrtqy ister ministri Almanıaǵa resmı saparmen bardy", "kk"),
        ("Qazaqstan Respublikasynyn Syrtqy ister ministri Almaniaga resmi saparmen bardy", "kk"),
        ("Qazaqstan men Resei arasynda", "kk"),
        # Neighbours with a q, or with a y for a vowel, but not with both.
        ("Qozogʻiston Respublikasi tashqi ishlar vaziri Germaniyaga rasmiy tashrif bilan bordi", "uz-Latn"),
        ("Qazaxıstan Respublikasının xarici işlər naziri Almaniyaya rəsmi səfərə yola düşdü", "az"),
        ("Gazagystan Respublikasynyň daşary işler ministri Germaniýa resmi sapar bilen bardy", "tk"),
        ("Hám ushın Qaraqalpaqstan Respublikası Joqarǵı Keńesi", "kaa"),
        ("The quick envoy of Qatar asked a question quietly in the lobby", "en"),
    ],
)
def test_kazakh_in_latin_letters_is_told_from_its_neighbours(text: str, code: str) -> None:
    assert identify_language(text) == code


@pytest.mark.parametrize("text", ["", "   ", "12345", "— 7 —"])
def test_no_letters_no_language(text: str) -> None:
    assert identify_language(text, hint=("kk",)) == "und"


def test_hints_decide_only_what_is_too_short_to_tell() -> None:
    assert identify_language("Токаев", hint=("ru",)) == "ru"
    assert identify_language("Токаев") == "und"
    assert identify_language(SAMPLES["kk"], hint=("ru", "en")) == "kk"
    assert identify_language("Самарқанд саммити", hint=("uz-Cyrl", "ru")) == "uz-Cyrl"


def test_labelled_sentences() -> None:
    path = shared() / "data" / "language" / "records.jsonl.gz"
    ours = {
        **{code: code for code in ("en", "ru", "kk", "ky", "uz-Latn", "uz-Cyrl", "tg", "tr")},
        "tk-Latn": "tk",
    }
    right = total = 0
    for line in gzip.decompress(path.read_bytes()).decode("utf-8").splitlines():
        record = json.loads(line)
        if record["lang"] in ours and len(record["text"].split()) >= 12:
            total += 1
            right += identify_language(record["text"]) == ours[record["lang"]]
    assert total > 300
    assert right / total > 0.99
