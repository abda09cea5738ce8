"""The people of one text: a phrase as written in, the full name and the office that the text gives out."""

import re
from collections import Counter

from crawler.reading.statements.clause import Token, tokens
from crawler.reading.statements.grammar import Grammar, Word, plain
from crawler.reading.statements.phrases import Phrase, phrase_from

# Mentions of one name that are looked at, and characters around each.
_MENTIONS = 12
_AROUND = 70
_INITIALS = re.compile(r"^(?:[^\W\d_]h?\. ?)+")


class People:
    """Looks names up in one text. Each name is looked for once."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self._text = text
        self._grammar = grammar
        self._known: dict[str, tuple[Phrase, ...]] = {}

    def resolve(self, name: str) -> tuple[str, str | None]:
        """Return the fullest form of a name, and the office that the text first gives with it."""
        name = _cased(name)
        bare = _INITIALS.sub("", name)
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
            if phrase.name is not None and " " in phrase.name and not _INITIALS.match(phrase.name)
        }
        if " " in bare:
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

    def nominative(self, name: str) -> str | None:
        """Return an inflected name as the text has it uninflected; None where it never stands so."""
        words = [self._nominative(word) for word in name.split()]
        return " ".join(word for word in words if word) if all(words) else None

    def _nominative(self, word: str) -> str | None:
        for ending in self._grammar.genitive:
            base = word.removesuffix(ending)
            if base == word or len(base) < 2:
                continue
            if self._grammar.verb_final:
                return base.rstrip("'’ʻ")
            for nominative in (base, f"{base}й", f"{base}а", f"{base}я", f"{base}ь"):
                if nominative != word and self._stands(nominative):
                    return nominative
        return word if self._grammar.verb_final or (not word.islower() and self._stands_twice(word)) else None

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
        kinds = Word.OFFICE | Word.TITLE | Word.BESIDE_OFFICE | Word.PLACE
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


def _is_same(meant: str, office: str | None, *, sole: bool) -> bool:
    """Say whether an office named without a holder can be a holder's: all its words stand there."""
    return office is not None and (not sole or set(plain(meant).split()) <= set(plain(office).split()))


def _joins(token: Token) -> bool:
    kinds = Word.OFFICE | Word.BESIDE_OFFICE | Word.TITLE | Word.PLACE | Word.PARTICLE
    return (token.is_capital and not token.kind & Word.NO_NAME) or bool(token.kind & kinds)


def _cased(name: str) -> str:
    """Return a name written in capitals as a name is written."""
    return name.title() if name.isupper() and len(name) > 4 else name
