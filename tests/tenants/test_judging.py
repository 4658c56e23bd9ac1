"""What may be written into settings, and how they are shown."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import SettingsError
from gateway.tenants.errors import Invalid
from gateway.tenants.hiding import LONG, shown
from gateway.tenants.judging import DEEPEST, invalid, judge_addresses, judge_plain, merged, pointer

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    return [text for each in value for text in _texts(each)] if isinstance(value, list) else []


@given(JSON, JSON)
def test_of_a_secret_at_most_four_characters_are_shown(secret: Any, other: Any) -> None:
    """Whatever its shape; what is no secret is shown as it is."""
    found = shown({"secret": secret, "other": 1}, {"secret"})

    assert found["other"] == 1
    text = msgspec.json.encode(found["secret"]).decode()
    for each in _texts(found["secret"]):
        assert len(each) <= 4
    for each in _texts(secret):
        assert len(each) < LONG or each not in text
    assert shown({"other": other}, None)["other"] == shown({"other": other}, {"other"})["other"]


@given(JSON, st.sampled_from(["env", "file"]), st.integers(0, DEEPEST - 2))
def test_a_reference_is_found_wherever_it_stands(beside: Any, kind: str, depth: int) -> None:
    """It would read the operator's environment and files for whoever may write settings."""
    value: Any = {kind: "HOME"}
    for level in range(depth):
        value = [value, 1] if level % 2 else {"in": value, "beside": 2}

    with pytest.raises(Invalid) as refused:
        judge_plain({"a": value, "b": beside} if depth % 2 else {"a": value})
    assert refused.value.pointer in ("/settings/a", "/settings/b")


def test_what_is_nested_too_deeply_is_refused() -> None:
    """Before anything recurses into it."""
    value: Any = 1
    for _ in range(400):
        value = [value]
    with pytest.raises(Invalid, match="levels deep"):
        judge_plain({"a": value})


@given(st.dictionaries(st.text(max_size=4), JSON), st.dictionaries(st.text(max_size=4), JSON))
def test_a_merge_keeps_what_is_not_named(before: dict[str, Any], change: dict[str, Any]) -> None:
    """Null takes away; doing it again changes nothing."""
    after = merged(before, change)
    assert merged(after, change) == after
    assert None not in after.values()
    for key, value in change.items():
        assert after.get(key) == value
    for key in before.keys() - change.keys():
        assert after.get(key) == before[key]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("settings", "/settings"),
        ("settings.app_secret", "/settings/app_secret"),
        ("settings.shared_key[1].id", "/settings/shared_key/1/id"),
        (".time_zone", "/time_zone"),
        ("settings.a/b~c", "/settings/a~1b~0c"),
    ],
)
def test_places_become_pointers(where: str, expected: str) -> None:
    """As RFC 6901 writes them."""
    assert pointer(where) == expected


def test_what_is_wrong_elsewhere_is_told_at_the_field_that_needs_it() -> None:
    """A provider that signs its address needs one of the gateway's own settings."""
    error = invalid(SettingsError("gateway.toml: server.public_url", "missing", "write it"), "/provider")
    assert error.pointer == "/provider"
    assert error.detail == "gateway.toml: server.public_url is missing — write it"


def test_only_operators_name_servers() -> None:
    """By the ending of the setting's name."""
    judge_addresses(["api_base"], trusted=True)
    judge_addresses(["api_version"], trusted=False)
    with pytest.raises(Invalid, match="for operators"):
        judge_addresses(["api_version", "content_base"], trusted=False)
