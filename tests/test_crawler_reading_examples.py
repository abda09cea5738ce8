"""The two example texts as pages of the kind they came from: the article comes out, its teasers do not."""

from collections.abc import Callable

import pytest
from fakes_examples import TEASER_WORDS, boxed, cards, divisions, example, flat, page_of
from fakes_pages import read_page


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("layout", [boxed, cards, flat, divisions])
def test_nothing_from_the_teasers_on(layout: Callable[[list[str]], str], inside: bool) -> None:
    title, *rest = example("000")
    end = rest.index("Related articles")
    article, furniture = rest[:end], rest[end:]
    read = read_page(page_of(title, article, layout(furniture), inside=inside))
    assert read.title == title
    assert [word for word in TEASER_WORDS if word in read.text] == []
    for line in article[-8:]:
        assert " ".join(line.split()) in read.text
    assert read.published is None, "the text gives a day and a month only"
    assert (read.authors, read.held) == ((), None)


def test_a_signed_article_names_its_author() -> None:
    standfirst, signature, *article = example("002")
    title = "A headline for the example without one"
    read = read_page(page_of(title, [standfirst, signature, *article], "", inside=True))
    assert read.authors == (signature.removeprefix("Text by "),)
    for line in article:
        assert " ".join(line.split()) in read.text
    assert read.published is None
