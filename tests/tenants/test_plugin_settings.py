"""The layers of a plugin's settings: merged key by key, each mistake told at the layer that made it."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from gateway.errors import SettingsError
from gateway.tenants.plugin_settings import Layer, read


class Rate(Struct, frozen=True):
    to: str
    price: int = 0


class Shop(Struct, frozen=True):
    currency: str
    rates: list[Rate] = []
    limits: dict[str, int] = {}

    def __post_init__(self) -> None:
        if self.currency == "XXX":
            raise ValueError("currency must be one that people pay with")


_KEYS = st.dictionaries(st.sampled_from("abcde"), st.integers(), max_size=5)


@given(st.lists(_KEYS, max_size=4))
def test_a_later_layer_replaces_keys(layers: list[dict[str, int]]) -> None:
    """Without a Struct the plugin gets a mapping with the last value of each key."""
    wanted: dict[str, int] = {}
    for layer in layers:
        wanted.update(layer)
    assert read([Layer("x", layer) for layer in layers], None, "x") == wanted


@pytest.mark.parametrize(
    ("tenant", "channel", "place"),
    [
        ({}, {}, "tenant.currency: missing"),
        ({"currency": 1}, {}, "tenant.currency: expected `str`"),
        ({"currency": "KES"}, {"currency": 1}, "channel.currency: expected `str`"),
        ({"currency": "KES", "rates": [{"to": "UGX"}, {"to": 7}]}, {}, "tenant.rates[1].to: expected `str`"),
        ({"currency": "KES"}, {"rates": [{"too": "UGX"}]}, "channel.rates[0].too: unknown setting"),
        ({"currency": "KES", "limits": {"a": "b"}}, {}, "tenant.limits.a: expected `int`"),
        (
            {"curency": "KES"},
            {"currency": "KES"},
            "tenant.curency: unknown setting — did you mean 'currency'?",
        ),
        ({"currency": "KES"}, {"currency": "XXX"}, "channel.currency: currency must be one that people pay"),
    ],
)
def test_a_mistake_is_told_where_it_was_made(
    tenant: dict[str, Any], channel: dict[str, Any], place: str
) -> None:
    """The layer that the wrong key came from; what is missing is the tenant's to write."""
    layers = [Layer("installation", {"limits": {}}), Layer("tenant", tenant), Layer("channel", channel)]
    with pytest.raises(SettingsError) as caught:
        read(layers, Shop, "tenant")
    assert str(caught.value).startswith(place)


def test_only_gateway_toml_may_refer_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept in the database stays what it is, also when somebody got a reference into it."""
    monkeypatch.setenv("CURRENCY", "KES")
    reference = {"currency": {"env": "CURRENCY"}}
    assert read([Layer("file", reference)], Shop, "file").currency == "KES"
    with pytest.raises(SettingsError, match=r"database\.currency: expected `str`, got `object`"):
        read([Layer("database", reference, False)], Shop, "database")


class Keyed(Struct, frozen=True):
    key: str
    zone: str = "UTC"

    def __post_init__(self) -> None:
        if self.key == "exit":
            raise SystemExit(3)
        if self.key.startswith("test"):
            raise ValueError(f"key {self.key} is one for tests")
        ZoneInfo(self.zone)


def test_what_a_settings_own_check_raises_is_a_mistake_in_them() -> None:
    """Whatever it raises: a plugin's own code must not end what reads the settings of everybody."""
    with pytest.raises(SettingsError) as caught:
        read([Layer("tenant", {"key": "live", "zone": "Nowhere/At_All"})], Keyed, "tenant")
    said = str(caught.value)
    assert said.startswith("tenant: Keyed does not take these: ZoneInfoNotFoundError")
    assert "test_plugin_settings.py:" in said
    assert "let it raise ValueError" in said
    with pytest.raises(SettingsError, match="SystemExit: 3"):
        read([Layer("tenant", {"key": "exit"})], Keyed, "tenant")


def test_a_mistake_does_not_tell_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one that is written nor one that stands elsewhere; what is not there is told by its name."""
    monkeypatch.setenv("SHOP_KEY_OF_DUKA", "test-c4nary-secret")
    for layer in ({"key": "test-c4nary-secret"}, {"key": {"env": "SHOP_KEY_OF_DUKA"}}):
        with pytest.raises(SettingsError, match="is one for tests") as caught:
            read([Layer("tenant", layer)], Keyed, "tenant")
        assert "c4nary" not in str(caught.value)
    monkeypatch.delenv("SHOP_KEY_OF_DUKA")
    with pytest.raises(SettingsError, match="environment variable SHOP_KEY_OF_DUKA is not set"):
        read([Layer("tenant", {"key": {"env": "SHOP_KEY_OF_DUKA"}})], Keyed, "tenant")
