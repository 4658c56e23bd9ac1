"""Every limit of wire.md 2.2 and 2.4: at the limit a message is taken, one over it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from providers.meta_cloud.simulator.checks import check_message, check_receipt
from providers.meta_cloud.simulator.errors import TITLES, GraphError

OWN = "15550104477"
HEAD = {"messaging_product": "whatsapp", "to": "+254700000001"}
SAMPLES = Path(__file__).parents[3] / "samples" / "meta"
Body = dict[str, Any]


def inter(kind: str, action: Any, body: str | None = "Hi", **more: Any) -> Body:
    """An interactive message."""
    content = {"type": kind, "action": action, **more} | ({"body": {"text": body}} if body else {})
    return {"type": "interactive", "interactive": content}


def buttons(count: int = 1, title: str = "", reply_id: str = "", **more: Any) -> Body:
    """Reply buttons, told apart by their numbers."""
    replies = [
        {"type": "reply", "reply": {"id": reply_id or str(n), "title": title or f"T{n}"}}
        for n in range(count)
    ]
    return inter("button", {"buttons": replies}, **more)


def listing(
    sections: int = 1,
    rows: int = 1,
    *,
    button: str = "Open",
    title: str = "S",
    row: Body | None = None,
    body: str = "Hi",
) -> Body:
    """A list with *rows* rows in all, spread over its sections."""
    made: list[Body] = [{"title": title, "rows": []} for _ in range(sections)]
    for n in range(rows):
        made[n % sections]["rows"].append({"id": str(n), "title": "R", **(row or {})})
    return inter("list", {"button": button, "sections": made}, body)


def link(label: str = "Open", url: str = "https://example.org") -> Body:
    """A URL button."""
    return inter("cta_url", {"name": "cta_url", "parameters": {"display_text": label, "url": url}})


def flow(**parameters: Any) -> Body:
    """A form."""
    given = {"flow_message_version": "3", "flow_id": "8800", "flow_cta": "Book", **parameters}
    return inter("flow", {"name": "flow", "parameters": given})


def card(index: int, *, text: str = "Mug", label: str = "Buy", reply: str = "") -> Body:
    """A card of a media carousel."""
    action: Body = {"name": "cta_url", "parameters": {"display_text": label, "url": "https://example.org"}}
    if reply:
        action = {"buttons": [{"type": "quick_reply", "quick_reply": {"id": reply, "title": label}}]}
    header = {"type": "image", "image": {"id": "9"}}
    return {"card_index": index, "header": header, "body": {"text": text}, "action": action}


def carousel(count: int = 2, body: str = "Hi", **of_card: Any) -> Body:
    """A media carousel."""
    return inter("carousel", {"cards": [card(n, **of_card) for n in range(count)]}, body)


def goods(count: int = 2) -> Body:
    """A product carousel."""
    action = {"product_retailer_id": "SKU-1", "catalog_id": "7100"}
    cards = [{"card_index": n, "type": "product", "action": action} for n in range(count)]
    return inter("carousel", {"cards": cards})


def products(sections: int = 1, items: int = 1, title: str = "S") -> Body:
    """A product list with *items* products in all."""
    made: list[Body] = [{"title": title, "product_items": []} for _ in range(sections)]
    for n in range(items):
        made[n % sections]["product_items"].append({"product_retailer_id": f"SKU-{n}"})
    header = {"type": "text", "text": "Offers"}
    return inter("product_list", {"catalog_id": "7100", "sections": made}, header=header)


def template(*components: Body, name: str = "visit") -> Body:
    """A template."""
    content = {"name": name, "language": {"code": "es"}, "components": list(components)}
    return {"type": "template", "template": content}


def coupon(code: str, index: int = 0) -> Body:
    """The value of a copy-code button."""
    value = {"type": "coupon_code", "coupon_code": code}
    return {"type": "button", "sub_type": "copy_code", "index": index, "parameters": [value]}


def voice(**parameters: Any) -> Body:
    """A call button."""
    return inter("voice_call", {"name": "voice_call", "parameters": parameters})


def words(*values: Body) -> Body:
    """A template whose body has these values."""
    return template({"type": "body", "parameters": list(values)})


CARD = {"name": {"formatted_name": "Ana", "first_name": "Ana"}}
#: (limit, the body at n, the largest n, the code one above)
LIMITS: list[tuple[str, Callable[[int], Body], int, int]] = [
    ("text", lambda n: {"type": "text", "text": {"body": "x" * n}}, 4096, 100),
    ("image caption", lambda n: {"type": "image", "image": {"id": "9", "caption": "x" * n}}, 1024, 100),
    ("video caption", lambda n: {"type": "video", "video": {"id": "9", "caption": "x" * n}}, 1024, 100),
    (
        "document caption",
        lambda n: {"type": "document", "document": {"id": "9", "caption": "x" * n}},
        1024,
        100,
    ),
    ("callback data", lambda n: {"text": {"body": "x"}, "biz_opaque_callback_data": "x" * n}, 512, 100),
    ("interactive body", lambda n: buttons(body="x" * n), 1024, 100),
    ("list body", lambda n: listing(body="x" * n), 4096, 100),
    ("header", lambda n: buttons(header={"type": "text", "text": "x" * n}), 60, 100),
    ("footer", lambda n: buttons(footer={"text": "x" * n}), 60, 100),
    ("buttons", lambda n: buttons(n), 3, 131009),
    ("button title", lambda n: buttons(title="x" * n), 20, 100),
    ("button id", lambda n: buttons(reply_id="x" * n), 256, 100),
    ("list button", lambda n: listing(button="x" * n), 20, 100),
    ("sections", lambda n: listing(n, n), 10, 131009),
    ("rows", lambda n: listing(2, n), 10, 131009),
    ("section title", lambda n: listing(title="x" * n), 24, 100),
    ("row title", lambda n: listing(row={"title": "x" * n}), 24, 100),
    ("row description", lambda n: listing(row={"description": "x" * n}), 72, 100),
    ("row id", lambda n: listing(row={"id": "x" * n}), 200, 100),
    ("link label", lambda n: link("x" * n), 20, 100),
    ("link", lambda n: link(url="https://example.org/".ljust(n, "x")), 2000, 100),
    ("flow label", lambda n: flow(flow_cta="x" * n), 30, 100),
    ("cards", carousel, 10, 131009),
    ("carousel body", lambda n: carousel(body="x" * n), 1024, 100),
    ("card body", lambda n: carousel(text="x" * n), 160, 100),
    ("card line breaks", lambda n: carousel(text="x" + "\n" * n + "x"), 2, 131009),
    ("card label", lambda n: carousel(label="x" * n), 20, 100),
    ("card reply label", lambda n: carousel(label="x" * n, reply="r"), 20, 100),
    ("card reply id", lambda n: carousel(reply="x" * n), 20, 100),
    ("product cards", goods, 10, 131009),
    ("products", lambda n: products(2, n), 30, 131009),
    ("product sections", lambda n: products(n, n), 10, 131009),
    ("product section title", lambda n: products(title="x" * n), 24, 100),
    ("contacts", lambda n: {"type": "contacts", "contacts": [CARD] * n}, 257, 131009),
    ("template name", lambda n: template(name="x" * n), 512, 100),
    ("coupon", lambda n: template(coupon("x" * n)), 15, 100),
    ("template button index", lambda n: template(coupon("x", n)), 9, 131009),
    ("call label", lambda n: voice(display_text="x" * n), 20, 100),
    ("call minutes", lambda n: voice(ttl_minutes=n), 43_200, 131009),
    (
        "pin days",
        lambda n: {
            "recipient_type": "group",
            "to": "group-1",
            "type": "pin",
            "pin": {"type": "pin", "message_id": "wamid.x", "expiration_days": n},
        },
        30,
        131009,
    ),
    ("direct send ttl", lambda n: direct(message_send_ttl_seconds=n), 43_200, 131009),
]


def direct(**more: Any) -> Body:
    """A text by Direct Send."""
    return {"type": "text", "text": {"body": "Hi"}, "category": "utility", **more}


@pytest.mark.parametrize(
    ("make", "most", "code"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS]
)
def test_a_limit_is_kept_to_the_letter(make: Callable[[int], Body], most: int, code: int) -> None:
    """What is as long as allowed is taken; one more is refused with the code that Graph gives."""
    check_message({**HEAD, **make(most)}, OWN)
    with pytest.raises(GraphError) as caught:
        check_message({**HEAD, **make(most + 1)}, OWN)
    assert caught.value.code == code


REFUSED: list[tuple[str, int, Body]] = [
    ("an unknown member", 100, {"text": {"body": "x"}, "priority": 1}),
    ("another kind's content", 100, {"type": "text", "text": {"body": "x"}, "image": {"id": "9"}}),
    ("an unknown nested member", 100, {"text": {"body": "x", "color": "red"}}),
    ("two emoji", 131009, {"type": "reaction", "reaction": {"message_id": "w", "emoji": "👍👍"}}),
    ("a word as emoji", 131009, {"type": "reaction", "reaction": {"message_id": "w", "emoji": "ok"}}),
    ("no emoji member", 131008, {"type": "reaction", "reaction": {"message_id": "w"}}),
    ("a user id that is none", 131009, {"to": None, "recipient": "Ana", "text": {"body": "x"}}),
    ("a pin outside of a group", 131009, {"type": "pin", "pin": {"type": "unpin", "message_id": "w"}}),
    ("media by Direct Send", 131009, {"type": "image", "image": {"id": "9"}, "category": "utility"}),
    ("a category that is none", 131009, {"text": {"body": "x"}, "category": "service"}),
    (
        "a code to a user id",
        131062,
        {"to": None, "recipient": "ES.1", "text": {"body": "x"}, "category": "authentication"},
    ),
    ("one card", 131009, carousel(1)),
    ("one product card", 131009, goods(1)),
    (
        "cards of two kinds",
        131009,
        inter("carousel", {"cards": [card(0), card(1, reply="r")]}),
    ),
    ("cards out of order", 131009, inter("carousel", {"cards": [card(1), card(0)]})),
    (
        "a carousel with a footer",
        131009,
        {
            **carousel(),
            "interactive": {
                **carousel()["interactive"],
                "footer": {"text": "x"},
            },
        },
    ),
    ("a product list without a header", 131008, inter("product_list", {"catalog_id": "7", "sections": []})),
    ("several sections without titles", 131008, products(2, 2, "")),
    ("a flow by id and by name", 100, flow(flow_name="book")),
    ("an emoji on a flow", 131009, flow(flow_cta="Book 📅")),
    ("a flow of version 2", 131009, flow(flow_message_version="2")),
    ("data without a screen", 131008, flow(flow_action_payload={"data": {"a": 1}})),
    (
        "a payload for data_exchange",
        131009,
        flow(flow_action="data_exchange", flow_action_payload={"screen": "A"}),
    ),
    ("another action name", 131009, inter("location_request_message", {"name": "location"})),
    (
        "an address without a country",
        131008,
        inter(
            "address_message",
            {
                "name": "address_message",
                "parameters": {"values": {"city": "Pune"}},
            },
        ),
    ),
    ("a card with an unknown part", 100, {"type": "contacts", "contacts": [{**CARD, "shoes": 42}]}),
    ("a birthday in words", 131009, {"type": "contacts", "contacts": [{**CARD, "birthday": "May"}]}),
    ("a bad wa_id", 131009, {"type": "contacts", "contacts": [{**CARD, "phones": [{"wa_id": "+34"}]}]}),
    (
        "a line break in a value",
        132018,
        words({"type": "text", "text": "a\nb"}),
    ),
    (
        "five spaces in a value",
        132018,
        words({"type": "text", "text": "a     b"}),
    ),
    (
        "an image in a body",
        132012,
        words({"type": "image", "image": {"id": "9"}}),
    ),
    (
        "two values for a head",
        132000,
        template({"type": "header", "parameters": [{"type": "text", "text": "a"}] * 2}),
    ),
    (
        "mixed names",
        132018,
        template(
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "text": "a", "parameter_name": "a"},
                    {"type": "text", "text": "b"},
                ],
            }
        ),
    ),
    ("a button twice", 131009, template(coupon("A"), coupon("B"))),
    (
        "a payload for a coupon",
        132012,
        template(
            {
                "type": "button",
                "sub_type": "copy_code",
                "index": 0,
                "parameters": [{"type": "payload", "payload": "x"}],
            }
        ),
    ),
]


@pytest.mark.parametrize(("code", "body"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_breaks_a_rule_is_refused(code: int, body: Body) -> None:
    """Each rule has its code."""
    sent = {name: value for name, value in {**HEAD, **body}.items() if value is not None}
    with pytest.raises(GraphError) as caught:
        check_message(sent, OWN)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "emoji",
    [
        "👍",
        "👍🏽",
        "❤️",
        "👨‍👩‍👧",
        "🇰🇪",
        "5️⃣",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "",
    ],
)
def test_every_kind_of_emoji_is_one(emoji: str) -> None:
    """Skin tones, families, flags and keycaps are one emoji; nothing takes the reaction away."""
    check_message({**HEAD, "type": "reaction", "reaction": {"message_id": "w", "emoji": emoji}}, OWN)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("send_*.json")), ids=lambda path: path.stem)
def test_every_sample_is_accepted(path: Path) -> None:
    """The requests that wire.md gives as examples pass."""
    body = json.loads(path.read_text())
    if "status" in body:
        assert check_receipt(body) == body["message_id"]
    else:
        check_message(body, OWN)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("response_error_*.json")), ids=lambda path: path.stem)
def test_errors_have_metas_shape(path: Path) -> None:
    """Code, title, type and members are those of the samples."""
    sample = json.loads(path.read_text())["error"]
    error = GraphError(sample["code"], sample["error_data"]["details"]).body()["error"]
    assert error.keys() == sample.keys()
    assert {**error, "fbtrace_id": ""} == {**sample, "fbtrace_id": ""}


#: The codes of wire.md 2.11 that are not 400.
HTTP = {0: 401, 2: 503, 3: 500, 10: 403, 190: 401, 368: 403, 130497: 403, 131000: 500, 131005: 403,
        131016: 500, 131031: 403, 131045: 500, 131057: 500, 132001: 404, 133000: 500, 133004: 503,
        134102: 500, 200: 403}  # fmt: skip


def test_every_code_has_its_http_status() -> None:
    """The table of errors agrees with wire.md 2.11."""
    assert {code: http for code, (http, _) in TITLES.items() if http != 400} == HTTP


def test_a_template_error_speaks_to_people() -> None:
    """Codes of template management come with a title and a sentence, subcodes with error 100."""
    told = GraphError(2388299, "Begins with a variable.").body()["error"]
    assert told["error_user_title"] == "Leading or trailing variables are not allowed"
    assert GraphError(100, "Taken.", subcode=2388024).body()["error"]["error_subcode"] == 2388024
    assert GraphError(133004, "Later.").body()["error"]["is_transient"] is True
