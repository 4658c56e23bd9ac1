"""Tokens of links: what opens them, and what never does."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import PluginError
from gateway.pages.expiry import expires_in
from gateway.pages.links import LARGEST, Opened, Tokens

NEW, OLD = "n" * 40, "o" * 40
TOKENS = Tokens([NEW])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
opened = st.builds(
    Opened, until=st.integers(1, 2**33), tenant=st.from_regex(r"[a-z][a-z0-9_-]{0,20}", fullmatch=True),
    language=st.sampled_from(["en", "es", "sw", "pt-BR"]), value=json_values,
)  # fmt: skip
names = st.from_regex(r"[a-z_]{1,12}", fullmatch=True)


@given(opened, names, names)
def test_what_is_sealed_is_opened(made: Opened, plugin: str, route: str) -> None:
    """At its own page, with every value as it was; and nowhere else."""
    path = f"/{route}/{{token}}"
    token = TOKENS.seal(plugin, path, made)

    assert TOKENS.open(plugin, path, token) == made
    assert TOKENS.open(plugin + "x", path, token) is None
    assert TOKENS.open(plugin, f"/{route}x/{{token}}", token) is None
    assert TOKENS.open("", "", token) is None
    assert token.replace("-", "").replace("_", "").isalnum()


@given(opened, st.data())
def test_what_is_changed_is_not_opened(made: Opened, data: st.DataObject) -> None:
    """Whichever bit is flipped, wherever it is cut, and whatever is put behind it."""
    token = TOKENS.seal("shop", "/o/{token}", made)
    blob = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    bit = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[bit // 8] ^= 1 << bit % 8
    changed = base64.urlsafe_b64encode(bytes(blob)).rstrip(b"=").decode()
    cut = data.draw(st.integers(0, len(token) - 1))
    more = data.draw(st.text(min_size=1, max_size=5))

    for wrong in (changed, token[:cut], token[cut:] if cut else "", token + more, more + token, token + "="):
        assert TOKENS.open("shop", "/o/{token}", wrong) is None


@given(st.text(max_size=200) | st.binary(max_size=150).map(lambda b: base64.urlsafe_b64encode(b).decode()))
def test_what_we_did_not_make_is_not_opened(token: str) -> None:
    """Any text at all: no, and no exception."""
    assert TOKENS.open("shop", "/o/{token}", token) is None


def test_each_character_matters() -> None:
    """There is one way to write a token: no other spelling of the last bits opens it."""
    token = TOKENS.seal("shop", "/o/{token}", Opened(1, "duka", "en", "x"))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for place in range(len(token)):
        for letter in alphabet:
            if letter != token[place]:
                other = token[:place] + letter + token[place + 1 :]
                assert TOKENS.open("shop", "/o/{token}", other) is None


def test_a_value_cannot_be_read_or_compared() -> None:
    """It stands nowhere in the token, and two tokens for one value are not alike."""
    one, two = (TOKENS.seal("shop", "/o/{token}", Opened(1, "duka", "en", "paid")) for _ in range(2))
    blob = base64.urlsafe_b64decode(one + "=" * (-len(one) % 4))

    assert b"paid" not in blob
    assert b"duka" not in blob
    assert one[7:] != two[7:]


def test_secrets_are_rotated() -> None:
    """What the old secret sealed opens while it is in the list, and not when it is gone."""
    sealed = Opened(1, "duka", "en", 7)
    before = Tokens([OLD]).seal("shop", "/o/{token}", sealed)
    between = Tokens([NEW, OLD])

    assert between.open("shop", "/o/{token}", before) == sealed
    assert Tokens([NEW]).open("shop", "/o/{token}", before) is None
    assert Tokens([NEW]).open("shop", "/o/{token}", between.seal("shop", "/o/{token}", sealed)) == sealed
    between.renew([NEW])
    assert between.open("shop", "/o/{token}", before) is None


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"many": "x" * LARGEST}, "put its id into the link"),
        (object(), "is no JSON"),
        (float("nan"), None),
    ],
)
def test_values_that_cannot_be_carried(value: Any, told: str | None) -> None:
    """Too large a one, and one that is no JSON, are refused with what to do instead."""
    if told is None:  # JSON has no NaN: it becomes null
        token = TOKENS.seal("shop", "/o/{token}", Opened(1, "duka", "en", value))
        found = TOKENS.open("shop", "/o/{token}", token)
        assert found is not None
        assert found.value is None
        return
    with pytest.raises(PluginError, match=told):
        TOKENS.seal("shop", "/o/{token}", Opened(1, "duka", "en", value))


def test_without_a_secret_there_are_no_links() -> None:
    """The refusal says what to write into gateway.toml."""
    with pytest.raises(PluginError, match=r"secret = \["):
        Tokens([]).seal("shop", "/o/{token}", Opened(1, "duka", "en", 1))


@pytest.mark.parametrize(
    ("written", "seconds"), [("20m", 1200.0), ("7d", 604800.0), (timedelta(hours=1), 3600.0)]
)
def test_how_long_a_link_lives(written: str | timedelta, seconds: float) -> None:
    """As a person writes it."""
    assert expires_in(written) == seconds


@pytest.mark.parametrize("written", ["soon", "0s", "400d", timedelta(0), timedelta(days=-1), ""])
def test_times_that_are_none(written: str | timedelta) -> None:
    """Refused, with how to write one."""
    with pytest.raises(PluginError, match="7d"):
        expires_in(written)
