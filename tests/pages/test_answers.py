"""What a handler may return as a page: looked at before anything that it did is kept."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.errors import PluginError
from gateway.pages.answer import Page, page_of


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (Page("x", status="200"), "its status is '200'"),  # type: ignore[arg-type]
        (Page("x", status=99), "a number from 200 to 599"),
        (Page("x", to="https://a.example/\r\nSet-Cookie: a=b"), "make it with request.redirect"),
        (Page("x", to="//elsewhere.example"), "make it with request.redirect"),
        (Page(b"x"), "its html is a bytes"),  # type: ignore[arg-type]
        (Page("\ud800"), "half a character"),
        ("\ud800", "half a character"),
        (7, "returned a int"),
    ],
)
def test_a_page_that_cannot_be_sent_is_the_plugins_failure(made: Any, words: str) -> None:
    """With what to write; otherwise it would be kept, and its visitor be told nothing."""
    with pytest.raises(PluginError) as caught:
        page_of(made, "plugin 'shop' show")
    assert str(caught.value).startswith("plugin 'shop' show returned a ")
    assert words in str(caught.value)


def test_a_page_that_can() -> None:
    """As it was made."""
    page = Page("<p>é</p>", 404, to="/p/shop/o/x")
    assert page_of(page, "") is page
