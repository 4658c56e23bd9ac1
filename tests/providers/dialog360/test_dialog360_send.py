"""What is sent through 360dialog: Meta's bodies at 360dialog's address."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import SendRefused
from gateway.model import outbound as out
from gateway.provider import HttpAnswer, HttpRequest
from providers.dialog360 import provider
from providers.meta_cloud import provider as meta
from tests.providers.dialog360.conftest import BASE, make_settings
from tests.providers.meta_cloud.test_meta_golden import INBOUND, MESSAGES, NAMES
from tests.support.desk import Desk

META = Path(__file__).parents[2] / "samples" / "meta"
SETTINGS = make_settings()
ACCEPTED = json.dumps(
    {"contacts": [{"input": "+5511987654321", "wa_id": "551187654321"}], "messages": [{"id": "wamid.1"}]}
).encode()


def conducted(part: dict[str, Any], to: str, correlation: str = "") -> tuple[Any, HttpRequest]:
    """What a send returns, and its request."""
    desk = Desk(lambda call: HttpAnswer(200, {}, ACCEPTED))
    found = desk.run(provider.send(part, to, correlation, SETTINGS))
    (call,) = desk.calls
    return found, call


@pytest.mark.parametrize("name", [name for name in NAMES if name in MESSAGES])
def test_every_request_of_the_reference_is_made(name: str) -> None:
    """The same JSON as Meta's, without version and number in the path, with the key and no token."""
    expected = json.loads((META / f"send_{name}.json").read_bytes())
    (part,) = provider.render(MESSAGES[name]).parts
    to = expected.get("to") or expected["recipient"]
    found, call = conducted(part, to, expected.get("biz_opaque_callback_data", ""))
    assert json.loads(call.body) == expected
    assert (call.method, call.sends) == ("POST", True)
    assert call.url == f"{BASE}/messages"
    assert call.headers == {"D360-API-KEY": "key-1", "Content-Type": "application/json"}
    assert found.message_id == "wamid.1"
    assert [identity.value for identity in found.identities] == ["+551187654321"]


def test_a_marketing_template_has_its_own_edge() -> None:
    """When it is asked for (wire.md §2.9, §3)."""
    (part,) = provider.render(out.Template("sale", "es", marketing=True)).parts
    assert conducted(part, "+34600111222")[1].url == f"{BASE}/marketing_messages"


def test_what_is_extra_for_360dialog_is_laid_over() -> None:
    """By this provider's name; what is meant for Meta alone stays out."""
    message = out.Text("Hi", extra={"dialog360": {"ttl": 60}, "meta_cloud": {"ttl": 1, "x": 2}})
    assert provider.render(message).parts[0]["ttl"] == 60
    assert "x" not in provider.render(message).parts[0]
    assert meta.render(message).parts[0]["ttl"] == 1
    with pytest.raises(SendRefused, match=r"^dialog360: extra\.dialog360\.to is who gets the message"):
        provider.render(out.Text("Hi", extra={"dialog360": {"to": "+1"}}))


def test_a_refusal_names_this_provider() -> None:
    """The limits are Meta's, the channel is not."""
    with pytest.raises(SendRefused, match=r"^dialog360: buttons has 4 items, WhatsApp takes 1 to 3$"):
        provider.render(out.Buttons("x", [out.Button(f"{n}", f"B{n}") for n in range(4)]))


def test_what_it_can_is_what_meta_can() -> None:
    """The same table, with the files that go as what."""
    assert provider.capabilities == meta.capabilities
    assert set(provider.capabilities.media) == {"image", "audio", "voice", "video", "document", "sticker"}


def test_a_message_is_marked_as_read() -> None:
    """The reference's body at 360dialog's address; it is no send."""
    assert provider.receipts is not None
    desk = Desk(lambda call: HttpAnswer(200, {}, b'{"success":true}'))
    desk.run(provider.receipts.mark_read(INBOUND, True, SETTINGS))
    (call,) = desk.calls
    expected = json.loads((META / "send_mark_read_with_typing.json").read_bytes())
    assert (call.url, json.loads(call.body), call.sends) == (f"{BASE}/messages", expected, False)
