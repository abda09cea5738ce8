"""Text -> language code. Our nine codes where it is one of ours, another ISO 639 code, or "und". Pure.

The model is read when it is first asked for (about 0.8 s), once in each process.
"""

import re
from collections.abc import Sequence
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from core.language import with_script

UNKNOWN = "und"

# Ours, then those whose pages turn up at our sources. Fewer neighbours would call a German page Turkmen and a
# Tatar one Kyrgyz; more would split Chinese and Persian into dialects.
_CANDIDATES = (
    "en ru kk ky uz tg tk tr "
    "fa zh de fr es it pt pl nl sv cs ro hu fi el he uk be bg sr az ba tt ug ar ja ko mn hi ka hy ps ur id vi"
)
_SAMPLE = 1_000
_SURE = 0.8
_BETTER_THAN_NOT = 0.5
# A language that the source is known for is believed at this share of the best one's probability.
_HINT_SHARE = 0.05
_FEWEST_LETTERS = 3


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Common words of languages that the model does not know in these letters, with what it takes them for.
_TELLING = {
    "tk": (
        _words("ky kk tt ba az mn"),
        _words("ве билен үчин хер хем хич ялы болан болуп эдип этмек этмәге дөвлет шейле дәл ыглан"),
    ),
    "kaa": (
        _words("kk ky tt ba uz az"),
        _words("ҳәм ушын ҳәр ҳеш ямаса усы тийис екенлигин ҳәмме қарақалпақстан")
        | _words("hám ushın hár hesh yamasa usı tiyis ekenligin qaraqalpaqstan"),
    ),
}
_TELLING_WORDS = 2
_WORD = re.compile(r"[^\W\d_]+")
# Kazakh in Latin letters, in any of its alphabets: q (қ) beside y for a vowel (ы). Turkmen has no q; Uzbek,
# Azerbaijani, Turkish, Tatar and Karakalpak have no such y; Albanian has both, and ë.
_LETTER_Q = re.compile(r"q(?!ue|ui|ua)")
_VOWEL_Y = re.compile(r"[bcdfghjklmnpqrstvzñńşğǵ]y(?![aeiouyäöüáóúūý])")
_NEVER = "ë"
_TAKEN_FOR = frozenset({"tk", "uz", "az", "tr", "tt", "ba"})
_WORDS_FOR_A_Q, _WORDS_FOR_A_Y = 25, 8


def identify_language(text: str, hint: Sequence[str] = ()) -> str:
    """Return the language of a text: exact from about twenty words on.

    `hint` names languages to be expected, as codes; it decides only where the text is too short to tell.
    Without a hint such a text is "und".
    """
    sample = text[:_SAMPLE]
    if sum(character.isalpha() for character in sample[:200]) < _FEWEST_LETTERS:
        return UNKNOWN
    ranked = dict(_identifier().rank(sample))
    best = max(ranked, key=lambda code: ranked[code])
    if ranked[best] < _SURE:
        expected = {code.partition("-")[0] for code in hint} & ranked.keys()
        likeliest = max(expected, key=lambda code: ranked[code], default=None)
        if likeliest is not None and ranked[likeliest] >= _HINT_SHARE * ranked[best]:
            best = likeliest
        elif ranked[best] < _BETTER_THAN_NOT and _unknown_to_model(best, sample) is None:
            return UNKNOWN
    return with_script(_unknown_to_model(best, sample) or best, sample)


def _is_latin_kazakh(words: Sequence[str]) -> bool:
    with_q = sum(_LETTER_Q.search(word) is not None for word in words)
    with_y = sum(_VOWEL_Y.search(word) is not None for word in words)
    return 0 < len(words) <= min(with_q * _WORDS_FOR_A_Q, with_y * _WORDS_FOR_A_Y) and not any(
        _NEVER in word for word in words
    )


def _unknown_to_model(best: str, sample: str) -> str | None:
    """Return a language that the model takes for `best`, by its letters or its commonest words."""
    if best in _TAKEN_FOR and _is_latin_kazakh(_WORD.findall(sample.casefold())):
        return "kk"
    words: set[str] | None = None
    for code, (neighbours, telling) in _TELLING.items():
        if best in neighbours:
            words = words if words is not None else set(_WORD.findall(sample.casefold()))
            if len(words & telling) >= _TELLING_WORDS:
                return code
    return None


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_CANDIDATES.split())
    return identifier
