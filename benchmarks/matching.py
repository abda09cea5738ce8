"""Speed of matching: all shipped watchlists over mixed real text, beside `re` alternation of the same terms.

Ours is the whole judgement: fold, find, check of words' ends, rules, explanation, evidence. The alternation
only finds the terms as whole words in text that is folded already: the least that is needed without an
automaton.
"""

import gzip
import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from core.config import load_languages
from core.language import with_script
from core.text import fold_text
from publisher.matching import Document, Matcher, Watchlist, load_watchlists

ROOT = Path(__file__).resolve().parent.parent
DATA = (
    Path(os.environ.get("TEST_POLICYWIRE_SHARED", ROOT.parent / "shared"))
    / "data"
    / "relevance"
    / "records.jsonl.gz"
)
ROUNDS = 7
# The alternation is a thousand times as slow: a sample of the documents is enough.
SAMPLE = 100


def _documents() -> list[Document]:
    documents = []
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            title, text = record["title"] or "", record["text"] or ""
            language = with_script(record["lang"], text or title)
            documents.append(Document(title=title, text=text, language=language))
    return documents


def _bytes(documents: list[Document]) -> int:
    return sum(len(one.title.encode()) + len(one.text.encode()) for one in documents)


def _best(work: Callable[[], object], rounds: int) -> float:
    """Return the least CPU seconds: other processes only ever add to it."""
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def _load() -> tuple[list[Watchlist], Matcher]:
    languages, _ = load_languages(ROOT / "config")
    watchlists, problems = load_watchlists(ROOT / "config", languages)
    if problems:
        raise SystemExit(f"the shipped watchlists have faults: {problems[0]}")
    return list(watchlists.values()), Matcher(list(watchlists.values()))


def main() -> None:
    """Print build time and megabytes a second, ours and the alternation's."""
    if not DATA.is_file():
        print(f"matching: skipped, there are no records at {DATA}")
        return
    build = _best(_load, 3)
    watchlists, matcher = _load()
    alone = _best(lambda: Matcher(watchlists), 3)
    documents = _documents()
    ours = _best(lambda: [matcher.match(one) for one in documents], ROUNDS)
    forms = {form.folded for one in watchlists for made in one.lists.values() for form in made.forms}
    alternatives = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
    begun = time.process_time()
    pattern = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")
    compiled = time.process_time() - begun
    sample = documents[:: max(1, len(documents) // SAMPLE)]
    texts = [fold_text(f"{one.title}\n{one.text}") for one in sample]
    theirs = _best(lambda: [pattern.findall(text) for text in texts], 1)
    size, sampled = _bytes(documents) / 1e6, _bytes(sample) / 1e6
    print(
        f"matching: {len(watchlists)} watchlists, {len(forms):,} forms, "
        f"{size:.1f} MB in {len(documents):,} documents"
    )
    print(
        f"  build    load with all forms {build:.2f} s, of that the matcher {alone:.2f} s; "
        f"re.compile {compiled:.2f} s"
    )
    print(f"  ours     {size / ours:8.2f} MB/s with evidence, best of {ROUNDS}")
    print(f"  re       {sampled / theirs:8.2f} MB/s, finding alone, on {sampled:.2f} MB")
    print(f"  ratio    {size / ours / (sampled / theirs):8.0f} times")


if __name__ == "__main__":
    main()
