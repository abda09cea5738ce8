"""Numbers in a run of words, in digits or spelled out in the languages that we read. Pure.

Words are as `storage.words.plain` gives them: Latin letters, so that one table serves both scripts.
"""

from collections.abc import Iterable, Sequence

# Beginnings of numerals, with any ending after them. English, Russian, Kazakh and Kyrgyz, Uzbek, Turkmen and
# Turkish, Tajik.
_STEMS = {
    0: "zero nol null nul sifr",
    1: "one first odin odn perv bir bireu yak yakum",
    2: "two second dva dve dvuh vtor eki ikki iki du duyum",
    3: "three third tri treh tret ush uch ych uc se seyum",
    4: "four fourth chetire chetireh chetvert tort dort chor chorum",
    5: "five fifth pyat bes besh panj",
    6: "six sixth shest alti olti shash",
    7: "seven seventh sem sedm jeti yetti yedi edi haft",
    8: "eight eighth vosem vosm segiz sakkiz sekiz hasht",
    9: "nine ninth devyat togiz toguz toqqiz dokuz nuh",
    10: "ten tenth desyat on dah",
    11: "eleven odinnadsat yozdah",
    12: "twelve twelfth dvenadsat duvozdah",
    13: "thirteen trinadsat sezdah",
    14: "fourteen chetirnadsat chordah",
    15: "fifteen pyatnadsat ponzdah",
    16: "sixteen shestnadsat shonzdah",
    17: "seventeen semnadsat habdah",
    18: "eighteen vosemnadsat hajdah",
    19: "nineteen devyatnadsat nuzdah",
    20: "twenty twentieth dvadsat jiirma jiyirma yigirma igirmi yirmi bist",
    30: "thirty thirtieth tridsat otiz otuz ottiz",
    40: "forty fortieth sorok qiriq kirk qirq chil",
    50: "fifty fiftieth pyatdesyat elu eluu ellik elli panjoh",
    60: "sixty shestdesyat alpis altimish altmish oltmish shast",
    70: "seventy semdesyat jetpis jetimish yetmish etmish haftod",
    80: "eighty vosemdesyat seksen sakson hashtod",
    90: "ninety devyanosto toqsan tokson toqson doksan navad",
    100: "hundred sto sotn juz yuz yuzinchi sad",
    200: "dvesti dvuhsot",
    300: "trista trehsot",
    400: "chetiresta",
    500: "pyatsot",
    1_000: "thousand tisyach min ming mun bin hazor",
    1_000_000: "million mln",
    1_000_000_000: "billion milliard mlrd bn",
}
_VALUES = {stem: value for value, stems in _STEMS.items() for stem in stems.split()}
_LONGEST = max(map(len, _VALUES))
# A stem so short begins other words ("se" in "semya", "ten" in "tenge"); these few take endings.
_SHORT = 3
_INFLECTABLE = "bir eki iki ush uch uc bes on elu juz yuz min mun dva dve tri sto"
_INFLECTED = frozenset(_INFLECTABLE.split())
# Alone no number: Turkic ten is English "on" and Russian "he".
_DOUBTFUL = frozenset({"on"})
_MULTIPLIER = 100
_MOST_DIGITS = 15
_ENDINGS = """
    i si inshi nshi inchi nchi ninshi uncu inci lar ler ga ge qa ke dan den nan nen tan ten da de ni in nin
    h m mi mya ti u g a e
"""
_SHORT_ENDINGS = frozenset(_ENDINGS.split())


def numbers(words: Iterable[str]) -> tuple[str, ...]:
    """Return the numbers in their order; spelled ones as the digits that they mean."""
    found: list[str] = []
    run: list[int] = []
    before, in_digits = "", False
    for word in (*words, ""):
        value = _spelled(word)
        # After digits only a multiplier goes on: 5 million, but 2020 and a second.
        if run and (value is None or (in_digits and value < _MULTIPLIER)):
            if len(run) > 1 or before not in _DOUBTFUL:
                found.append(str(_value(run)))
            run = []
        if value is not None:
            in_digits = in_digits and bool(run)
            run.append(value)
        elif word.isdecimal() and len(word) < _MOST_DIGITS:
            in_digits = True
            run = [int(word)]
        elif any(character.isdecimal() for character in word):
            found.append(word)
        before = word
    return tuple(found)


def _spelled(word: str) -> int | None:
    for length in range(min(len(word), _LONGEST), 0, -1):
        value = _VALUES.get(word[:length])
        if value is not None:
            stem, ending = word[:length], word[length:]
            inflected = length > _SHORT or (stem in _INFLECTED and ending in _SHORT_ENDINGS)
            return value if inflected or not ending else None
    return None


def _value(run: Sequence[int]) -> int:
    """Return what a run of numerals means: 2, 1000, 10, 7 is 2017."""
    total = current = 0
    for value in run:
        if value >= 1_000:
            total += max(1, current) * value
            current = 0
        elif value == 100:
            current = max(1, current) * 100
        else:
            current += value
    return total + current
