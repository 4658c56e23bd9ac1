"""The bodies of kinds, headers and buttons that no golden sample shows, as the reference prints them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.fit import fit
from gateway.model import outbound as out
from gateway.model.outbound import Outbound
from providers.meta_cloud import provider
from tests.providers.meta_cloud.conftest import make_settings

SETTINGS = make_settings()
LINK = "https://example.org/p/1"


def body(message: Outbound, to: str = "+34600111222") -> Any:
    """The one body that is sent to *to*, decoded."""
    (part,) = provider.render(message).parts
    return json.loads(next(provider.send(part, to, "", SETTINGS)).body)


def interactive(message: Outbound) -> Any:
    """The interactive object of a message."""
    made = body(message)
    assert made["type"] == "interactive"
    return made["interactive"]


def action(name: str, **parameters: Any) -> dict[str, Any]:
    """An action by name."""
    return {"name": name} | ({"parameters": parameters} if parameters else {})


INTERACTIVES: list[tuple[Outbound, dict[str, Any]]] = [
    (
        out.CallPermissionRequest("May we call you?"),
        {"type": "call_permission_request", "action": action("call_permission_request")},
    ),
    (
        out.CallButton("Talk to us", "Call now", 100, "x"),
        {
            "type": "voice_call",
            "action": action("voice_call", display_text="Call now", ttl_minutes=100, payload="x"),
        },
    ),
    (
        out.AddressRequest(
            "Delivery address?",
            values={"city": "Pune"},
            saved=[out.SavedAddress("a1", {"city": "Pune"})],
            errors={"in_pin_code": "Unknown"},
        ),
        {
            "type": "address_message",
            "action": action(
                "address_message",
                country="IN",
                values={"city": "Pune"},
                saved_addresses=[{"id": "a1", "value": {"city": "Pune"}}],
                validation_errors={"in_pin_code": "Unknown"},
            ),
        },
    ),
    (
        out.FlowForm("Book here", flow_name="booking", label="Book", draft=True),
        {
            "type": "flow",
            "action": action(
                "flow", flow_message_version="3", flow_name="booking", flow_cta="Book", mode="draft"
            ),
        },
    ),
    (out.Catalog("All"), {"type": "catalog_message", "action": action("catalog_message")}),
]


@pytest.mark.parametrize(("message", "expected"), INTERACTIVES, ids=lambda value: type(value).__name__)
def test_interactive_messages(message: Any, expected: dict[str, Any]) -> None:
    """Type, text and action."""
    assert interactive(message) == expected | {"body": {"text": message.text}}


def test_a_product_may_lack_a_text() -> None:
    """The only interactive message that may."""
    products = {"catalog_id": "7100", "product_retailer_id": "SKU-1"}
    expected = {"type": "product", "footer": {"text": "Shop"}, "action": products}
    assert interactive(out.Product("7100", "SKU-1", footer="Shop")) == expected


def test_a_carousel_of_products() -> None:
    """Cards with a product and nothing else."""
    made = interactive(
        out.Carousel("New", [out.CarouselCard(sku=f"SKU-{n}") for n in (1, 2)], catalog_id="7100")
    )
    assert made["action"]["cards"] == [
        {
            "card_index": n,
            "type": "product",
            "action": {"product_retailer_id": f"SKU-{n + 1}", "catalog_id": "7100"},
        }
        for n in (0, 1)
    ]


def test_a_carousel_with_reply_buttons() -> None:
    """Quick replies, by id; a video by the id of an upload."""
    cards = [out.CarouselCard("Mug", video="9001", buttons=[out.Button("more-1", "More")])] * 2
    (first, _) = interactive(out.Carousel("New", cards))["action"]["cards"]
    reply = {"type": "quick_reply", "quick_reply": {"id": "more-1", "title": "More"}}
    assert first == {
        "card_index": 0,
        "header": {"type": "video", "video": {"id": "9001"}},
        "body": {"text": "Mug"},
        "action": {"buttons": [reply]},
    }


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Visit", {"type": "text", "text": "Visit"}),
        (out.Header(image="9001"), {"type": "image", "image": {"id": "9001"}}),
        (out.Header(video=LINK), {"type": "video", "video": {"link": LINK}}),
        (
            out.Header(document="9003", filename="a.pdf"),
            {"type": "document", "document": {"id": "9003", "filename": "a.pdf"}},
        ),
    ],
)
def test_headers(header: out.Header | str, expected: dict[str, Any]) -> None:
    """Text, or a medium by link or id."""
    made = interactive(out.Buttons("Confirm?", [out.Button("yes", "Yes")], header))
    assert made["header"] == expected


def test_pins_are_for_groups() -> None:
    """Pinned for some days, and taken away."""
    assert body(out.Pin("wamid.R1", 30), "R1JPVVA=") == {
        "messaging_product": "whatsapp",
        "recipient_type": "group",
        "to": "R1JPVVA=",
        "type": "pin",
        "pin": {"type": "pin", "message_id": "wamid.R1", "expiration_days": "30"},
    }
    unpin = {"type": "unpin", "message_id": "wamid.R1"}
    assert body(out.Pin("wamid.R1", unpin=True), "R1JPVVA=")["pin"] == unpin


def test_a_whole_contact_card() -> None:
    """Every member of a card goes where it belongs; empty ones are left out."""
    card = out.Card(
        "Dr. Ana Ruiz",
        "+34600999888",
        "Ana",
        "Ruiz",
        "ana@example.org",
        "Ruiz SL",
        prefix="Dr.",
        title="Owner",
        birthday="1990-12-31",
        phones=[out.CardPhone("600 111", "", "34600111")],
        urls=[out.CardUrl("https://example.org")],
        addresses=[out.CardAddress(city="Madrid", country_code="ES", type="HOME")],
    )
    assert body(out.Contacts([card]))["contacts"] == [
        {
            "name": {
                "formatted_name": "Dr. Ana Ruiz",
                "first_name": "Ana",
                "last_name": "Ruiz",
                "prefix": "Dr.",
            },
            "birthday": "1990-12-31",
            "phones": [
                {"phone": "+34600999888", "type": "WORK", "wa_id": "34600999888"},
                {"phone": "600 111", "wa_id": "34600111"},
            ],
            "emails": [{"email": "ana@example.org", "type": "WORK"}],
            "urls": [{"url": "https://example.org", "type": "WORK"}],
            "addresses": [{"city": "Madrid", "country_code": "ES", "type": "HOME"}],
            "org": {"company": "Ruiz SL", "title": "Owner"},
        }
    ]
    assert body(out.Contacts([out.Card("Ana")]))["contacts"] == [
        {"name": {"formatted_name": "Ana", "first_name": "Ana"}}
    ]


def test_degrees_are_decimal() -> None:
    """Never in the notation with an exponent."""
    location = body(out.Location(latitude=0.0000123, longitude=-180))["location"]
    assert location == {"latitude": "0.0000123", "longitude": "-180"}


def component(template: out.Template, kind: str) -> Any:
    """The one component of this kind."""
    (found,) = [each for each in body(template)["template"]["components"] if each["type"] == kind]
    return found


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"header": "lunes"}, {"type": "text", "text": "lunes"}),
        (
            {"header": out.Header("lunes", parameter="day")},
            {"type": "text", "parameter_name": "day", "text": "lunes"},
        ),
        ({"header": out.Header(image=LINK)}, {"type": "image", "image": {"link": LINK}}),
        ({"header": out.Header(gif="9009"), "marketing": True}, {"type": "gif", "gif": {"id": "9009"}}),
        (
            {"place": out.Place(40.4168, -3.7038, "Shop", "Calle Mayor 1")},
            {
                "type": "location",
                "location": {
                    "latitude": "40.4168",
                    "longitude": "-3.7038",
                    "name": "Shop",
                    "address": "Calle Mayor 1",
                },
            },
        ),
        (
            {"product": out.ProductHeader("7100", "SKU-1")},
            {"type": "product", "product": {"product_retailer_id": "SKU-1", "catalog_id": "7100"}},
        ),
    ],
    ids=["text", "named", "image", "gif", "place", "product"],
)
def test_heads_of_templates(given: dict[str, Any], expected: dict[str, Any]) -> None:
    """Every parameter that a header can take."""
    made = component(out.Template("t", "es", **given), "header")
    assert made == {"type": "header", "parameters": [expected]}


@pytest.mark.parametrize(
    ("button", "kind", "index", "parameters"),
    [
        (out.QuickReply("P"), "quick_reply", "1", [{"type": "payload", "payload": "P"}]),
        (out.UrlSuffix("visit/17"), "url", "1", [{"type": "text", "text": "visit/17"}]),
        (out.CopyCode("SAVE25"), "copy_code", 1, [{"type": "coupon_code", "coupon_code": "SAVE25"}]),
        (
            out.FlowStart("tok", {"a": 1}),
            "flow",
            "1",
            [{"type": "action", "action": {"flow_token": "tok", "flow_action_data": {"a": 1}}}],
        ),
        (
            out.CatalogStart("SKU-1"),
            "catalog",
            1,
            [{"type": "action", "action": {"thumbnail_product_retailer_id": "SKU-1"}}],
        ),
        (out.CatalogStart(), "catalog", 1, None),
        (
            out.ProductsStart("SKU-1", [out.ProductSection("T", ["SKU-1"])]),
            "mpm",
            1,
            [
                {
                    "type": "action",
                    "action": {
                        "thumbnail_product_retailer_id": "SKU-1",
                        "sections": [{"title": "T", "product_items": [{"product_retailer_id": "SKU-1"}]}],
                    },
                }
            ],
        ),
        (
            out.CallStart(100, "x"),
            "voice_call",
            "1",
            [{"type": "ttl_minutes", "ttl_minutes": 100}, {"type": "payload", "payload": "x"}],
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_buttons_of_templates(button: Any, kind: str, index: str | int, parameters: Any) -> None:
    """Each with its parameters at its place; a button that takes nothing is left out."""
    expected = {"type": "button", "sub_type": kind, "index": index}
    if parameters is not None:
        expected["parameters"] = parameters
    assert component(out.Template("t", "es", buttons=[None, button]), "button") == expected


def test_values_that_whatsapp_writes_itself() -> None:
    """Amounts and days, in a list and by name."""
    money, day = out.Money("EUR 9.90", "EUR", 9900), out.Day("3 Dec")
    currency = {"fallback_value": "EUR 9.90", "code": "EUR", "amount_1000": 9900}
    assert component(out.Template("t", "es", [money, day]), "body")["parameters"] == [
        {"type": "currency", "currency": currency},
        {"type": "date_time", "date_time": {"fallback_value": "3 Dec"}},
    ]
    named = component(out.Template("t", "es", {"price": money, "who": "Ana"}), "body")["parameters"]
    assert named == [
        {"type": "currency", "parameter_name": "price", "currency": currency},
        {"type": "text", "parameter_name": "who", "text": "Ana"},
    ]


def test_a_card_of_a_template_has_head_body_and_buttons() -> None:
    """In this order; all indexes are numbers there."""
    card = out.TemplateCard(
        out.Header(video="9001"), ["Mug"], [out.QuickReply("more"), "url:p/1", out.CopyCode("SAVE25")]
    )
    cards = component(out.Template("t", "es", cards=[card, card]), "carousel")["cards"]
    assert [each["card_index"] for each in cards] == [0, 1]
    assert [each["type"] for each in cards[1]["components"]] == ["header", "body", *["button"] * 3]
    assert [each["index"] for each in cards[1]["components"][2:]] == [0, 1, 2]


def test_a_signed_link_may_be_long() -> None:
    """Meta names no limit for the link of a file."""
    link = "https://cdn.example.org/a.jpg?signature=" + "a" * 3000
    assert body(out.Image(link=link))["image"] == {"link": link}
    head = body(out.Buttons("x", [out.Button("a", "A")], out.Header(image=link)))["interactive"]["header"]
    assert head["image"] == {"link": link}


def test_components_of_ones_own_win() -> None:
    """The provider's own form is sent as it stands."""
    own = [{"type": "body", "parameters": [{"type": "text", "text": "as\nit is"}]}]
    assert body(out.Template("t", "es", ["x"], components=own))["template"]["components"] == own


def test_direct_send_marks_every_part() -> None:
    """A long text is charged, and allowed, part by part."""
    long = fit(out.Text("word " * 1500, category="utility"), provider.capabilities)
    parts = [provider.render(one).parts[0] for one in long.messages]
    assert [part["category"] for part in parts] == ["utility", "utility"]
    assert body(out.CtaUrl("Report", "Open", LINK, category="utility"))["category"] == "utility"
