"""Form tokens."""

import pytest

from publisher.web.access.csrf import hidden_field, is_token_for, token_for


def test_each_token_differs_and_each_is_good_for_its_session_alone() -> None:
    tokens = {token_for("one") for _ in range(20)}
    assert len(tokens) == 20
    assert all(is_token_for("one", token) for token in tokens)
    assert not any(is_token_for("two", token) for token in tokens)


@pytest.mark.parametrize("token", ["", "x", "=", "ä" * 88, "A" * 88, "A" * 87, "\0", "A" * 10_000])
def test_anything_else_is_none(token: str) -> None:
    assert not is_token_for("one", token)
    assert not is_token_for("", token)


def test_without_a_session_there_is_no_field_and_no_token_is_good() -> None:
    assert hidden_field("") == ""
    assert not is_token_for("", token_for(""))
    assert 'name="csrf"' in hidden_field("one")
