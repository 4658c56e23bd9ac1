"""Where the files are that contacts send, and who sees which secret on the way (wire.md §2.3, §3)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.inbound import Media
from gateway.provider import Download, HttpAnswer, HttpRequest, ProviderError
from providers.dialog360 import provider as dialog360
from providers.meta_cloud import provider as meta
from providers.meta_cloud.media import origin
from tests.providers.dialog360.conftest import make_settings as dialog360_settings
from tests.providers.meta_cloud.conftest import make_settings
from tests.support.desk import Desk

PATH = "/whatsapp_business/attachments/?mid=9001&source=webhook&ext=1794900300&hash=Composed"
TOLD = f"https://lookaside.fbsbx.com{PATH}"
FRESH = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=9001&source=getMedia&hash=New"
META, HUB = make_settings(), dialog360_settings()
BEARER, KEY = {"Authorization": "Bearer token-1"}, {"D360-API-KEY": "key-1"}
GONE = {"error": {"message": "Object with ID '9001' does not exist", "code": 100, "error_subcode": 33}}


def located(
    provider: Any, settings: Any, media: Media, again: bool = False, status: int = 200, told: Any = None
) -> tuple[Download, list[HttpRequest]]:
    """Where *media* is, and what was asked to find out."""
    body = json.dumps({"url": FRESH, "mime_type": "image/jpeg", "id": "9001"} if told is None else told)
    desk = Desk(lambda call: HttpAnswer(status, {}, body.encode()))
    return desk.run(provider.media.locate(media, settings, again)), desk.calls


def failed(provider: Any, settings: Any, media: Media, status: int, told: Any) -> str:
    """The class of the error."""
    with pytest.raises(ProviderError) as caught:
        located(provider, settings, media, True, status, told)
    return caught.value.kind


def test_the_webhooks_address_is_used_first() -> None:
    """Without a call; Meta's host sees the token."""
    found, calls = located(meta, META, Media("9001", url=TOLD))
    assert (found.url, found.headers, calls) == (TOLD, BEARER, [])


def test_an_address_that_does_not_work_is_asked_for_anew() -> None:
    """By the file's id."""
    found, (call,) = located(meta, META, Media("9001", url=TOLD), again=True)
    assert (call.method, call.url) == ("GET", "https://graph.facebook.com/v25.0/9001")
    assert (call.headers, call.sends) == (BEARER, False)
    assert (found.url, found.headers) == (FRESH, BEARER)


def test_without_an_address_the_id_is_asked() -> None:
    """Older webhooks tell the id alone."""
    found, (call,) = located(meta, META, Media("90/01"))
    assert call.url.endswith("/90%2F01")
    assert found.url == FRESH


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://lookaside.fbsbx.com/a", True),
        ("https://graph.facebook.com/a", True),
        ("https://scontent.xx.whatsapp.net/a", True),
        ("https://LOOKASIDE.FBSBX.COM:443/a", True),
        ("http://lookaside.fbsbx.com/a", False),
        ("https://lookaside.fbsbx.com:8443/a", False),
        ("https://fbsbx.com.evil.example/a", False),
        ("https://evilfbsbx.com/a", False),
        ("https://lookaside.fbsbx.com@evil.example/a", False),
        ("https://evil.example/lookaside.fbsbx.com", False),
        ("https://cdn.example.org/a", False),
        ("http://169.254.169.254/latest", False),
        ("https://lookaside.fbsbx.com\\@evil.example/", False),
    ],
)
def test_the_token_is_shown_to_metas_own_hosts_only(url: str, told: bool) -> None:
    """Over https, on the usual port; whoever else is named gets a plain request."""
    found, _ = located(meta, META, Media("9001", url=url))
    assert found.headers == (BEARER if told else {})


def test_a_configured_address_is_trusted() -> None:
    """A proxy or a simulator may be anywhere, and sees the token at its own origin."""
    settings = make_settings(api_base="http://127.0.0.1:9000/")
    found, _ = located(meta, settings, Media("9001", url=f"http://127.0.0.1:9000{PATH}"))
    assert (found.headers, found.trusted) == (BEARER, ("http://127.0.0.1:9000",))
    found, _ = located(meta, settings, Media("9001", url=f"http://127.0.0.1:9001{PATH}"))
    assert found.headers == {}


@pytest.mark.parametrize("again", [False, True])
def test_360dialog_is_asked_at_its_own_host(again: bool) -> None:
    """Scheme and host are replaced, path and query stay; the key goes there, and a token nowhere."""
    found, calls = located(dialog360, HUB, Media("9001", url=TOLD), again)
    expected = (FRESH if again else TOLD).removeprefix("https://lookaside.fbsbx.com")
    assert found.url == f"https://waba-v2.360dialog.io{expected}"
    assert (found.headers, found.trusted) == (KEY, ("https://waba-v2.360dialog.io",))
    assert [(call.url, call.headers) for call in calls] == (
        [("https://waba-v2.360dialog.io/9001", KEY)] if again else []
    )


def test_an_address_that_is_not_metas_is_not_asked_of_360dialog() -> None:
    """Any path would be fetched with the key, and kept as the contact's file."""
    found, (call,) = located(dialog360, HUB, Media("9001", url="https://evil.example/v1/configs/webhook"))
    assert call.url.endswith("/9001")
    assert found.url == f"https://waba-v2.360dialog.io{FRESH.removeprefix('https://lookaside.fbsbx.com')}"


@given(st.from_regex(r"https?://[a-z0-9.@:\\\[\]-]{1,30}(/[ -~]{0,20})?", fullmatch=True))
def test_the_key_never_leaves_360dialog(url: str) -> None:
    """Whatever address a webhook tells."""
    try:
        found, _ = located(dialog360, HUB, Media("9001", url=url))
    except ProviderError as error:
        assert error.kind == "media"  # noqa: PT017
    else:
        assert origin(found.url) == "https://waba-v2.360dialog.io"


@given(st.text(max_size=60))
def test_any_address_is_looked_at(url: str) -> None:
    """What is none gets no token and breaks nothing."""
    found, _ = located(meta, META, Media("9001", url=url))
    assert found.headers in ({}, BEARER)


@pytest.mark.parametrize(("provider", "settings"), [(meta, META), (dialog360, HUB)])
@pytest.mark.parametrize(
    ("status", "told", "kind"),
    [
        (400, GONE, "media"),
        (404, {}, "media"),
        (404, {"meta": {"http_code": 404, "developer_message": "Not found"}}, "media"),
        (400, {"error": {"code": 131052, "message": "m"}}, "media"),
        (401, {"error": {"code": 190, "message": "m"}}, "auth"),
        (429, {}, "rate_limited"),
        (500, {}, "unavailable"),
        (200, {}, "unavailable"),
        (200, {"url": "file:///etc/passwd"}, "unavailable"),
        (200, [], "unavailable"),
    ],
)
def test_what_comes_of_asking_is_judged(
    provider: Any, settings: Any, status: int, told: Any, kind: str
) -> None:
    """Gone for good, or worth another try."""
    assert failed(provider, settings, Media("9001"), status, told) == kind


@pytest.mark.parametrize(("provider", "settings"), [(meta, META), (dialog360, HUB)])
def test_a_file_without_an_id_is_gone_with_its_address(provider: Any, settings: Any) -> None:
    """There is nothing to ask by."""
    assert failed(provider, settings, Media(url=TOLD), 200, None) == "media"
