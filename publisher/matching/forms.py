"""Term lists with all their forms: what the automaton looks for. In: specs and language tables. Pure.

Knows nothing of rules, scores or texts. `forms` prints what a term can match and why.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from core.text import fold, fold_text
from publisher.matching.days import first_day, last_day
from publisher.matching.inflect import derive, inflect
from publisher.matching.offices import Holding, body_holding, holdings_of
from publisher.matching.spec import ANY_LANGUAGE, FIXED, STAR, Person, Tenure, TermList, Terms, TermSpec
from publisher.matching.spellings import Letters, spellings
from publisher.matching.tables import Tables
from publisher.matching.term import Term
from publisher.matching.titles import TitleHolder

# So long a word or name in a language's second script is no word of another language.
_SURE_WORD, _SURE_NAME = 9, 5
# Latin letters as pages without a keyboard for them write them.
_WITHOUT_MARKS = str.maketrans("äğñöūüşç", "agnouusc")


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """One string to look for, a form of the spelling `base`.

    `exact`: letters that must stand in the text as they are; `star`: any ending. `only` is the language that
    the text must have, unless nobody knows its language.
    """

    folded: str
    shown: str
    base: str
    rule: str
    term: Term
    exact: str | None = None
    star: bool = False
    only: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FormRow:
    """One line of `policywire watchlist forms`."""

    group: str
    term: str
    language: str
    form: str
    rule: str


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FormList:
    """A term list ready for matching. `digest` changes with any form.

    `has_countries`: its terms mean states. `short`: folded form or spelling -> its organisation.
    `offices`: its people's time in office, as written.
    """

    name: str
    forms: tuple[Form, ...]
    digest: str
    has_people: bool = False
    has_countries: bool = False
    short: Mapping[str, str] = field(default_factory=dict, compare=False)
    offices: tuple[Holding, ...] = field(default=(), compare=False)
    faults: tuple["Fault", ...] = field(default=(), compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Something wrong with one term: where it stands in its list, and what."""

    at: tuple[str | int, ...]
    message: str


def build_list(name: str, spec: TermList, tables: Mapping[str, Tables]) -> FormList:
    """Return the list with every form of every term; faults of single terms are collected, not raised."""
    forms: dict[tuple[str, str, str], Form] = {}
    faults: list[Fault] = []
    for at, terms, country, person in _parts(spec):
        for code, specs in terms.items():
            for number, term in enumerate(specs):
                place = (*at, code, number)
                try:
                    made = list(_term_forms(name, term, code, country, spec, person, tables.get(code)))
                except TermError as error:
                    faults.append(Fault(at=place, message=str(error)))
                    continue
                for form in made:
                    forms.setdefault((form.folded, form.only or "", form.exact or ""), form)
    listed = tuple(forms.values())
    short, unknown = _short(spec, listed)
    faults += unknown
    return FormList(
        name=name,
        forms=listed,
        digest=_digest(name, listed),
        has_people=bool(spec.people),
        has_countries=spec.country is not None or bool(spec.countries),
        short=short,
        offices=tuple(
            holding
            for person in spec.people
            if not isinstance(person, TitleHolder)
            for holding in holdings_of(name, spec, person)
        )
        + tuple(body_holding(name, spec, body) for body in spec.bodies),
        faults=tuple(faults),
    )


def _short(spec: TermList, forms: Iterable[Form]) -> tuple[dict[str, str], list[Fault]]:
    """Return the organisation that each spelling means, and spellings that are none of the list's."""
    known = {fold_text(text) for form in forms for text in (form.base.rstrip(STAR), form.shown)}
    short: dict[str, str] = {}
    faults: list[Fault] = []
    for code, written in spec.short.items():
        for number, spelling in enumerate(written):
            folded = fold_text(spelling)
            if folded in short or folded not in known:
                why = f"means {short[folded]} already" if folded in short else "is no term of this list"
                faults.append(Fault(at=("short", code, number), message=f"{spelling!r} {why}"))
            short.setdefault(folded, code)
    return short, faults


class TermError(ValueError):
    """A term that its language's tables cannot serve."""


def _parts(spec: TermList) -> Iterator[tuple[tuple[str | int, ...], Terms, str | None, Person | None]]:
    yield ("terms",), spec.terms, spec.country, None
    for code, terms in spec.countries.items():
        yield ("countries", code), terms, code, None
    for number, person in enumerate(spec.people):
        yield ("people", number, "terms"), person.terms, person.country or spec.country, person


def _term_forms(
    name: str,
    spec: TermSpec,
    code: str,
    country: str | None,
    of: TermList,
    person: Person | None,
    tables: Tables | None,
) -> Iterator[Form]:
    term = Term(list=name, text=spec.term.rstrip(STAR), language=code, country=country)
    if person is not None:
        term = _person(term, person)
    excluded = {fold_text(form) for form in spec.exclude}
    only = code if (spec.only or of.only) and code != ANY_LANGUAGE else None
    unused = set(excluded)
    named = person is not None and not isinstance(person, TitleHolder)
    default_class = "person" if named else of.word_class
    letters = tables.names if of.spellings and named and tables is not None else {}
    for base, spelt, how in _spelt((spec.term, *spec.aliases), letters):
        exact = spelt.rstrip(STAR) if _is_exact(spelt, spec) else None
        shapes = list(_shapes(spelt, spec, tables, default_class))
        # Folded in one go: a dozen short forms cost as much as one.
        alike = fold("\0".join(shown for shown, _ in shapes)).text.split("\0")
        for (shown, rule), folded in zip(shapes, alike, strict=True):
            unused.discard(folded)
            if folded in excluded:
                continue
            star = shown.endswith(STAR)
            form = Form(
                folded=folded.rstrip(STAR),
                base=base,
                shown=shown,
                rule=f"{rule}, {how}" if how else rule,
                term=term,
                exact=exact,
                star=star,
                only=only,
            )
            yield form
            if tables is not None and exact is None and not star:
                yield from _plain(form, code, tables)
    for written in spec.forms:
        exact = written if _is_exact(written, spec) else None
        yield Form(
            folded=fold_text(written),
            shown=written,
            base=spec.term,
            rule="listed",
            term=term,
            exact=exact,
            only=only,
        )
    if unused:
        raise TermError(f"{spec.term!r} has no form {sorted(unused)[0]!r} to exclude")


def _person(term: Term, person: Person) -> Term:
    """Return the term of a name or a title, as that of a person in office."""
    title = isinstance(person, TitleHolder)
    holders = person.holders if isinstance(person, TitleHolder) else ()
    return replace(
        _in_office(term, person),
        text=term.text if title else person.name,
        holders=tuple(_person(term, holder) for holder in holders),
        earlier=tuple(_in_office(term, tenure) for tenure in person.earlier),
        is_name=not title,
    )


def _in_office(term: Term, tenure: Tenure) -> Term:
    """Return the term with an office and its days: in the month or year of a change both held it."""
    return replace(
        term,
        office=tenure.office,
        since=first_day(tenure.since) if tenure.since is not None else None,
        until=last_day(tenure.until) if tenure.until is not None else None,
        sure=_sure_days(tenure),
    )


def _sure_days(tenure: Tenure) -> tuple[date, date] | None:
    if tenure.since is None or tenure.source is None or tenure.unsure:
        return None
    return last_day(tenure.since), first_day(tenure.until) if tenure.until is not None else date.max


def _spelt(bases: Iterable[str], letters: Letters) -> Iterator[tuple[str, str, str]]:
    """Yield each base with itself, and with its other spellings and what was changed in them."""
    for base in bases:
        yield base, base, ""
        for spelt, how in spellings(base, letters):
            yield base, spelt, how


def _shapes(
    base: str, spec: TermSpec, tables: Tables | None, default_class: str | None
) -> Iterator[tuple[str, str]]:
    """Yield each form of one spelling with its rule. TermError: a class or derivation that does not exist."""
    word_class = spec.word_class or default_class
    if base.endswith(STAR):
        yield base, "any ending"
        return
    if tables is None:
        yield base, "as written"
        return
    if word_class not in (None, FIXED) and word_class not in tables.words:
        known = ", ".join(sorted([*tables.words, FIXED]))
        raise TermError(f"{spec.term!r}: no class {word_class!r} in this language; there are {known}")
    yield from inflect(base, tables, class_name=word_class, stem=spec.stem)
    for derivation in spec.derive:
        if derivation not in tables.derivations:
            known = ", ".join(sorted(tables.derivations)) or "none"
            raise TermError(
                f"{spec.term!r}: no derivation {derivation!r} in this language; there are {known}"
            )
        yield from derive(base, tables, derivation)


def _is_exact(base: str, spec: TermSpec) -> bool:
    """Say whether capitals must agree: as the term says, else for one-word abbreviations such as МИД."""
    if spec.exact is not None:
        return spec.exact
    letters = [letter for letter in base if letter.isalpha()]
    return len(letters) > 1 and " " not in base and len(base) <= 6 and base.upper() == base


def _plain(form: Form, code: str, tables: Tables) -> Iterator[Form]:
    """Yield the form as pages without the language's special letters write it, and in its second script."""
    plain = form.folded.translate(tables.without_special_letters)
    if plain != form.folded:
        rule = f"{form.rule}, without special letters"
        yield Form(folded=plain, shown=plain, base=form.base, rule=rule, term=form.term, only=code)
    if tables.other_script:
        other = form.folded.translate(tables.in_other_script)
        # Short words may be another language's; names of states and people are the same in any text. The
        # language of such pages is often taken for one that is always written in this script.
        sure = _SURE_NAME if form.term.country is not None else _SURE_WORD
        only = None if len(other) >= sure else code
        rule = f"{form.rule}, other script"
        for shown in dict.fromkeys((other, other.translate(_WITHOUT_MARKS))):
            yield Form(folded=shown, shown=shown, base=form.base, rule=rule, term=form.term, only=only)


def _digest(name: str, forms: Iterable[Form]) -> str:
    terms: dict[int, str] = {}
    lines = [name]
    for form in forms:
        # Many forms share one term: its fields are written out once.
        term = terms.get(id(form.term)) or terms.setdefault(id(form.term), repr(form.term))
        lines.append(f"{form.folded}\t{term}\t{form.exact}\t{form.star}\t{form.only}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def form_rows(lists: Iterable[FormList], term: str | None = None) -> list[FormRow]:
    """Return every form of the lists, or of the terms, spellings and people that are `term`."""
    wanted = fold_text(term) if term is not None else None
    return [
        FormRow(
            group=form_list.name,
            term=form.term.text,
            language=form.term.language,
            form=form.shown,
            rule=form.rule,
        )
        for form_list in lists
        for form in form_list.forms
        if wanted is None or wanted in (fold_text(form.term.text), fold_text(form.base))
    ]
