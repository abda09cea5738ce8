"""The verb about feedback: what analysts said of entries, listed, and as examples that test a watchlist."""

from dataclasses import replace

import click
import yaml

from core.config import DataDir
from core.errors import PolicywireError
from publisher.feeds.text import shorten
from publisher.labels import examples, record
from scheduler.cli.common import (
    NUMBER,
    Whole,
    data_option,
    echo_json,
    json_option,
    require_database,
    say,
    short_time,
    table,
)
from storage.records.feedback import Feedback, Judged
from storage.store import Store

_WORDS = {"relevant": "relevant", "not_relevant": "not relevant", "missed": "missed"}


@click.group()
def feedback() -> None:
    """See what analysts said of entries on the web pages, and make examples for watchlists of it."""


@feedback.command("list")
@click.option("--watchlist", metavar="ID", help="Only labels for this watchlist.")
@click.option("--limit", type=Whole(1, 5000), default=50, show_default=True, help="Most labels shown.")
@data_option
@json_option
def list_labels(watchlist: str | None, limit: int, data: DataDir, as_json: bool) -> None:
    """List the newest labels."""
    with Store.open(require_database(data), read_only=True) as store:
        labels = store.feedback(watchlist=watchlist, limit=limit)
    if as_json:
        for label in labels:
            echo_json({name: value for name, value in record(label).items() if name != "text"})
        return
    headings = ("id", "given", "by", "label", "watchlist", "score", "what", "note")
    say(table(headings, (_row(label) for label in labels)))


@feedback.command("export")
@click.option("--watchlist", metavar="ID", help="Only labels for this watchlist.")
@click.option("--jsonl", "form", flag_value="jsonl", default=True, help="A record a line (the default).")
@click.option("--yaml", "form", flag_value="yaml", help="Examples to put into the watchlist's file.")
@data_option
def export(watchlist: str | None, form: str, data: DataDir) -> None:
    """Write labels with the texts that were judged to standard output.

    As JSON Lines, `evaluate relevance` takes them, compressed, as relevance/records.jsonl.gz. As YAML they
    are `match:` and `no_match:` of one watchlist, which `watchlist test` runs; there texts that were too long
    to be kept whole are left out. Addresses that the archive does not have are left out of both.
    """
    if form == "yaml" and watchlist is None:
        raise PolicywireError("--yaml makes the examples of one watchlist; name it with --watchlist ID")
    with Store.open(require_database(data), read_only=True) as store:
        found = [_resolved(store, label) for label in store.all_feedback(watchlist=watchlist)]
    labels = [label for label in found if label.judged is not None]
    if form == "yaml":
        made = {name: given for name, given in examples(labels).items() if given}
        if made:
            say(yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=110), nl=False)
    else:
        for label in labels:
            echo_json(record(label))
    if len(found) > len(labels):
        say(f"{len(found) - len(labels)} addresses are not in the archive and left out", err=True)


@feedback.command("withdraw")
@click.argument("numbers", type=NUMBER, nargs=-1, required=True, metavar="ID ...")
@data_option
def withdraw(numbers: tuple[int, ...], data: DataDir) -> None:
    """Forget labels, as when they have become examples in a watchlist's file."""
    with Store.open(require_database(data)) as store:
        missing = [number for number in numbers if not store.withdraw_feedback(number, by=None)]
    if missing:
        raise PolicywireError(
            f"no label {', '.join(map(str, missing))}; `policywire feedback list` shows them"
        )


def _resolved(store: Store, label: Feedback) -> Feedback:
    """Return a label of an address that has come into the archive since with the article that came."""
    ids = store.articles_at(label.address) if label.judged is None else []
    stored = store.article(ids[0]) if ids else None
    if stored is None:
        return label
    match = next((one for one in store.matches_of(stored.id) if one.watchlist == label.watchlist), None)
    article = stored.article
    came = Judged(
        article=stored.id,
        language=article.language,
        source=article.source,
        country=None,
        published=article.published.at if article.published is not None else None,
        title=article.title,
        text=article.text,
        rules="",
        matched=match is not None,
        score=match.score if match is not None else 0.0,
        why=match.why if match is not None else "",
    )
    return replace(label, judged=came)


def _row(label: Feedback) -> tuple[object, ...]:
    one = label.judged
    what = shorten(one.title if one is not None else label.address, 60)
    score = f"{one.score:.2f}" if one is not None else "-"
    given = short_time(label.at)
    return (
        *(label.id, given, label.by, _WORDS[label.kind], label.watchlist),
        *(score, what, shorten(label.note, 60)),
    )
