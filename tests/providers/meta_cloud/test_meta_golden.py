"""Every request of the reference is made from a typed message, equal as decoded JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.model import outbound as out
from gateway.model.outbound import Outbound
from gateway.provider import HttpRequest
from providers.meta_cloud import provider
from tests.providers.meta_cloud.conftest import make_settings

FOLDER = Path(__file__).parents[2] / "samples" / "meta"
SETTINGS = make_settings()
INBOUND = "wamid.U0FNUExFLXRleHQ="
SHOP = "https://cdn.example.org"


def _cards() -> list[out.CarouselCard]:
    return [
        out.CarouselCard(f"Item {n}", image=f"{SHOP}/{n}.jpg", label="Buy", url=f"https://example.org/p/{n}")
        for n in (0, 1)
    ]


MESSAGES: dict[str, Outbound] = {
    "text": out.Text("Hi", preview_url=False),
    "text_to_bsuid_reply": out.Text("Sure", reply_to=INBOUND),
    "direct_send_utility": out.Text("Your parcel leaves today.", category="utility"),
    "image": out.Image(media_id="900200000000001", caption="Door"),
    "video": out.Video(link=f"{SHOP}/v.mp4", caption="Tour"),
    "audio": out.Voice(media_id="900200000000002"),
    "document": out.Document(media_id="900200000000003", filename="invoice-17.pdf", caption="Invoice"),
    "sticker": out.Sticker(media_id="900200000000004"),
    "location": out.Location(latitude=40.4168, longitude=-3.7038, name="Shop", address="Calle Mayor 1"),
    "contacts": out.Contacts([out.Card("Ana Ruiz", "+34600999888", first_name="Ana")]),
    "reaction": out.Reaction(INBOUND, "👍"),
    "reaction_remove": out.Reaction(INBOUND),
    "interactive_button": out.Buttons(
        "Confirm?", [out.Button("yes", "Yes"), out.Button("no", "No")], "Visit", "Ruiz SL"
    ),
    "interactive_list": out.List(
        "Choose", "Slots", [out.Section("Monday", [out.Row("mon-9", "09:00", "Free")])], "Times", "CET"
    ),
    "interactive_cta_url": out.CtaUrl("Report", "Open", "https://example.org/r/1"),
    "interactive_product": out.Product("710055512", "SKU-TEA-1", "This?"),
    "interactive_product_list": out.ProductList(
        "Pick", "710055512", [out.ProductSection("Tea", ["SKU-TEA-1"])], "Offers"
    ),
    "interactive_catalog_message": out.Catalog("All", "SKU-TEA-1"),
    "interactive_flow": out.FlowForm("Book", "8800", "Book", "tok-17", "START", {"name": "Ana"}),
    "interactive_location_request": out.LocationRequest("Where?"),
    "interactive_request_contact_info": out.ContactRequest("Your number?"),
    "interactive_media_carousel": out.Carousel("New", _cards()),
    "template_auth_copy_code": out.Template("login_code", "en_US", buttons=[out.OneTimeCode("482913")]),
    "template_named_with_buttons": out.Template(
        "visit_reminder",
        "es",
        {"first_name": "Ana"},
        out.Header(document="900200000000003", filename="visit.pdf"),
        [out.QuickReply("CONFIRM-17"), out.UrlSuffix("visit/17")],
    ),
    "template_carousel": out.Template(
        "carousel_tea",
        "en_US",
        ["Ana"],
        cards=[
            out.TemplateCard(out.Header(image="900200000000010"), buttons=[out.QuickReply("more-0")]),
            out.TemplateCard(out.Header(image="900200000000011"), buttons=[out.QuickReply("more-1")]),
        ],
    ),
    "template_limited_time_offer": out.Template(
        "flash",
        "en_US",
        ["Ana"],
        buttons=[out.CopyCode("SAVE25")],
        offer_until=1_794_986_400_000_000,
    ),
}


def raw(name: str) -> Any:
    """A sample's body."""
    return json.loads((FOLDER / f"send_{name}.json").read_bytes())


def request(name: str) -> HttpRequest:
    """The request that our message makes."""
    if name == "mark_read_with_typing":
        return next(provider.receipts.mark_read(INBOUND, True, SETTINGS))
    expected = raw(name)
    rendered = provider.render(MESSAGES[name])
    assert rendered.losses == ()
    (part,) = rendered.parts
    to = expected.get("to") or expected["recipient"]
    return next(provider.send(part, to, expected.get("biz_opaque_callback_data", ""), SETTINGS))


NAMES = sorted(path.stem.removeprefix("send_") for path in FOLDER.glob("send_*.json"))


def test_no_sample_is_without_a_producer() -> None:
    """All of them are here, each once, and none by a way around the types."""
    assert len(NAMES) == 27
    assert {*MESSAGES, "mark_read_with_typing"} == set(NAMES)
    assert not any(message.extra for message in MESSAGES.values())
    assert not any(getattr(message, "components", []) for message in MESSAGES.values())


@pytest.mark.parametrize("name", NAMES)
def test_the_request_equals_the_sample(name: str) -> None:
    """The whole body: recipient, quote, our own id, every index as text or number."""
    made = request(name)
    assert json.loads(made.body) == raw(name)
    assert made.url == "https://graph.facebook.com/v25.0/401122334455667/messages"


def test_a_text_in_place_of_a_button_keeps_its_meaning() -> None:
    """Without the definition, "url:" is the end of a link and anything else a reply's payload."""
    template = MESSAGES["template_named_with_buttons"]
    assert isinstance(template, out.Template)
    plain = out.Template(
        template.name, template.language, template.values, template.header, ["CONFIRM-17", "url:visit/17"]
    )
    assert provider.render(plain) == provider.render(template)
