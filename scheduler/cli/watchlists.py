"""The verbs about watchlists: forms, test, and try, which shows a change before it is taken."""

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import click

from core.clock import utcnow
from core.config import DataDir
from core.errors import ConfigError, PolicywireError
from core.logs import configure_logging
from publisher.feeds.channels import channels
from publisher.matching import (
    UNSURE,
    Matcher,
    OfficeFault,
    Watchlist,
    check_examples,
    forms,
    holders_on,
    holdings,
    load_draft,
    load_term_files,
    office_faults,
)
from publisher.trial import Difference, Trial, try_watchlist
from scheduler.cli.common import (
    Duration,
    Whole,
    chosen_watchlists,
    config_option,
    data_option,
    echo_json,
    json_option,
    ready,
    require_database,
    say,
    short_time,
    table,
)
from scheduler.config import load_config
from storage.store import Store


@click.group()
def watchlist() -> None:
    """Look into watchlists, test them, and try a change before it is taken."""


@watchlist.command("forms")
@click.argument("watchlist_id", metavar="ID")
@click.argument("term", required=False)
@config_option
@json_option
def watchlist_forms(watchlist_id: str, term: str | None, config_dir: Path, as_json: bool) -> None:
    """Print every form that a watchlist's terms (or one TERM) can match, and the rule that made it."""
    config = ready(config_dir, level="error", watchlists=True)
    (chosen,) = chosen_watchlists(config, watchlist_id)
    rows = forms(chosen, term)
    if not rows:
        raise PolicywireError(f"watchlist {watchlist_id} has no term {term!r}; without TERM all are printed")
    if as_json:
        for row in rows:
            echo_json(asdict(row))
    else:
        say(
            table(
                ("group", "term", "language", "form", "rule"), (tuple(asdict(row).values()) for row in rows)
            )
        )


@watchlist.command("test")
@click.argument("watchlist_id", metavar="[ID]", required=False)
@config_option
def watchlist_test(watchlist_id: str | None, config_dir: Path) -> None:
    """Run the examples that watchlists carry."""
    configure_logging("error")
    config = load_config(config_dir, examples=False)
    chosen = chosen_watchlists(config, watchlist_id)
    matcher = Matcher(chosen)
    problems = []
    for one in chosen:
        found = check_examples(one, matcher)
        count = len(one.match) + len(one.no_match)
        say(f"{one.id}: {count} examples, {len(found)} not as they should be")
        problems += found
    if problems:
        raise ConfigError(problems)


@watchlist.command("try")
@click.argument("watchlist_id", metavar="ID")
@click.option(
    "--file",
    "draft",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The changed watchlist; left out: the one in the config folder.",
)
@click.option("--since", type=Duration(), default="7d", show_default=True, help="How far back to look.")
@click.option(
    "--sample", type=Whole(0, 10_000), default=10, show_default=True, help="Articles shown of each."
)
@config_option
@data_option
@json_option
def watchlist_try(
    watchlist_id: str,
    draft: Path | None,
    since: timedelta,
    sample: int,
    config_dir: Path,
    data: DataDir,
    as_json: bool,
) -> None:
    """Show what a changed watchlist would add to and remove from the matches that are stored.

    Nothing is written. The draft's own examples are run first.
    """
    config = ready(config_dir, level="error", watchlists=draft is None)
    if draft is None:
        (tried,) = chosen_watchlists(config, watchlist_id)
    else:
        tried = _draft(config_dir, draft, watchlist_id)
    with Store.open(require_database(data), read_only=True) as store:
        trial = try_watchlist(store, tried, config.sources, since=utcnow() - since)
        behind = next((one for one in store.progress() if one.follower == watchlist_id), None)
    if as_json:
        echo_json(_trial_json(trial, sample))
        return
    say(
        f"{trial.watchlist}: {trial.articles:,} articles, {trial.before:,} match now, "
        f"{trial.after:,} would: {len(trial.added):,} added, {len(trial.removed):,} removed"
    )
    if behind is None:
        say("the store has no matches of this watchlist yet: everything is added")
    elif behind.reached < behind.last:
        say("matching is under way in this store: what is not reached yet counts as added")
    for sign, differences in (("+", trial.added), ("-", trial.removed)):
        for one in _sample(differences, sample):
            say(f"{sign} {short_time(one.first_seen)}  {one.source}  {one.title}\n    {one.why}")


@watchlist.command("offices")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day asked for; left out: today.")
@click.option("--of", "of", metavar="CODE", help="Only this state (KZ) or organisation (SCO).")
@click.option("--check", "checked", is_flag=True, help="List what is wrong or unsure instead.")
@click.option(
    "--gap",
    type=Duration(),
    default="60d",
    show_default=True,
    help="With --check: so long an office may be empty.",
)
@config_option
@json_option
def watchlist_offices(
    day: datetime | None, of: str | None, checked: bool, gap: timedelta, config_dir: Path, as_json: bool
) -> None:
    """Print who holds which office on a day, in which state or organisation.

    "?" marks what is from memory. In the month or year of a change both holders are named. With --check the
    exit code is 1 where there is more to say than that something is unsure.
    """
    configure_logging("error")
    files, problems = load_term_files(config_dir)
    if problems:
        raise ConfigError(problems)
    if checked:
        _print_faults([one for one in office_faults(files, gap=gap) if of in (None, one.of)], as_json)
        return
    on = day.date() if day is not None else utcnow().date()
    held = [one for one in holders_on(holdings(files), on) if of in (None, one.of)]
    if as_json:
        for one in held:
            echo_json({**asdict(one), "since": _written(one.since), "until": _written(one.until)})
        return
    rows = (
        (one.of, one.office, one.name + ("?" if one.unsure else ""), one.since, one.until, one.source)
        for one in held
    )
    say(table(("of", "office", "name", "since", "until", "source"), rows))


def _print_faults(faults: list[OfficeFault], as_json: bool) -> None:
    if as_json:
        for one in faults:
            echo_json(asdict(one))
    else:
        say(table(("kind", "of", "office", "what"), (tuple(asdict(one).values()) for one in faults)))
    wrong = sum(1 for one in faults if one.kind not in UNSURE)
    if wrong:
        raise PolicywireError(f"{wrong} faults in the registry of offices; mend them in config/terms/")


def _written(day: object) -> str | None:
    return str(day) if day is not None else None


def _draft(config_dir: Path, draft: Path, watchlist_id: str) -> Watchlist:
    config = load_config(config_dir, sources=False, watchlists=False)
    tried, problems = load_draft(config_dir, config.languages, draft, id_=watchlist_id)
    if tried is not None and not problems:
        channels([tried])
        problems = check_examples(tried, Matcher([tried]))
    if tried is None or problems:
        raise ConfigError(problems)
    return tried


def _sample(differences: tuple[Difference, ...], most: int) -> list[Difference]:
    """Return so many of them, spread evenly over the time."""
    step = max(1, -(-len(differences) // max(1, most)))
    return list(differences[::step][:most])


def _trial_json(trial: Trial, sample: int) -> dict[str, object]:
    return {
        "watchlist": trial.watchlist,
        "articles": trial.articles,
        "matched_before": trial.before,
        "matched_after": trial.after,
        "added": len(trial.added),
        "removed": len(trial.removed),
        "sample": {
            "added": [asdict(one) for one in _sample(trial.added, sample)],
            "removed": [asdict(one) for one in _sample(trial.removed, sample)],
        },
    }
