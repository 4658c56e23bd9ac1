"""Links: nobody makes one but us, and none can be changed."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.media.tokens import Opened, Tokens

TOKENS = Tokens(["s" * 40])
TENANT = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,63}", fullmatch=True)
MEDIA = st.from_regex(r"[A-Za-z0-9-]{1,64}", fullmatch=True)


@given(TENANT, MEDIA, st.integers(0, 2**63))
def test_what_is_signed_is_read_back(tenant: str, media: str, until: int) -> None:
    """All of it; the same each time."""
    token = TOKENS.make(tenant, media, until)

    assert TOKENS.open(token) == Opened(tenant, media, until, "a")
    assert TOKENS.make(tenant, media, until) == token
    assert token.isascii()
    assert "/" not in token


@given(TENANT, MEDIA, st.integers(0, 2**40), st.data())
def test_a_changed_link_opens_nothing(tenant: str, media: str, until: int, data: st.DataObject) -> None:
    """One bit, a piece less, a piece more, or another spelling of the same bytes."""
    token = TOKENS.make(tenant, media, until)
    blob = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    bit = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[bit // 8] ^= 1 << bit % 8

    assert TOKENS.open(base64.urlsafe_b64encode(blob).rstrip(b"=").decode()) is None
    assert TOKENS.open(token[: data.draw(st.integers(0, len(token) - 1))]) is None
    for other in (token + "A", token + "=", " " + token, token + "\n"):
        assert TOKENS.open(other) is None


@given(st.text(max_size=700))
def test_any_text_has_an_answer(text: str) -> None:
    """None, never an exception."""
    assert TOKENS.open(text) is None


def test_the_separator_cannot_be_moved() -> None:
    """Tenant and file cannot be cut elsewhere: a tenant's id has no bar."""
    assert TOKENS.open(TOKENS.make("a", "b|c", 1)) == Opened("a", "b|c", 1, "a")


def test_secrets_are_rotated() -> None:
    """The first signs, all verify; one that is taken out ends its links."""
    old, both, new = Tokens(["a" * 40]), Tokens(["b" * 40, "a" * 40]), Tokens(["b" * 40])
    token = old.make("duka", "m", 0)

    assert both.open(token) == Opened("duka", "m", 0, "a")
    assert new.open(both.make("duka", "m", 0)) is not None
    assert new.open(token) is None


@pytest.mark.parametrize("length", [0, 1, 13, 14, 45, 46])
def test_short_tokens_are_none(length: int) -> None:
    """Also those that end in the middle of the head."""
    assert TOKENS.open(base64.urlsafe_b64encode(b"\1" * length).rstrip(b"=").decode()) is None
