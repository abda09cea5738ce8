"""The newsroom's articles: files in `demo/articles/<site>/<slug>.md` -> checked values. Starts no server.

A file is YAML between two `---` lines, then paragraphs parted by blank lines. Its id is `<site>/<slug>`.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from core.source import Duration, Strict

_FRONT_MATTER = re.compile(r"---\n(?P<head>.*?\n)---\n(?P<text>.*)", re.DOTALL)


class Edit(Strict):
    """How an article's text changes with the second edition: words found -> words put in their place."""

    kind: Literal["substantive", "cosmetic"]
    replace: dict[str, str] = Field(min_length=1)


class DemoArticle(Strict):
    """One article file. A reprint names its original instead of having words of its own.

    `relevant` and `subject` say what the watchlist should make of it; no site ever shows them.
    """

    site: str
    slug: str
    title: str = ""
    language: str = ""
    authors: tuple[str, ...] = ()
    text: str = ""
    published_ago: Duration = Field(description="age when the newsroom starts")
    edition: Literal[1, 2] = 1
    relevant: bool
    subject: str
    reprint_of: str | None = None
    same_story: str | None = Field(
        None, description="the article that this one retells in other words or writes in another script"
    )
    edit: Edit | None = None
    withdrawn: bool = Field(False, description="taken down with the second edition")

    @property
    def id(self) -> str:
        """`<site>/<slug>`."""
        return f"{self.site}/{self.slug}"

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        own_words = bool(self.title and self.language and self.text)
        if own_words == bool(self.reprint_of):
            raise ValueError("give a title, a language and a text, or `reprint_of`")
        missing = [old for old in (self.edit.replace if self.edit else ()) if old not in self.text]
        if missing:
            raise ValueError(f"`edit.replace` names words that the text has not: {missing}")
        if self.published_ago < timedelta(0):
            raise ValueError("`published_ago` lies in the future")
        return self

    def text_in(self, edition: int) -> str:
        """Return the text as that edition shows it."""
        text = self.text
        if self.edit is not None and edition >= 2:
            for old, new in self.edit.replace.items():
                text = text.replace(old, new)
        return text


def load_articles() -> dict[str, DemoArticle]:
    """Return id -> article in the order of ids; reprints carry their original's title, language and text."""
    articles: dict[str, DemoArticle] = {}
    folders = [folder for folder in files("demo").joinpath("articles").iterdir() if folder.is_dir()]
    for folder in sorted(folders, key=lambda folder: folder.name):
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            article = _read(folder.name, file)
            articles[article.id] = article
    return {article_id: _with_words(article, articles) for article_id, article in articles.items()}


def _read(site: str, file: Traversable) -> DemoArticle:
    parts = _FRONT_MATTER.fullmatch(file.read_text(encoding="utf-8"))
    if parts is None:
        raise ValueError(f"{file}: expected YAML between two --- lines, then the text")
    head = yaml.safe_load(parts["head"])
    own = {"site": site, "slug": file.name.removesuffix(".md"), "text": parts["text"].strip()}
    try:
        return DemoArticle.model_validate({**head, **own})
    except ValidationError as error:
        raise ValueError(f"{file}: {error}") from error


def _with_words(article: DemoArticle, articles: Mapping[str, DemoArticle]) -> DemoArticle:
    if article.reprint_of is None:
        return article
    original = articles.get(article.reprint_of)
    if original is None:
        raise ValueError(f"{article.id}: `reprint_of` names {article.reprint_of!r}, which is no article")
    words = {"title": original.title, "language": original.language, "text": original.text}
    return article.model_copy(update=words)
