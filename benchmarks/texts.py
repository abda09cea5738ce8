"""Real texts of ../shared/data for the benchmarks, and any number of made-up ones that are like them."""

import gzip
import json
import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("TEST_POLICYWIRE_SHARED", ROOT.parent / "shared")) / "data"
RECORDS = DATA / "relevance" / "records.jsonl.gz"


def real_texts(languages: Sequence[str], *, characters: int) -> list[tuple[str, str, str]]:
    """Return (language, title, text) of the real articles that are at least so long."""
    with gzip.open(RECORDS, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return [
        (record["lang"], record["title"] or "", record["text"])
        for record in records
        if record["lang"] in languages and len(record["text"] or "") >= characters
    ]


def made_texts(seed: int, *, size: int) -> Iterator[tuple[str, str, str]]:
    """Yield endless (language, title, text), texts of about `size` bytes of UTF-8, half as long to twice.

    Each is a passage of the real ones with its words shuffled: they come as often as there, and no two texts
    share runs of them.
    """
    chance = random.Random(seed)
    words = {
        language: " ".join(text for _, _, text in real_texts([language], characters=1)).split()
        for language in ("en", "ru")
    }
    languages = list(words)
    while True:
        language = chance.choice(languages)
        pool = words[language]
        start = chance.randrange(len(pool) - size)
        passage = pool[start : start + size // 4]
        chance.shuffle(passage)
        text = "\n\n".join(" ".join(passage[at : at + 60]) for at in range(0, len(passage), 60))
        length = int(chance.triangular(size / 2, 2 * size, size / 2))
        yield language, " ".join(passage[:9]), text.encode()[:length].decode(errors="ignore")
