"""How a request to Meta looks on a phone."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.simulator.view import Choice, Person, Place, Rows, Slide, View, Viewing
from providers.meta_cloud.simulator import MetaSimulator
from providers.meta_cloud.simulator.phone import received
from providers.meta_cloud.simulator.view import view

REPLY = {"type": "quick_reply", "quick_reply": {"id": "a", "title": "Buy"}}
CARD = {
    "header": {"type": "image", "image": {"id": "9"}},
    "body": {"text": "Mango"},
    "action": {"buttons": [REPLY]},
}
LINK = {"name": "cta_url", "parameters": {"display_text": "Open", "url": "https://example.org/a"}}


def interactive(kind: str, action: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An interactive message."""
    return {
        "type": "interactive",
        "interactive": {"type": kind, "body": {"text": "x"}, "action": action, **more},
    }


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ({"type": "text", "text": {"body": "x"}, "context": {"message_id": "q"}}, View(quotes="q")),
        ({"type": "image", "image": {"id": "1"}}, View(file="1", file_kind="image")),
        ({"type": "audio", "audio": {"id": "1", "voice": True}}, View(file="1", file_kind="voice")),
        (
            {"type": "document", "document": {"link": "https://a.example/f", "filename": "f.pdf"}},
            View(file="https://a.example/f", file_kind="document", filename="f.pdf"),
        ),
        (
            {"type": "location", "location": {"latitude": "1.5", "longitude": 2, "name": "Shop"}},
            View(place=Place(1.5, 2.0, "Shop")),
        ),
        (
            {
                "type": "contacts",
                "contacts": [{"name": {"formatted_name": "Ana"}, "phones": [{"phone": "+1"}]}],
            },
            View(people=(Person("Ana", "+1"),)),
        ),
        ({"type": "reaction", "reaction": {"message_id": "m", "emoji": "👍"}}, View(reacts_to="m")),
        (interactive("cta_url", LINK), View(link="https://example.org/a", label="Open")),
        (interactive("location_request_message", {"name": "send_location"}), View(asks="location")),
        (
            interactive(
                "list", {"button": "b", "sections": [{"title": "S", "rows": [{"id": "r", "title": "R"}]}]}
            ),
            View(sections=(Rows("S", (Choice("r", "R"),)),)),
        ),
        (
            interactive("button", {"buttons": []}, header={"type": "video", "video": {"id": "3"}}),
            View(file="3", file_kind="video"),
        ),
        (
            interactive("carousel", {"cards": [CARD]}),
            View(slides=(Slide("Mango", "9", "image", options=(Choice("a", "Buy"),)),)),
        ),
    ],
)
def test_what_is_drawn(body: dict[str, Any], seen: View) -> None:
    """What stands around the words, for each kind."""
    assert view(received("m1", body)) == seen


async def test_the_phone_learns_what_was_read_and_sees_uploads() -> None:
    """The simulator offers all that a phone asks for; older menus can be tapped."""
    async with MetaSimulator() as simulator:
        assert isinstance(simulator, Viewing)
        assert simulator.file("nothing") is None
        told = simulator.store_inbound(b"%PDF-1.4", "application/pdf")
        file = simulator.file(told["id"])
        assert file is not None
        assert (file.mime_type, file.content) == ("application/pdf", b"%PDF-1.4")
