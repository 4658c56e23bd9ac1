"""How a message at Twilio looks on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from gateway.simulator import Hosted
from gateway.simulator.view import Choice, Place, Rows, Slide, View, Viewing
from providers.twilio.simulator import TwilioSimulator
from providers.twilio.simulator.phone import plain, shown
from providers.twilio.simulator.view import view

REPLY = {"type": "QUICK_REPLY", "id": "a", "title": "Buy"}
LINK = {"type": "URL", "title": "Open", "url": "https://example.org/a"}


@pytest.mark.parametrize(
    ("kind", "content", "seen"),
    [
        ("twilio/text", {"body": "x"}, View()),
        ("twilio/quick-reply", {"body": "x", "actions": [REPLY]}, View()),
        ("twilio/call-to-action", {"body": "x", "actions": [LINK]}, View(link=LINK["url"], label="Open")),
        (
            "twilio/list-picker",
            {"body": "x", "button": "b", "items": [{"id": "r", "item": "R", "description": "d"}]},
            View(sections=(Rows("", (Choice("r", "R", "d"),)),)),
        ),
        (
            "twilio/media",
            {"body": "x", "media": ["https://a.example/m.mp4?x=1"]},
            View(file="https://a.example/m.mp4?x=1", file_kind="video", filename="m.mp4"),
        ),
        (
            "twilio/location",
            {"latitude": 1.5, "longitude": "2", "label": "Shop"},
            View(place=Place(1.5, 2.0, "Shop")),
        ),
        (
            "twilio/carousel",
            {
                "body": "x",
                "cards": [{"title": "T", "body": "B", "media": "https://a.example/1", "actions": [REPLY]}],
            },
            View(slides=(Slide("T\nB", "https://a.example/1", "image", options=(Choice("a", "Buy"),)),)),
        ),
    ],
)
def test_contents_are_drawn(kind: str, content: dict[str, Any], seen: View) -> None:
    """What stands around the words of each type of content."""
    assert view(replace(shown("SM1", kind, content, {}), content=content)) == seen


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("image/png", "image"),
        ("image/webp", "sticker"),
        ("audio/ogg", "audio"),
        ("application/pdf", "document"),
        ("", ""),
    ],
)
def test_a_file_is_drawn_by_its_type(mime: str, kind: str) -> None:
    """By the type that came when it was fetched; unknown when it was not."""
    message = replace(plain("SM1", {}, "https://a.example/media/abc", True), mime=mime)
    assert view(message) == View(file="https://a.example/media/abc", file_kind=kind)  # type: ignore[arg-type]


def test_a_place_is_drawn() -> None:
    """`PersistentAction` holds the point and a label, `Body` the name."""
    form = {"Body": "Shop", "PersistentAction": "geo:-1.5,36.8|Main Street"}
    assert view(plain("SM1", form, "", True)) == View(place=Place(-1.5, 36.8, "Shop", "Main Street"))


async def test_the_phone_is_offered_what_it_asks_for() -> None:
    """Views, what was read, and the host of the files."""
    async with TwilioSimulator() as simulator:
        assert isinstance(simulator, Viewing)
        assert isinstance(simulator, Hosted)
        assert simulator.hosts == (simulator.media_base,)
