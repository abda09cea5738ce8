"""The verb about stories: which articles are one, why, and an operator's rulings where that is wrong."""

from dataclasses import asdict

import click

from core.clock import utcnow
from core.config import DataDir
from core.errors import PolicywireError
from scheduler.cli.common import (
    NUMBER,
    data_option,
    echo_json,
    json_option,
    require_database,
    say,
    short_time,
    table,
)
from storage.records.articles import Member, Story
from storage.store import Store


@click.group()
def story() -> None:
    """Look into stories, part what was joined wrongly, join what was missed. Articles go by number."""


@story.command("show")
@click.argument("article", type=NUMBER)
@data_option
@json_option
def show(article: int, data: DataDir, as_json: bool) -> None:
    """Show the story of ARTICLE: its members by time, and why each belongs to it."""
    with Store.open(require_database(data), read_only=True) as store:
        found = store.story(article)
    if found is None:
        raise PolicywireError(
            f"there is no complete article {article}; `policywire search` shows the numbers"
        )
    if as_json:
        echo_json(asdict(found))
        return
    say(_shown(found))


@story.command("split")
@click.argument("articles", type=NUMBER, nargs=-1, required=True, metavar="ARTICLE ...")
@data_option
def split(articles: tuple[int, ...], data: DataDir) -> None:
    """Take these articles out of their story into one of their own. They stay apart for good."""
    with Store.open(require_database(data)) as store:
        store.split_story(articles, now=utcnow())
        found = store.story(articles[0])
    if found is not None:
        say(_shown(found))


@story.command("join")
@click.argument("article", type=NUMBER)
@click.argument("other", type=NUMBER)
@data_option
def join(article: int, other: int, data: DataDir) -> None:
    """Make the stories of ARTICLE and OTHER one. Of their entries in a feed the older one stays."""
    with Store.open(require_database(data)) as store:
        store.join_stories(article, other, now=utcnow())
        found = store.story(article)
    if found is not None:
        say(_shown(found))


def _shown(found: Story) -> str:
    headings = ("", "article", "came out", "source", "language", "decision", "title")
    rows = [
        (
            *("*" if one.id == found.primary else "", one.id, short_time(one.came_out), one.source),
            *(one.language, _decided(one), one.title[:70]),
        )
        for one in found.members
    ]
    reasons = [f"{one.id}: {one.reason}" for one in found.members if one.of is not None]
    note = "* stands for the story in feeds: the official original, else what was seen first"
    return "\n".join([table(headings, rows), note, *reasons])


def _decided(member: Member) -> str:
    of = "" if member.of is None else f" of {member.of}"
    share = "" if member.of is None or member.similarity is None else f", {member.similarity:.0%}"
    return f"{member.decision or 'new'}{of}{share}"
