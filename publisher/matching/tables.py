"""The inner shape of `classes:` in `config/languages/<code>.yml`: how words of a language change.

In: that plain value. Out: checked tables. Makes no forms (see `inflect`) and opens no file.
"""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from core.source import Strict

Place = Literal["alone", "leading", "last"]


class Harmony(Strict):
    """Letters of a suffix that follow the word's last vowel: after one of `after`, A is `become["A"]`."""

    after: str = Field(min_length=1)
    become: dict[str, str]


class Sounds(Strict):
    """How suffixes fit themselves to a word. A capital Latin letter in a suffix is looked up here.

    `harmony` is decided by the last vowel, `joint` by the last letter ("" stands for any other letter; the
    result may again be a capital letter). `soften` changes the last letter before a vowel.
    """

    vowels: str
    harmony: tuple[Harmony, ...] = ()
    joint: dict[str, dict[str, str]] = Field(default_factory=dict)
    soften: dict[str, str] = Field(default_factory=dict)


class Suffix(Strict):
    """One suffix with two shapes."""

    after_vowel: str
    after_consonant: str


class WordClass(Strict):
    """One way in which words change: by `endings`, by `chains` of suffixes, or as each word would by itself.

    `endings` are aligned with the names in `slots`, so that the words of a phrase can agree; "а|у" are two
    variants, "-" is no form. `chains` name suffix groups, "?" for those that may be left out.
    """

    when: tuple[str, ...] = Field(
        (), description="words that end so belong here when the term names no class"
    )
    capital: bool | None = Field(
        None, description="true: only words that begin with a capital letter; false: only other words"
    )
    place: Place | None = Field(None, description="where a word must stand to belong here")
    adjective: bool = Field(False, description="agrees with the noun after it")
    cut: int = Field(0, ge=0, le=4, description="letters taken off before an ending is put on")
    endings: tuple[str, ...] = ()
    slots: str | None = None
    chains: tuple[str, ...] = ()
    any_harmony: bool = Field(False, description="foreign names: suffixes of every harmony are used")
    join: tuple[str, ...] = Field(("",), description="what may stand between the word and its first suffix")
    each: bool = Field(False, description="every word of a phrase changes, as its own class does")
    singular: bool = Field(False, description="only the first half of the endings")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.endings and self.chains:
            raise ValueError("give `endings` or `chains`, not both")
        if self.endings and self.slots is None:
            raise ValueError("`endings` need `slots`, the name of the list that says what each one is")
        return self


class Derivation(Strict):
    """A suffix that makes another word (Қазақстан -> қазақстандық), used only where a term asks for it."""

    suffix: str
    word_class: str = Field(alias="class")


class Tables(Strict):
    """All of `classes:`. `plain` says how careless pages write the language's special letters."""

    plain: dict[Annotated[str, Field(min_length=1, max_length=1)], str] = Field(default_factory=dict)
    other_script: dict[Annotated[str, Field(min_length=1, max_length=1)], str] = Field(
        default_factory=dict, description="letters as the language's second script writes them"
    )
    names: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="how else the letters of a foreign name are written: kh: [h]; -yev at a word's end",
    )
    phrases: Literal["agree", "last"] = Field(
        "last", description="agree: adjectives and the first noun change; last: the last word changes"
    )
    head_before: tuple[str, ...] = Field(
        (), description="in a phrase with one of these words, the word before it changes"
    )
    slots: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    sounds: Sounds | None = None
    suffixes: dict[str, dict[str, str | Suffix]] = Field(default_factory=dict)
    derivations: dict[str, Derivation] = Field(default_factory=dict)
    words: dict[str, WordClass] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        for name, word_class in self.words.items():
            if word_class.slots is not None:
                names = self.slots.get(word_class.slots)
                if names is None:
                    raise ValueError(f"words.{name}: there are no slots named {word_class.slots!r}")
                if len(names) != len(word_class.endings):
                    raise ValueError(
                        f"words.{name}: {len(word_class.endings)} endings, but slots.{word_class.slots} "
                        f"has {len(names)}"
                    )
            for step in (step.rstrip("?") for chain in word_class.chains for step in chain.split()):
                if step not in self.suffixes:
                    raise ValueError(f"words.{name}: there are no suffixes named {step!r}")
        if self.suffixes and self.sounds is None:
            raise ValueError("`suffixes` need `sounds`")
        for name, derivation in self.derivations.items():
            if derivation.word_class not in self.words:
                raise ValueError(f"derivations.{name}: there is no class {derivation.word_class!r}")
        return self

    @cached_property
    def without_special_letters(self) -> dict[int, str]:
        """Return `plain` for `str.translate`."""
        return str.maketrans(self.plain)

    @cached_property
    def in_other_script(self) -> dict[int, str]:
        """Return `other_script` for `str.translate`."""
        return str.maketrans(self.other_script)

    @cached_property
    def longest_ending(self) -> int:
        """Return the length of the longest ending that a class is chosen by."""
        return max((len(ending) for word in self.words.values() for ending in word.when), default=0)

    def guess(self, word: str, place: Place) -> str | None:
        """Return the class whose `when` has the longest ending of this word; the first one of equals."""
        lower = word.lower()
        for length in range(min(self.longest_ending, len(word)), -1, -1):
            ending = lower[len(lower) - length :]
            for name, word_class in self.words.items():
                if (
                    ending in word_class.when
                    and word_class.capital in (None, word[:1].isupper())
                    and word_class.place in (None, place)
                ):
                    return name
        return None
