"""The speaker behind a quotation: "said X", "X said", "according to X", "..., said X"."""

from collections.abc import Sequence

from crawler.reading.statements.attribution import (
    Attribution,
    according_after,
    found_apart,
    found_at,
    is_inflected,
)
from crawler.reading.statements.clause import Token, according_at, open_sentence, verb_at
from crawler.reading.statements.grammar import Grammar, Word, plain
from crawler.reading.statements.phrases import Phrase, name_between_commas, phrase_before, phrase_from
from crawler.reading.statements.spans import Quotation

_ATTACHED = frozenset(",!?…–—-―")
_LEADING = frozenset(",–—-―.!?\"'’”»")
_APPOSITION = 24
_DESCRIPTION = 9


def speaker_behind(
    text: str, quotation: Quotation, clause: list[Token], ahead: tuple[int, int], grammar: Grammar
) -> Attribution | None:
    """Find "said X", "X said" and "according to X" behind the quotation."""
    clause = _without_leading(clause)
    if not clause:
        return None
    follows = text[quotation.closes : quotation.closes + 3].lstrip()[:1]
    attached = (
        text[quotation.spoken_end(text) - 1] in _ATTACHED
        or follows in _ATTACHED - {"!", "?"}
        or clause[0].kind & Word.QUOTATIVE
    )
    start = 0
    while start < len(clause) and (
        clause[start].kind & (Word.BETWEEN | Word.QUOTATIVE) or clause[start].text == ","
    ):
        start += 1
    if start == len(clause):
        start = 0
    verb = verb_at(clause, start, grammar) if clause[start].is_word else None
    if verb is not None:
        phrase = behind_verb(clause, verb, grammar)
        if phrase is not None:
            return found_at(text, clause, phrase, (start, verb), "verb name")
        if grammar.verb_final:
            before = open_sentence(text, *ahead, grammar)
            return _subject_before(text, clause, before, (start, verb), grammar)
        return None
    found = _name_verb(text, clause, start, grammar)
    if not attached:
        # "X said." without a comma before says it all.
        whole = found is not None and found.end == clause[-1].end and not grammar.verb_final
        return found if whole else closing(text, clause, start, grammar)
    return found or _according(text, clause, grammar) or closing(text, clause, start, grammar)


def _without_leading(clause: list[Token]) -> list[Token]:
    start = 0
    while start < len(clause) and clause[start].text in _LEADING:
        start += 1
    return clause[start:]


def closing(text: str, clause: list[Token], start: int, grammar: Grammar) -> Attribution | None:
    """Find what ends the sentence: "... a long way to go, said X."."""
    if grammar.verb_final:
        return None
    for comma in range(len(clause) - 2, start, -1):
        if clause[comma].text != ",":
            continue
        verb = verb_at(clause, comma + 1, grammar)
        phrase = behind_verb(clause, verb, grammar) if verb is not None else None
        if phrase is not None and verb is not None and _ends(clause, phrase.end):
            return found_at(text, clause, phrase, (comma + 1, verb), "verb name")
        found = _name_verb(text, clause, comma + 1, grammar)
        if found is not None and found.end == clause[-1].end:
            return found
    return None


def _ends(clause: list[Token], at: int) -> bool:
    """Say whether nothing of weight follows: "said X in a statement", but not "said X should resign"."""
    return at >= len(clause) or clause[at - 1].text == "," or bool(clause[at].kind & Word.PREPOSITION)


def behind_verb(clause: list[Token], at: int, grammar: Grammar) -> Phrase | None:
    """Return the speaker behind a verb: the first phrase that no preposition governs.

    Behind "told" stands whoever was told.
    """
    if plain(clause[at - 1].text) in grammar.addressing:
        return None
    limit = min(len(clause), at + grammar.reach + 1)
    number = at
    while number < limit:
        token = clause[number]
        if token.text == "," and number > at:
            return None
        if token.kind & Word.BETWEEN and not token.kind & Word.PREPOSITION and not token.is_capital:
            number += 1
            continue
        if token.kind & Word.PREPOSITION:
            number += 2
            while number < limit and (clause[number].is_capital or clause[number].kind & Word.PLACE):
                number += 1
            continue
        phrase = phrase_from(clause, number, grammar)
        if phrase is not None:
            return phrase
        number += 1
    return _described(clause, at, grammar)


def _described(clause: Sequence[Token], at: int, grammar: Grammar) -> Phrase | None:
    """Read "another driver, Aman Testov" and "psychologist Aman Testov": small words tell who that is."""
    end = at
    while end < min(len(clause), at + _DESCRIPTION) and _describes(clause[end]):
        end += 1
    if end == at or end >= len(clause) or not (clause[end].is_capital or clause[end].text == ","):
        return None
    if clause[end].text == ",":
        return name_between_commas(clause, end, grammar)
    phrase = phrase_from(clause, end, grammar)
    if phrase is None or phrase.name is None or " " not in phrase.name:
        return None
    return phrase


def _describes(token: Token) -> bool:
    tells = Word.OFFICE | Word.BESIDE_OFFICE | Word.ARTICLE
    if not token.is_word or token.is_capital or token.kind & Word.PREPOSITION:
        return False
    return not token.kind or bool(token.kind & tells)


def _name_verb(text: str, clause: list[Token], start: int, grammar: Grammar) -> Attribution | None:
    phrase = phrase_from(clause, start, grammar) or _described(clause, start, grammar)
    if phrase is None or (phrase.name is None and phrase.pronoun is None):
        phrase = _right_before_verb(clause, start, grammar) or phrase
    if phrase is None:
        return None
    at = _over_apposition(clause, phrase.end, grammar)
    tries = 1 + (grammar.reach if grammar.verb_final else 0)
    for number in range(at, min(len(clause), at + tries)):
        verb = verb_at(clause, number, grammar)
        if verb is not None:
            return found_at(text, clause, phrase, (number, verb), "name verb")
    return None


def _right_before_verb(clause: Sequence[Token], start: int, grammar: Grammar) -> Phrase | None:
    """Read "former FBI agent Aman Testov said": a full name right before the first verb."""
    for number in range(start, min(len(clause), start + _DESCRIPTION)):
        token = clause[number]
        if not token.is_word or token.kind & (Word.PRONOUN | Word.PREPOSITION | Word.THAT):
            return None
        if verb_at(clause, number, grammar) is not None:
            phrase = phrase_before(clause[start:number], number - start, grammar)
            if phrase is None or phrase.name is None or " " not in phrase.name:
                return None
            return Phrase(phrase.start + start, phrase.end + start, name=phrase.name, office=phrase.office)
    return None


def _over_apposition(clause: list[Token], at: int, grammar: Grammar) -> int:
    """Step over "of Iowa", "(R)", ", 52, of Almaty," and over words that may stand before the verb."""
    if at < len(clause) and clause[at].kind & Word.PREPOSITION:
        behind = at + 1
        while behind < len(clause) and (clause[behind].is_capital or clause[behind].kind & Word.ARTICLE):
            behind += 1
        at = behind if behind > at + 1 else at
    if at < len(clause) and clause[at].text == "(":
        closing = next(
            (n for n in range(at, min(len(clause), at + _APPOSITION)) if clause[n].text == ")"), at - 1
        )
        at = closing + 1
    if at < len(clause) and clause[at].text == ",":
        for number in range(at + 1, min(len(clause), at + _APPOSITION)):
            if clause[number].text == ",":
                behind = _over_between(clause, number + 1)
                if behind < len(clause) and verb_at(clause, behind, grammar) is not None:
                    at = number + 1
                break
    return _over_between(clause, at)


def _over_between(clause: list[Token], at: int) -> int:
    while at < len(clause) and clause[at].kind & Word.BETWEEN:
        at += 1
    return at


def _according(text: str, clause: list[Token], grammar: Grammar) -> Attribution | None:
    for number in range(min(2, len(clause))):
        behind = according_at(clause, number, grammar)
        phrase = phrase_from(clause, behind, grammar) if behind is not None else None
        if phrase is not None and behind is not None:
            return found_at(text, clause, phrase, (number, behind), "according to")
    return according_after(text, clause, grammar)


def _subject_before(
    text: str, clause: list[Token], before: list[Token], verb: tuple[int, int], grammar: Grammar
) -> Attribution | None:
    """Find the speaker of "X «...» said": the phrase that opens the sentence."""
    for number, token in enumerate(before):
        if token.kind & (Word.BETWEEN | Word.PREPOSITION) or not token.is_word:
            continue
        phrase = phrase_from(before, number, grammar)
        if phrase is not None and not is_inflected(phrase, grammar):
            return found_apart(text, before, phrase, clause, verb)
        if phrase is not None:
            return None
    return None
