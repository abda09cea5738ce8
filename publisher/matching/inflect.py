"""Makes the forms of one word or phrase from a language's tables. In: a base form. Out: forms and rules.

Pure; knows nothing of term lists, watchlists or texts.
"""

import itertools
from collections.abc import Iterator

from publisher.matching.tables import Harmony, Place, Sounds, Suffix, Tables, WordClass

Form = tuple[str, str]


def inflect(
    base: str, tables: Tables, *, class_name: str | None = None, stem: str | None = None
) -> list[Form]:
    """Return each form of a word or phrase once, with the rule that made it; the base form comes first.

    `class_name` is a class of the tables, "fixed" for a term that never changes, or None to guess by its
    ending. `stem` replaces what is left of the word before endings are put on (посол: посл).
    """
    forms: dict[str, str] = {base: "as written"}
    if class_name != "fixed" and tables.words:
        for form, rule in _changed(base, tables, class_name, stem):
            forms.setdefault(form, rule)
    return list(forms.items())


def derive(base: str, tables: Tables, derivation: str) -> list[Form]:
    """Return the forms of the word that a derivation makes of `base`. KeyError: no such derivation."""
    rule = tables.derivations[derivation]
    forms: dict[str, str] = {}
    sounds = tables.sounds
    for word in _attach(base, rule.suffix, sounds, None) if sounds is not None else ():
        for form, how in inflect(word, tables, class_name=rule.word_class):
            forms.setdefault(form, f"{derivation}: {how}")
    return list(forms.items())


def _changed(base: str, tables: Tables, class_name: str | None, stem: str | None) -> Iterator[Form]:
    words = base.split(" ")
    named = tables.words[class_name] if class_name is not None else None
    if named is not None and not named.endings and not named.chains:
        yield from _agreeing(words, tables, every=named.each, singular=named.singular)
    elif len(words) > 1 and tables.phrases == "agree" and named is None:
        yield from _agreeing(words, tables, every=False, singular=False)
    else:
        yield from _one_changing(words, tables, class_name, stem)


def _one_changing(
    words: list[str], tables: Tables, class_name: str | None, stem: str | None
) -> Iterator[Form]:
    """Change the last word of a phrase, or the one before a word such as "of"; the first, if words agree."""
    at = 0 if tables.phrases == "agree" else len(words) - 1
    at = next((at for at, word in enumerate(words[1:]) if word.lower() in tables.head_before), at)
    name = class_name or tables.guess(words[at], _place(at, len(words)))
    if name is None:
        return
    before, after = words[:at], words[at + 1 :]
    for form, rule in _word_forms(words[at], name, tables, stem):
        yield " ".join([*before, form, *after]), rule


def _agreeing(words: list[str], tables: Tables, *, every: bool, singular: bool) -> Iterator[Form]:
    """Change adjectives and the noun after them together, slot by slot (`every`: all words)."""
    columns: list[list[list[str]]] = []
    names: tuple[str, ...] = ()
    for at, word in enumerate(words):
        name = tables.guess(word, _place(at, len(words)))
        word_class = tables.words[name] if name is not None else None
        if word_class is not None and word_class.endings:
            columns.append([list(_variants(word, word_class, ending, None)) for ending in word_class.endings])
            names = names or tables.slots[word_class.slots or ""]
        elif every:
            columns.append([])
        else:
            break
        if not every and word_class is not None and not word_class.adjective:
            break
    fixed = words[len(columns) :]
    for slot in range(len(names) // 2 if singular else len(names)):
        choices = [column[slot] if column else [word] for word, column in zip(words, columns, strict=False)]
        for combination in itertools.product(*choices):
            yield " ".join([*combination, *fixed]), names[slot]


def _place(at: int, count: int) -> Place:
    if count == 1:
        return "alone"
    return "last" if at == count - 1 else "leading"


def _word_forms(word: str, name: str, tables: Tables, stem: str | None) -> Iterator[Form]:
    word_class = tables.words[name]
    for slot, ending in zip(tables.slots.get(word_class.slots or "", ()), word_class.endings, strict=True):
        for form in _variants(word, word_class, ending, stem):
            yield form, f"{name}: {slot}"
    for chain in word_class.chains:
        for form, rule in _chained(word, chain.split(), tables, word_class):
            yield form, f"{name}: {rule}"


def _variants(word: str, word_class: WordClass, ending: str, stem: str | None) -> Iterator[str]:
    kept = stem if stem is not None else word[: len(word) - word_class.cut]
    for variant in ending.split("|"):
        if variant != "-":
            # A word with its own stem (посол: посл) keeps its base form where the ending is empty.
            yield word if stem is not None and variant == "" else kept + variant


def _chained(word: str, steps: list[str], tables: Tables, word_class: WordClass) -> Iterator[Form]:
    """Yield the word with each combination of one suffix a step; optional steps are also left out."""
    sounds = tables.sounds
    if sounds is None:
        return
    unfinished: list[tuple[str, tuple[str, ...]]] = [(word, ())]
    for step in steps:
        group = tables.suffixes[step.rstrip("?")]
        grown = list(unfinished) if step.endswith("?") else []
        for stem, rules in unfinished:
            for name, suffix in group.items():
                for form in _attach(stem, suffix, sounds, None if rules else word_class):
                    grown.append((form, (*rules, name)))
        unfinished = grown
    for form, rules in unfinished:
        if rules:
            yield form, " + ".join(rules)


def _attach(word: str, suffix: str | Suffix, sounds: Sounds, word_class: WordClass | None) -> Iterator[str]:
    """Yield the word with the suffix fitted to it, in each way that the word's class allows."""
    lower = word.lower()
    if isinstance(suffix, Suffix):
        suffix = suffix.after_vowel if lower[-1] in sounds.vowels else suffix.after_consonant
    every = word_class is not None and word_class.any_harmony
    for harmony in sounds.harmony if every else (None,):
        fitted = _fit(lower, suffix, sounds, harmony)
        for joint in word_class.join if word_class is not None else ("",):
            yield word + joint + fitted
        softer = sounds.soften.get(lower[-1])
        if softer is not None and fitted and fitted[0] in sounds.vowels:
            yield word[:-1] + softer + fitted


def _fit(word: str, suffix: str, sounds: Sounds, harmony: Harmony | None) -> str:
    """Return the suffix with its capital letters replaced; `harmony` None: by the word's last vowel."""
    done = ""
    for letter in suffix:
        shape = letter
        if shape in sounds.joint:
            last = (word + done)[-1]
            rules = sounds.joint[shape]
            shape = next((new for after, new in rules.items() if last in after and after), rules.get("", ""))
        if shape.isascii() and shape.isupper():
            chosen = harmony or _harmony_of(word + done, sounds)
            shape = chosen.become.get(shape, shape) if chosen is not None else shape
        done += shape
    return done


def _harmony_of(word: str, sounds: Sounds) -> Harmony | None:
    for letter in reversed(word):
        for harmony in sounds.harmony:
            if letter in harmony.after:
                return harmony
    return sounds.harmony[0] if sounds.harmony else None
