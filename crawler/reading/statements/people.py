"""The people of one text: a phrase as written in, the full name and the office that the text gives out."""

import re
from collections import Counter

from crawler.reading.statements.clause import AND, Token, tokens
from crawler.reading.statements.evidence import is_name
from crawler.reading.statements.grammar import Grammar, Word, plain
from crawler.reading.statements.phrases import Phrase, phrase_from

# Mentions of one name that are looked at, and characters around each.
_MENTIONS = 12
_AROUND = 70
# Fewer capitals than these are letters of an institution.
_SHORTEST_SHOUTED = 5
_INITIALS = re.compile(r"^(?:[^\W\d_]h?\. ?)+")


class People:
    """Looks names up in one text. Each name is looked for once."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self._text = text
        self._grammar = grammar
        self._known: dict[str, tuple[Phrase, ...]] = {}
        self._named: dict[str, bool | None] = {}

    def resolve(self, name: str) -> tuple[str, str | None]:
        """Return the fullest form of a name, and the office that the text first gives with it."""
        name = self._cased(name)
        bare = _INITIALS.sub("", name)
        lone = all(word.islower() for word in bare.split()[:-1])  # "Testov", "de Testov"
        surname = bare.rpartition(" ")[2]
        initials = name[: len(name) - len(bare)]
        mentions = [
            phrase
            for phrase in self._mentions(surname)
            if phrase.name is not None and phrase.name.endswith(surname)
        ]
        full = {
            phrase.name
            for phrase in mentions
            if phrase.name is not None and " " in phrase.name and _is_full(phrase.name)
        }
        if not lone:
            chosen = bare
        else:
            fitting = {known for known in full if known.startswith(initials[:1])}
            chosen = fitting.pop() if len(fitting) == 1 else name
        sure = len(full | {chosen}) <= 1
        offices = [
            phrase.office
            for phrase in mentions
            if phrase.office and (phrase.name == chosen or (sure and phrase.name is not None))
        ]
        return chosen, offices[0] if offices else None

    def holder(self, office: str) -> str | None:
        """Return who holds an office named without a name; None unless the text names just one holder."""
        names: Counter[str] = Counter()
        heads = self._heads(office)
        for head in heads:
            for written in sorted({head, head.lower(), head.capitalize()}):
                for phrase in self._mentions(written):
                    if phrase.name is not None and _is_same(office, phrase.office, sole=len(heads) == 1):
                        names[self.resolve(phrase.name)[0]] += 1
        return next(iter(names)) if len(names) == 1 else None

    def _heads(self, office: str) -> list[str]:
        """Return the words by which the holder of an office may be called."""
        words = office.split()
        aside = Word.ARTICLE | Word.PLACE
        bare = " ".join(plain(word) for word in words if not self._grammar.kind(word) & aside)
        for group in self._grammar.same_office:
            if bare in group:
                return list(group)
        return [word for word in words if self._grammar.kind(word) & Word.OFFICE][-1:]

    def upright(self, name: str, office: str | None) -> str | None:
        """Return a subject's name uninflected; None where it is none: "глава Нацбанка", "сказал Аману"."""
        if self._grammar.verb_final or not self._grammar.genitive:
            return name
        bases = [self._base(word) for word in name.split()]
        found = " ".join(word for word in bases if word)
        if not all(bases):
            return name
        if len(bases) > 1:
            return found
        return found if office is not None and " " in self.resolve(found)[0] else None

    def is_name(self, name: str, *, proved: bool) -> bool:
        """Say whether a single word is a name rather than what a sentence opens with.

        Where the text tells neither, what was `proved` otherwise to name somebody is one.
        """
        if " " in name:
            return True
        if name not in self._named:
            self._named[name] = is_name(self._text, name, self._grammar)
        known = self._named[name]
        return proved if known is None else known

    def nominative(self, name: str) -> str | None:
        """Return an inflected name as the text has it uninflected; None where it never stands so."""
        words = [self._nominative(word) for word in name.split()]
        return " ".join(word for word in words if word) if all(words) else None

    def _nominative(self, word: str) -> str | None:
        if self._grammar.verb_final:
            bare = next((word.removesuffix(e) for e in self._grammar.genitive if word.endswith(e)), word)
            return bare.rstrip("'’ʻ") if 2 <= len(bare) < len(word) else word
        base = self._base(word)
        if base is not None:
            return base
        bent = word.endswith(self._grammar.genitive) and not word.endswith(self._grammar.indeclinable)
        return None if bent or word.islower() or not self._stands_twice(word) else word

    def _base(self, word: str) -> str | None:
        """Return the uninflected form of a word that stands in the text; None where none does."""
        for ending in self._grammar.genitive:
            base = word.removesuffix(ending)
            if base == word or len(base) < 2:
                continue
            for nominative in (base, f"{base}й", f"{base}а", f"{base}я", f"{base}ь"):
                if nominative != word and self._stands(nominative):
                    return nominative
        return None

    def _cased(self, name: str) -> str:
        """Return a name written in capitals as a name is written; an institution's letters are no name."""
        if not name.isupper() or len(name) < _SHORTEST_SHOUTED:
            return name
        return name.title() if " " in name or self._stands(name.title()) else name

    def _stands(self, word: str) -> bool:
        return re.search(rf"\b{re.escape(word)}\b", self._text) is not None

    def _stands_twice(self, word: str) -> bool:
        return len(re.findall(rf"\b{re.escape(word)}\b", self._text)) > 1

    def _mentions(self, word: str) -> tuple[Phrase, ...]:
        """Return the phrases around the first mentions of a word."""
        known = self._known.get(word)
        if known is None:
            found: list[Phrase] = []
            at = self._text.find(word)
            tries = 0
            while at >= 0 and tries < _MENTIONS:
                tries += 1
                phrase = self._around(at, at + len(word)) if self._tells(at, at + len(word)) else None
                if phrase is not None:
                    found.append(phrase)
                at = self._text.find(word, at + len(word))
            known = self._known[word] = tuple(found)
        return known

    def _tells(self, start: int, end: int) -> bool:
        """Say whether a first name or an office can stand beside a mention: most have neither."""
        if self._text[end : end + 1] == ",":
            return True
        before = self._text[max(0, start - _AROUND) : start]
        if before[-1:] not in " \u00a0":
            return before[-1:] == "."
        word = before.split()[-1:] or [""]
        kinds = Word.OFFICE | Word.TITLE | Word.BESIDE_OFFICE | Word.PLACE | Word.PARTICLE
        return (
            word[0][:1].isupper()
            or bool(self._grammar.kind(word[0].strip(",")) & kinds)
            or bool(self._grammar.kind(self._text[start:end]) & Word.OFFICE)
        )

    def _around(self, start: int, end: int) -> Phrase | None:
        """Return the phrase that a mention at text[start:end] belongs to."""
        line = self._text.rfind("\n", max(0, start - _AROUND), start) + 1
        stop = self._text.find("\n", end, end + _AROUND)
        first = max(line, start - _AROUND)
        clause = tokens(self._text, first, stop if stop >= 0 else end + _AROUND, self._grammar)
        if first > line:
            clause = clause[1:]  # cut through
        at = next((n for n, token in enumerate(clause) if token.start <= start and token.end >= end), None)
        if at is None or (clause[at].end != end and not clause[at].kind & Word.OFFICE):
            return None
        begin = at
        while begin > 0 and clause[begin - 1].is_word and _joins(clause[begin - 1]):
            begin -= 1
        phrase = phrase_from(clause, begin, self._grammar)
        while phrase is not None and phrase.end < at:
            # "President Bolat Probov and singer Aman Testov": the next one.
            begin = phrase.end + (clause[phrase.end].text in AND)
            phrase = phrase_from(clause, begin, self._grammar)
        if phrase is None or phrase.end <= at or phrase.office is not None:
            return phrase
        return self._with_office_before_comma(clause, begin, phrase)

    def _with_office_before_comma(self, clause: list[Token], begin: int, phrase: Phrase) -> Phrase:
        """Read "Kazakh President, Kassym-Jomart Tokayev, ..."."""
        if begin < 2 or clause[begin - 1].text != "," or not clause[begin - 2].kind & Word.OFFICE:
            return phrase
        if phrase.end < len(clause) and clause[phrase.end].text not in ",.":
            return phrase
        opening = begin - 1
        while opening > 0 and clause[opening - 1].is_word and _joins(clause[opening - 1]):
            opening -= 1
        office = phrase_from(clause[: begin - 1], opening, self._grammar)
        if office is None or office.office is None:
            return phrase
        return Phrase(phrase.start, phrase.end, name=phrase.name, office=office.office)


def _is_full(name: str) -> bool:
    return name[0].isupper() and not _INITIALS.match(name)


def _is_same(meant: str, office: str | None, *, sole: bool) -> bool:
    """Say whether an office named without a holder can be a holder's: all its words stand there."""
    return office is not None and (not sole or set(plain(meant).split()) <= set(plain(office).split()))


def _joins(token: Token) -> bool:
    kinds = Word.OFFICE | Word.BESIDE_OFFICE | Word.TITLE | Word.PLACE | Word.PARTICLE
    return (token.is_capital and not token.kind & Word.NO_NAME) or bool(token.kind & kinds)
