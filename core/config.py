"""Finds and loads the config folder: settings, sources and languages. Watchlists belong to the publisher.

Every loader returns what is good and a list of problems, so that a start can show all of them at once.
"""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from core.coverage import Missing, MissingFile
from core.errors import Problem
from core.language import LANGUAGE_CODES, Language
from core.settings import Settings, overrides, setting_names, variable_of
from core.source import SOURCE_ID, Source
from core.yamlfile import YamlDocument, check, read_yaml

Model = TypeVar("Model", bound=BaseModel)


def default_config_dir() -> Path:
    """Return the checkout's `config/`, or the copy that an installed package carries."""
    checkout = Path(__file__).resolve().parent.parent / "config"
    return checkout if checkout.is_dir() else Path(__file__).resolve().parent / "default_config"


def yaml_files(folder: Path) -> list[Path]:
    """Return the YAML files below a folder, as `visible_files`: pipes too, which are then refused."""
    return [path for path in visible_files(folder) if is_yaml(path)]


def is_yaml(path: Path) -> bool:
    """Say whether a file is one of the configuration by its name."""
    return path.suffix in (".yml", ".yaml")


def visible_files(folder: Path) -> list[Path]:
    """Return all that is no folder below a folder in the order of names; nothing if it does not exist.

    Linked folders are followed. What is hidden is left out: an editor's lock files, a volume's own links.
    """
    found: list[Path] = []
    for place, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(place) / name for name in names if not name.startswith(".")]
    return sorted(found)


def load_folder(model: type[Model], folder: Path) -> tuple[dict[str, Model], list[Problem]]:
    """Load each YAML file below `folder` as `model`, its stem as `id`. Two files of one id are a problem."""
    loaded: dict[str, Model] = {}
    origin: dict[str, Path] = {}
    problems: list[Problem] = []
    for path in yaml_files(folder):
        document, found = read_yaml(path)
        problems += found
        if document is None:
            continue
        if path.stem in origin:
            message = f"the id {path.stem!r} is taken by {origin[path.stem]}; rename one of the two files"
            problems.append(document.problem((), message))
            continue
        origin[path.stem] = path
        if isinstance(document.data, dict) and "id" in document.data:
            problems.append(document.problem(("id",), "the id is the file's name; remove this key"))
            continue
        data = {**document.data, "id": path.stem} if isinstance(document.data, dict) else document.data
        value, found = check(model, document, data)
        problems += found
        if value is not None:
            loaded[path.stem] = value
    return loaded, problems


def load_sources(config_dir: Path) -> tuple[dict[str, Source], list[Problem]]:
    """Load `sources/`: id -> source, disabled ones included."""
    sources, problems = load_folder(Source, config_dir / "sources")
    for path in yaml_files(config_dir / "sources"):
        if not SOURCE_ID.fullmatch(path.stem):
            message = (
                "a source's file name is small letters, digits and single hyphens, such as kz-akorda.yml"
            )
            problems.append(Problem(path=path, line=0, key="", message=message))
        source = sources.get(path.stem)
        if source is None or source.ca_file is None:
            continue
        ca_file = path.parent / source.ca_file
        if ca_file.is_file():
            sources[path.stem] = source.model_copy(update={"ca_file": str(ca_file)})
        else:
            message = (
                f"no such file: {ca_file}; a relative path starts from the source file's folder, "
                "and leads to a file of the config folder that is not hidden"
            )
            problems.append(Problem(path=path, line=0, key="ca_file", message=message))
    return sources, problems


def load_missing(config_dir: Path) -> tuple[tuple[Missing, ...], list[Problem]]:
    """Load `missing.yml`, which need not be there: publishers that no source watches."""
    path = config_dir / "missing.yml"
    if not path.exists():
        return (), []
    document, problems = read_yaml(path)
    if document is None or document.data is None:
        return (), problems
    file, found = check(MissingFile, document)
    return (file.missing if file is not None else ()), [*problems, *found]


def load_languages(config_dir: Path) -> tuple[dict[str, Language], list[Problem]]:
    """Load `languages/`: code -> language."""
    languages, problems = load_folder(Language, config_dir / "languages")
    for path in yaml_files(config_dir / "languages"):
        if path.stem not in LANGUAGE_CODES:
            message = f"not one of our language codes: {', '.join(sorted(LANGUAGE_CODES))}"
            problems.append(Problem(path=path, line=0, key="", message=message))
    return languages, problems


def load_settings(
    config_dir: Path, environment: Mapping[str, str] | None = None
) -> tuple[Settings, list[Problem]]:
    """Load `settings.yml` with the environment's overrides; defaults where there are problems or no file."""
    environment = os.environ if environment is None else environment
    path = config_dir / "settings.yml"
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    document = None
    if path.exists():
        document, problems = read_yaml(path)
        if document is not None and document.data is not None:
            _, found = check(Settings, document)
            problems += found
            values = dict(document.data) if isinstance(document.data, dict) else {}
    found_overrides, unknown = overrides(environment)
    here = Path("environment")
    problems += [Problem(path=here, line=0, key=name, message=_no_variable(name)) for name in unknown]
    if problems:
        return Settings(), problems
    for dotted, text in found_overrides.items():
        *section, key = dotted.split(".")
        target = values
        for part in section:
            target[part] = dict(target.get(part) or {})
            target = target[part]
        target[key] = text
    return _validated(values, here)


def setting_origins(config_dir: Path, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return for each setting where its value comes from: the default, a line of the file, a variable.

    For settings that `load_settings` has found good.
    """
    environment = os.environ if environment is None else environment
    path = config_dir / "settings.yml"
    document = read_yaml(path)[0] if path.exists() else None
    overridden, _ = overrides(environment)
    origins: dict[str, str] = {}
    for name in setting_names():
        key_path = tuple(name.split("."))
        if name in overridden:
            origins[name] = f"environment: {variable_of(name)}"
        elif document is not None and document.has(key_path):
            origins[name] = f"{path.name}:{document.line(key_path)}"
        else:
            origins[name] = "default"
    return origins


def _no_variable(name: str) -> str:
    near = difflib.get_close_matches(name, map(variable_of, setting_names()), n=1)
    advice = f"did you mean {near[0]}?" if near else "unset it, or see `policywire config` for what there is"
    return f"no setting has this name; {advice}"


def _validated(values: dict[str, Any], here: Path) -> tuple[Settings, list[Problem]]:
    settings, problems = check(Settings, YamlDocument(here, values, {}))
    return settings or Settings(), problems


@dataclass(frozen=True, kw_only=True, slots=True)
class DataDir:
    """The data folder and what lies in it."""

    path: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.path / "policywire.db"

    def make(self) -> None:
        """Make the folder, for its owner alone; one that is there stays as it is. Raises OSError."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def database_bytes(self) -> int:
        """Return the size of the database with its log; 0 before there is one."""
        files = (self.database, self.database.with_name(self.database.name + "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    @property
    def feeds(self) -> Path:
        """Rendered feeds, one file each."""
        return self.path / "feeds"

    @property
    def pages(self) -> Path:
        """Fetched pages, compressed."""
        return self.path / "pages"

    @property
    def samples(self) -> Path:
        """Replies kept for whoever mends a source."""
        return self.path / "samples"

    @property
    def checks(self) -> Path:
        """What the last `sources check` found, by source."""
        return self.path / "checks.json"

    @property
    def config_copy(self) -> Path:
        """The copy of the configuration in force, which workers start from."""
        return self.path / "config"

    @property
    def config_note(self) -> Path:
        """Says which config folder the data folder belongs to."""
        return self.path / "config.folder"

    @property
    def sending(self) -> Path:
        """Held by the process that sends."""
        return self.path / "sending.lock"

    @property
    def lock(self) -> Path:
        """Held by the running daemon."""
        return self.path / "daemon.lock"
