"""A channel's settings: what is needed, and what is said when it is missing."""

from __future__ import annotations

import base64
import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.errors import SettingsError
from gateway.settings import decode
from providers.dialog360 import provider
from providers.dialog360.settings import Dialog360Settings
from tests.providers.dialog360.conftest import make_settings
from tests.providers.meta_cloud.conftest import make_settings as meta_settings

WHERE = "gateway.toml: tenants[0].channels[0].settings"
LEAST: dict[str, Any] = {"phone_number_id": "4011", "api_key": "key-1"}
HEADER = {"name": "X-Gateway-Secret", "value": "v"}


def refused(**given: Any) -> SettingsError:
    """What the loader says of these settings."""
    with pytest.raises(SettingsError) as caught:
        decode(LEAST | given, Dialog360Settings, WHERE)
    return caught.value


def test_a_channel_without_any_check_is_refused_with_the_remedy() -> None:
    """Nothing would tell its webhooks from anybody's; the sentence names both ways out."""
    error = refused()
    assert error.where.startswith(WHERE)
    for word in ("webhook_header", "webhook_basic", "platform_secret", "gateway channel register"):
        assert word in str(error)


@pytest.mark.parametrize(
    "given",
    [
        {"webhook_header": HEADER},
        {"webhook_header": {"name": "Authorization", "value": ["Basic YTpi", "Bearer x"]}},
        {"webhook_basic": {"user": "gw", "password": "p"}},
        {"platform_secret": "s"},
        {"platform_secret": ["new", "old"]},
        {"webhook_header": HEADER, "platform_secret": "s"},
    ],
)
def test_one_check_is_enough(given: dict[str, Any]) -> None:
    """Header, basic authentication, signature, or two of them."""
    made = decode(LEAST | given, Dialog360Settings, WHERE)
    assert made.secrets or made.header


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"webhook_header": {"name": "X-Gateway-Secret", "value": ""}}, "value is empty"),
        ({"webhook_header": {"name": "X-Gateway-Secret", "value": []}}, "value is empty"),
        ({"webhook_header": {"name": "X-Gateway-Secret", "value": ["a", ""]}}, "value is empty"),
        ({"webhook_header": {"name": "X-Gateway-Secret", "value": "a\nb"}}, "cannot carry"),
        ({"webhook_header": {"name": "X-Gateway-Secret", "value": " a"}}, "cannot carry"),
        ({"webhook_header": {"name": "X-Gateway-Secret", "value": "ñ"}}, "cannot carry"),
        ({"webhook_header": {"name": "", "value": "a"}}, "name must be"),
        ({"webhook_header": {"name": "Content-Type", "value": "a"}}, "name must be"),
        ({"webhook_header": {"name": "X-360dialog-Signature", "value": "a"}}, "name must be"),
        ({"webhook_header": {"name": "A B", "value": "a"}}, "name must be"),
        ({"webhook_header": {"name": "A", "value": "a", "x": 1}}, "x"),
        ({"webhook_basic": {"user": "a:b", "password": "p"}}, "colon"),
        ({"webhook_basic": {"user": "a", "password": ""}}, "password is empty"),
        ({"webhook_basic": {"user": "a", "password": "p"}, "webhook_header": HEADER}, "keep one"),
        ({"platform_secret": ""}, "platform_secret is empty"),
        ({"platform_secret": ["s", " "]}, "platform_secret is empty"),
        ({"platform_secret": "s", "api_key": ""}, "api_key is empty"),
        ({"platform_secret": "s", "api_key": "a\nb"}, "api_key is empty"),
        ({"platform_secret": "s", "phone_number_id": "+34 600"}, "phone_number_id"),
        ({"platform_secret": "s", "api_base": "waba-v2.360dialog.io"}, "api_base must start"),
        ({"platform_secret": "s", "app_secret": "s"}, "unknown setting"),
    ],
)
def test_what_cannot_be_is_refused_by_name(given: dict[str, Any], says: str) -> None:
    """The field, and what to write instead."""
    assert says in str(refused(**given))


def test_basic_authentication_is_a_header() -> None:
    """What 360dialog is told to send, for each password."""
    header = make_settings(
        webhook_header=None, webhook_basic={"user": "gw", "password": ["new", "öld"]}
    ).header
    assert header is not None
    assert header.name == "Authorization"
    sent = [base64.b64decode(value.removeprefix("Basic ")).decode() for value in header.values]
    assert sent == ["gw:new", "gw:öld"]


def test_secrets_are_named_so_that_errors_hide_them() -> None:
    """Every field that holds one is among the provider's secret fields, and the header is never stored."""
    assert provider.secret_fields == {"api_key", "webhook_header", "webhook_basic", "platform_secret"}
    assert provider.secret_headers(make_settings()) == ("x-gateway-secret",)
    assert provider.secret_headers(make_settings(webhook_header=None, platform_secret="s")) == ()
    settings = make_settings(webhook_header=None, webhook_basic={"user": "a", "password": "b"})
    assert provider.secret_headers(settings) == ("authorization",)


def test_settings_survive_being_written() -> None:
    """Written as data and read again they are the same."""
    made = make_settings(platform_secret=["a", "b"], waba_id="1987")
    assert msgspec.convert(msgspec.to_builtins(made), Dialog360Settings) == made
    assert (provider.number(made), provider.account(made)) == ("401122334455667", "1987")


def test_what_is_shown_of_settings_holds_no_secret() -> None:
    """A traceback or a log line may show them."""
    made = make_settings(api_key="key-secret", platform_secret="platform-secret")
    basic = make_settings(webhook_header=None, webhook_basic={"user": "u", "password": "basic-secret"})
    meta = meta_settings(access_token="token-secret", app_secret="app-secret", verify_token="verify-secret")
    shown = repr([made, made.webhook_header, basic, basic.webhook_basic, basic.header, meta])
    assert "secret" not in shown
    assert "401122334455667" in shown


def test_the_documented_configuration_is_accepted() -> None:
    """The one of docs/360dialog.md, with its secrets looked up."""
    page = (Path(__file__).parents[3] / "docs" / "360dialog.md").read_text()
    (text,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (channel,) = tomllib.loads("\n".join(line.strip() for line in text.splitlines()))["tenants"]["channels"]
    assert channel["provider"] == provider.name
    settings = channel["settings"]
    settings["api_key"], settings["webhook_header"]["value"] = "key", "v" * 32
    assert provider.number(decode(settings, Dialog360Settings, WHERE)) == "401122334455667"
