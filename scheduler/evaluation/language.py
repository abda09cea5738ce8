"""Languages of labelled texts: ours beside py3langid as it comes, for each language and over all of ours."""

import gzip
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from core.errors import PolicywireError
from core.language import LANGUAGE_CODES, with_script
from crawler.reading.language import identify_language
from scheduler.evaluation.pages import Row, Stopwatch, Table, share

RECORDS = Path("language") / "records.jsonl.gz"
OURS = "policywire"
PEER = "py3langid (all its languages)"


def evaluate_language(data: Path) -> Table:
    """Measure on `data`/language/records.jsonl.gz: {lang, text} a line, `lang` a code with or without script.

    "ours" is the share of right ones among texts in the nine languages that policywire matches in; texts in
    a language's other script ("tk-Cyrl") and in other languages stand in columns of their own.
    Raises PolicywireError where there is no such data.
    """
    path = data / RECORDS if (data / RECORDS).is_file() else data / RECORDS.name
    if not path.is_file():
        raise PolicywireError(f"{data}: no {RECORDS} here; point --data at the folder of the labelled data")
    lines = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()
    records = [json.loads(line) for line in lines if line.strip()]
    if not records:
        raise PolicywireError(f"{path}: names no texts")
    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifiers: dict[str, Callable[[str], str]] = {
        OURS: identify_language,
        PEER: lambda text: with_script(model.classify(text)[0], text),
    }
    total = Counter(str(record["lang"]) for record in records)
    right: dict[str, Counter[str]] = {name: Counter() for name in identifiers}
    watch = Stopwatch()
    for identify in identifiers.values():
        identify(records[0]["text"])  # the model is loaded once in the life of a reading process
    for record in records:
        for name, identify in identifiers.items():
            with watch.of(name):
                found = identify(record["text"])
            right[name][record["lang"]] += is_right(record["lang"], found)
    own = sorted(code for code in total if _is_own(code))
    codes = (*own, *sorted(set(total) - set(own)))
    rows = (
        Row(
            name=name,
            values=(
                share(sum(right[name][code] for code in own), sum(total[code] for code in own)),
                *(share(right[name][code], total[code]) for code in codes),
                watch.per_item(name, len(records)),
            ),
        )
        for name in identifiers
    )
    return Table(head=f"{len(records)} texts", columns=("ours", *codes, "CPU ms"), rows=tuple(rows))


def is_right(expected: str, found: str) -> bool:
    """Say whether a code is right; a script counts only where `core.language` parts a language by it."""
    return found in (expected, _base(expected)) if expected not in LANGUAGE_CODES else found == expected


def _is_own(code: str) -> bool:
    return code in LANGUAGE_CODES or _base(code) in LANGUAGE_CODES


def _base(code: str) -> str:
    return code.partition("-")[0]
