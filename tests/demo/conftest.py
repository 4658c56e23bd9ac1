"""A screen to read from."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from gateway.demo.screen import Screen


@pytest.fixture
def screen() -> Screen:
    """A screen that is no terminal, 80 wide; `written` says what is on it."""
    return Screen(io.StringIO(), 80)


@pytest.fixture
def written(screen: Screen) -> Callable[[], str]:
    """What is on the screen."""
    out = screen._out
    assert isinstance(out, io.StringIO)
    return out.getvalue
