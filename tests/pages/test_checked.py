"""Routes that are wrong are refused when the plugin is loaded, with a sentence that says what to write."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from gateway import Chat, PluginRoute, WebhookPost, api, hmac_sha256, hook, page, public_page, webhook
from gateway.errors import PluginError
from gateway.hooks.host import Host


class Body(Struct):
    name: str


async def show(request: Any) -> str:
    return ""


async def other(request: Any) -> str:
    return ""


async def many(request: Any, chat: Any, more: Any) -> None: ...


def plain(request: Any) -> str:
    return ""


async def late(request: WebhookPost, settings: Any) -> bool:
    return True


def good(request: WebhookPost, settings: Any) -> bool:
    return True


#: A check that forgets the settings.
one: Any = plain


async def taken(request: WebhookPost, chat: Chat) -> None: ...


def load(*routes: Any) -> Host:
    """A host with a plugin that returns *routes*."""

    class Shop:
        @hook.register_routes
        def routes(self) -> Sequence[PluginRoute]:
            return list(routes)

    host = Host()
    host.register(Shop(), "shop")
    return host


WRONG: list[tuple[Any, str]] = [
    (page("GET", "/orders", show), "no sign-in yet"),
    (public_page("GET", "/o", show), "the one parameter {token}"),
    (public_page("GET", "/o/{token}/{id}", show), "the one parameter {token}"),
    (public_page("DELETE", "/o/{token}", show), "public_page takes GET, POST"),  # type: ignore[arg-type]
    (public_page("GET", "/o/{token}", plain), "must be 'async def'"),  # type: ignore[arg-type]
    (public_page("GET", "/o/{token}", many), "takes (request), not 3"),  # type: ignore[arg-type]
    (public_page("GET", "/o/{token}", show, forms_to=["pay.example"]), '"https://pay.example"'),
    (public_page("GET", "/static/{token}", show), "/static is for the files"),
    (public_page("GET", "/../{token}", show), "choose another first word"),
    (public_page("GET", "/o o/{token}", show), "a path is written as"),
    (public_page("GET", "/o/{token}/", show), "a path is written as"),
    (api("GET", "orders", show), "a path is written as"),
    (api("GET", "/orders/{id}/{id}", show), "twice"),
    (api("GET", "/orders", show, body=Body), "a GET has no body"),
    (api("POST", "/orders", show, body=dict), "body is a msgspec.Struct"),
    (api("GET", "/orders", show, scope="admin"), 'scope is "read" or "write"'),  # type: ignore[arg-type]
    (api("GET", "/orders", show, answer=object), "JSON Schema"),
    (api("POST", "/orders", show, status=404), "status is 200, 201"),  # type: ignore[arg-type]
    (webhook("POST", "/delivery", taken, verify=good), "its path needs {tenant}"),
    (webhook("GET", "/d/{tenant}", taken, verify=good), "webhook takes POST, PUT"),  # type: ignore[arg-type]
    (webhook("POST", "/d/{tenant}", taken, verify=late), "verify is a plain 'def'"),  # type: ignore[arg-type]
    (webhook("POST", "/d/{tenant}", taken, verify=one), "verify takes (request, settings)"),
    (webhook("POST", "/d/{tenant}", taken, verify=None), "anybody could send it"),  # type: ignore[arg-type]
    (webhook("POST", "/d/{tenant}", taken, verify=good, key=good), "key takes (request)"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("route", "told"), WRONG, ids=[told for _, told in WRONG])
def test_a_wrong_route_is_refused(route: PluginRoute, told: str) -> None:
    """The sentence names the plugin, the place and what to write instead."""
    with pytest.raises(PluginError) as error:
        load(route)
    assert "plugin 'shop'" in str(error.value)
    assert told in str(error.value)
    assert "test_checked.py:" in str(error.value)


def test_two_that_clash_are_refused() -> None:
    """Both are named with their lines. What means one address may stand beside what means many."""
    with pytest.raises(PluginError, match="answer the same requests") as error:
        load(api("GET", "/orders/{id}", show), public_page("GET", "/orders/{token}", other))
    assert str(error.value).count("test_checked.py:") == 2
    with pytest.raises(PluginError, match="two webhooks have handlers named taken"):
        load(
            webhook("POST", "/a/{tenant}", taken, verify=good),
            webhook("POST", "/b/{tenant}", _another_taken(), verify=good),
        )
    load(
        api("GET", "/orders/{id}", show),
        api("GET", "/orders/new", other),
        api("POST", "/orders/{name}", show),
        webhook("POST", "/a/{tenant}", taken, verify=good),
        webhook("POST", "/b/{tenant}", taken, verify=good),
    )


def _another_taken() -> Any:
    async def taken(request: WebhookPost, chat: Chat) -> None: ...

    return taken


def test_templates_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    """With the template's own line."""
    (tmp_path / "shop.py").write_text(
        "from gateway import hook\n@hook.on_start\nasync def a() -> None: ...\n"
    )
    (tmp_path / "shop_templates").mkdir()
    (tmp_path / "shop_templates" / "order.html").write_text("<p>\n{% if %}</p>\n")
    host = Host.load([tmp_path / "shop.py"], entry_points=False)
    assert "order.html:2" in host.failed["shop"]


SECRET = "a secret of theirs"


@given(st.binary(max_size=50))
def test_signatures_in_every_form(body: bytes) -> None:
    """Hexadecimal, base64 with and without padding, with a prefix; and no other."""
    made = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
    for given_form in (
        made.hex(), made.hex().upper(), f"sha256={made.hex()}", base64.b64encode(made).decode(),
        base64.urlsafe_b64encode(made).decode().rstrip("="), f" {made.hex()} ",
    ):  # fmt: skip
        assert hmac_sha256(SECRET, body, given_form)
        assert hmac_sha256(["new", SECRET.encode()], body, given_form)
        assert not hmac_sha256("another", body, given_form)
        assert not hmac_sha256(SECRET, body + b"x", given_form)
    for wrong in ("", "sha256=", made.hex()[:-1], "é" * 64, made.hex() + "0"):
        assert not hmac_sha256(SECRET, body, wrong)


@pytest.mark.parametrize("secret", ["", b"", [], ["good", ""]])
def test_an_empty_secret_is_no_secret(secret: Any) -> None:
    """It raises, which is a no with a line in the log."""
    with pytest.raises(ValueError, match="empty"):
        hmac_sha256(secret, b"", "")
