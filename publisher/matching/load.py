"""Loads term lists and watchlists from the config folder. Out: ready watchlists and every problem found.

The only module of matching that reads files.
"""

import difflib
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from core.config import yaml_files
from core.errors import Problem
from core.language import Language
from core.yamlfile import KeyPath, YamlDocument, check, read_yaml
from publisher.matching.forms import FormList, build_list
from publisher.matching.spec import TermFile, TermList, WatchlistFile
from publisher.matching.tables import Tables
from publisher.matching.titles import TitleError, with_titles
from publisher.matching.watchlist import Watchlist


def load_watchlists(
    config_dir: Path, languages: Mapping[str, Language]
) -> tuple[dict[str, Watchlist], list[Problem]]:
    """Load `terms/` and `watchlists/`: id -> watchlist. A watchlist with any problem is left out."""
    if not languages and yaml_files(config_dir / "terms"):
        message = "no language is there, and terms have no forms without: copy the shipped ones"
        return {}, [Problem(path=config_dir / "languages", line=0, key="", message=message)]
    tables, problems = _tables(config_dir, languages)
    shared, found = _shared_lists(config_dir, tables)
    problems += found
    watchlists: dict[str, Watchlist] = {}
    for path in yaml_files(config_dir / "watchlists"):
        watchlist, found = _watchlist(path, path.stem, shared, tables)
        if watchlist is not None:
            watchlists[path.stem] = watchlist
        problems += found
    return watchlists, problems


def load_draft(
    config_dir: Path, languages: Mapping[str, Language], draft: Path, *, id_: str
) -> tuple[Watchlist | None, list[Problem]]:
    """Load one watchlist from a file anywhere, as if it stood in the config folder under this id."""
    tables, problems = _tables(config_dir, languages)
    shared, found = _shared_lists(config_dir, tables)
    watchlist, faults = _watchlist(draft, id_, shared, tables)
    return watchlist, [*problems, *found, *faults]


def _watchlist(
    path: Path, id_: str, shared: Mapping[str, FormList], tables: Mapping[str, Tables]
) -> tuple[Watchlist | None, list[Problem]]:
    document, problems = read_yaml(path)
    if document is None or problems:
        return None, problems
    spec, problems = check(WatchlistFile, document, _with_id(document, id_))
    if spec is None:
        return None, problems
    return _compile(document, spec, shared, tables)


def _with_id(document: YamlDocument, id_: str) -> object:
    return {**document.data, "id": id_} if isinstance(document.data, dict) else document.data


def _tables(config_dir: Path, languages: Mapping[str, Language]) -> tuple[dict[str, Tables], list[Problem]]:
    """Check the `classes:` of each language; a language without them has terms that never change."""
    tables: dict[str, Tables] = {}
    problems: list[Problem] = []
    for code, language in languages.items():
        try:
            tables[code] = Tables.model_validate(language.classes)
        except ValidationError:
            document, found = read_yaml(config_dir / "languages" / f"{code}.yml")
            problems += found
            if document is not None and isinstance(document.data, dict):
                problems += check(Tables, document, document.data.get("classes"), at=("classes",))[1]
    return tables, problems


def _shared_lists(
    config_dir: Path, tables: Mapping[str, Tables]
) -> tuple[dict[str, FormList], list[Problem]]:
    lists: dict[str, FormList] = {}
    origin: dict[str, Path] = {}
    problems: list[Problem] = []
    for path in yaml_files(config_dir / "terms"):
        document, spec, found = _term_file(path)
        problems += found
        if document is None:
            continue
        if spec is None:
            lists.update({name: _broken(name) for name in _list_names(document)})
            continue
        for name, term_list in spec.lists.items():
            if name in lists:
                message = f"the list {name!r} is already in {origin[name]}; rename one of the two"
                problems.append(document.problem(("lists", name), message))
                continue
            try:
                titled = with_titles(term_list, spec)
            except TitleError as error:
                problems.append(document.problem(("lists", name, "state"), str(error)))
                titled = term_list
            lists[name], found = _built(document, name, titled, tables)
            origin[name] = path
            problems += found
    return lists, problems


def load_term_files(config_dir: Path) -> tuple[list[TermFile], list[Problem]]:
    """Load `terms/` as written, without making forms. A file with any problem is left out."""
    files: list[TermFile] = []
    problems: list[Problem] = []
    for path in yaml_files(config_dir / "terms"):
        _, spec, found = _term_file(path)
        files += [spec] if spec is not None else []
        problems += found
    return files, problems


def _term_file(path: Path) -> tuple[YamlDocument | None, TermFile | None, list[Problem]]:
    document, problems = read_yaml(path)
    if document is None:
        return None, None, problems
    spec, found = check(TermFile, document, _with_id(document, path.stem))
    return document, spec, [*problems, *found]


def _list_names(document: YamlDocument) -> list[str]:
    lists = document.data.get("lists") if isinstance(document.data, dict) else None
    return [str(name) for name in lists] if isinstance(lists, dict) else []


def _broken(name: str) -> FormList:
    """Return a list in place of one with faults: who names it need not be told that there is none."""
    return FormList(name=name, forms=(), digest="")


def _built(
    document: YamlDocument, name: str, spec: TermList, tables: Mapping[str, Tables]
) -> tuple[FormList, list[Problem]]:
    built = build_list(name, spec, tables)
    return built, [document.problem(("lists", name, *fault.at), fault.message) for fault in built.faults]


def _compile(
    document: YamlDocument,
    spec: WatchlistFile,
    shared: Mapping[str, FormList],
    tables: Mapping[str, Tables],
) -> tuple[Watchlist | None, list[Problem]]:
    problems: list[Problem] = []
    known = dict(shared)
    for name, term_list in spec.lists.items():
        if name in shared:
            problems.append(document.problem(("lists", name), "a shared list in terms/ has this name"))
        known[name], found = _built(document, name, term_list, tables)
        problems += found
    names = _Names(spec, known)
    problems += [document.problem(at, message) for at, message in names.problems()]
    used = names.members()
    if problems or not all(known[name].forms for members in used.values() for name in members):
        return None, problems
    lists = {name: known[name] for members in used.values() for name in members}
    return (
        Watchlist(
            id=spec.id,
            name=spec.name,
            about=spec.about,
            digest=_digest(spec, lists.values()),
            states=spec.states,
            lists=lists,
            names=used,
            mask=spec.mask,
            rules=spec.rules,
            lower=spec.lower,
            score=spec.score,
            revisions=spec.revisions,
            match=spec.match,
            no_match=spec.no_match,
            path=document.path,
        ),
        [],
    )


class _Names:
    """The names of lists and groups that a watchlist uses."""

    def __init__(self, spec: WatchlistFile, known: Mapping[str, FormList]) -> None:
        self._spec = spec
        self._known = known
        self._uses = list(self._used())

    def _used(self) -> Iterable[tuple[KeyPath, str]]:
        spec = self._spec
        for number, rule in enumerate(spec.rules):
            for key, used in (("all", rule.all), ("any", rule.any), ("not", rule.not_)):
                for place, name in enumerate(used):
                    yield ("rules", number, key, place), name
        for number, lower in enumerate(spec.lower):
            for place, name in enumerate(lower.any):
                yield ("lower", number, "any", place), name
        for place, name in enumerate(spec.mask):
            yield ("mask", place), name
        for place, name in enumerate(spec.score.centre):
            yield ("score", "centre", place), name

    def problems(self) -> Iterable[tuple[KeyPath, str]]:
        """Yield names that mean nothing, names that mean two things, and members that do not exist."""
        spec = self._spec
        for at, name in self._uses:
            if name not in self._known and name not in spec.groups:
                yield at, f"there is no list or group {name!r}; {self._similar(name)}"
        for group, members in spec.groups.items():
            if group in self._known:
                yield ("groups", group), "a term list has this name; rename the group"
            for place, name in enumerate(members):
                if name not in self._known:
                    yield ("groups", group, place), f"there is no list {name!r}; {self._similar(name)}"
            if not members:
                yield ("groups", group), "a group needs at least one list"
        yield from self._contradictions()

    def _contradictions(self) -> Iterable[tuple[KeyPath, str]]:
        """Yield rules that no text can meet, because they refuse what they ask for."""
        for number, rule in enumerate(self._spec.rules):
            refused = {member for name in rule.not_ for member in self._members(name)}
            for place, name in enumerate(rule.all):
                members = self._members(name)
                if members and refused.issuperset(members):
                    yield (
                        ("rules", number, "all", place),
                        f"rule {rule.name!r} can never be met: its `not` refuses all of {name!r}",
                    )

    def _similar(self, name: str) -> str:
        near = difflib.get_close_matches(name, [*self._known, *self._spec.groups], n=1)
        return f"did you mean {near[0]!r}?" if near else "see config/terms/ for the lists that there are"

    def members(self) -> dict[str, tuple[str, ...]]:
        """Return each name in use with the term lists that it stands for."""
        return {name: self._members(name) for _, name in self._uses}

    def _members(self, name: str) -> tuple[str, ...]:
        return self._spec.groups.get(name, (name,))


def _digest(spec: WatchlistFile, lists: Iterable[FormList]) -> str:
    rules = spec.model_dump(mode="json", exclude={"name", "about", "revisions", "match", "no_match", "lists"})
    text = json.dumps([rules, [form_list.digest for form_list in lists]], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
