"""A watchlist's own examples, run: `match:` texts must match, `no_match:` texts must not."""

from datetime import UTC, datetime

from core.errors import Problem
from core.yamlfile import YamlDocument, read_yaml
from publisher.matching.document import Document
from publisher.matching.matcher import Matcher
from publisher.matching.spec import ExampleText
from publisher.matching.watchlist import Watchlist


def check_examples(watchlist: Watchlist, matcher: Matcher) -> list[Problem]:
    """Return a problem for each example that the watchlist decides otherwise. `matcher` must hold it."""
    document, problems = read_yaml(watchlist.path)
    if document is None:
        return problems
    for key, examples, expected in (
        ("match", watchlist.match, True),
        ("no_match", watchlist.no_match, False),
    ):
        for number, example in enumerate(examples):
            problem = _check(watchlist, matcher, document, (key, number), example, expected=expected)
            if problem is not None:
                problems.append(problem)
    return problems


def _check(
    watchlist: Watchlist,
    matcher: Matcher,
    document: YamlDocument,
    at: tuple[str | int, ...],
    example: ExampleText,
    *,
    expected: bool,
) -> Problem | None:
    tried = Document(
        title=example.title,
        text=example.text,
        language=example.language,
        source_country=example.source_country,
        published=datetime(*example.published.timetuple()[:3], tzinfo=UTC) if example.published else None,
    )
    match = next(match for match in matcher.match(tried) if match.watchlist == watchlist.id)
    if match.matched is expected:
        return None
    begin = (example.title or example.text)[:60]
    found = "does not match" if expected else "matches"
    return document.problem(at, f"{begin!r} {found} (score {match.score:.2f}): {match.why}")
