"""What one emoji is: everything that a phone offers, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.meta_cloud.emoji import has_emoji, one_emoji
from providers.meta_cloud.simulator.checks.simple import EMOJI

ALL = [chr(code) for code in (*range(0x20, 0xD800), *range(0xE000, 0x1FFFE))]


def test_every_single_emoji_of_unicode() -> None:
    """There are more than 1,300; the simulator, which has a rule of its own, takes each of them."""
    known = [sign for sign in ALL if one_emoji(sign)]

    assert len(known) > 1300
    assert [hex(ord(sign)) for sign in known if not EMOJI.fullmatch(sign)] == []
    assert [hex(ord(sign)) for sign in known if not has_emoji(sign)] == []


@pytest.mark.parametrize(
    "text", ["", " ", "a", "1", "#", "👍 ", "👍👍", "🇪", "🇪🇸🇪", "\u200d", "\ufe0f", "👍a", "🏽a"]
)
def test_what_is_not_one_emoji(text: str) -> None:
    """Letters, digits, two at once, half a flag."""
    assert not one_emoji(text)


@given(st.text(st.characters(categories=["L", "Nd", "Zs"])))
def test_words_hold_no_emoji(text: str) -> None:
    """In no script."""
    assert not has_emoji(text)
    assert not one_emoji(text)
