"""Every request of the reference is made from a typed message: equal as fields, and as decoded JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from gateway.model import outbound as out
from gateway.model.outbound import Outbound
from gateway.model.template import TemplateButtonDefinition as ButtonOf
from gateway.model.template import TemplateCardDefinition, TemplateDefinition, TemplateHeader
from providers.twilio.receipts import TwilioReceipts
from providers.twilio.templates import TwilioTemplates
from providers.twilio.templates.write import write
from tests.providers.twilio.outgoing import ANA, SETTINGS, SID, Twilio, ok
from tests.support.desk import Desk

FOLDER = Path(__file__).parents[2] / "samples" / "twilio"
LINK = "https://gw.example.org/m/abc.jpg"
TEMPLATE = "HX0000000000000000000000000000004d"

SENDS: dict[str, tuple[Outbound, str]] = {
    "text": (out.Text("Hi"), ANA),
    "text_bsuid": (out.Text("Hi"), "ES.90817263544536271"),
    "media": (out.Image(link=LINK, caption="Front door"), ANA),
    "location": (out.Location(40.4168, -3.7038, "Shop", "Calle Mayor 1"), ANA),
    "content_template": (
        out.Template(
            "visit_reminder",
            "es",
            components=[{"ContentSid": TEMPLATE, "ContentVariables": {"1": "Ana", "2": "lunes"}}],
        ),
        ANA,
    ),
}
#: Filled in for the words of the reference: a content of ours has blanks where it has them.
CONTENTS: dict[str, Outbound] = {
    "quick_reply": out.Buttons("Confirm, Ana?", [out.Button("yes", "Yes"), out.Button("no", "No")]),
    "list_picker": out.List("Choose, Ana", "Slots", [out.Section("", [out.Row("mon-9", "09:00", "Free")])]),
    "call_to_action": out.CtaUrl("Report for Ana", "Open", "https://example.org/r/1"),
    "carousel": out.Carousel(
        "New, Ana",
        [
            out.CarouselCard(
                f"Item {n}\nNice",
                image=f"https://cdn.example.org/{n}.jpg",
                buttons=[out.Button(f"more-{n}", "More")],
            )
            for n in (0, 1)
        ],
    ),
}
TEMPLATES: dict[str, TemplateDefinition] = {
    "text": TemplateDefinition("text", "en", "utility", "Hi {{1}}", examples=["Ana"]),
    "media": TemplateDefinition(
        "media",
        "en",
        "utility",
        "For {{1}}",
        TemplateHeader("image", handle="https://cdn.example.org/a.jpg"),
        examples=["Ana"],
    ),
    "call_to_action": TemplateDefinition(
        "call_to_action",
        "en",
        "utility",
        "Report for {{1}}",
        examples=["Ana"],
        buttons=[ButtonOf("url", "Open", "https://example.org/r/1")],
    ),
    "whatsapp_authentication": TemplateDefinition(
        "whatsapp_authentication",
        "en",
        "authentication",
        security_recommendation=True,
        code_minutes=10,
        buttons=[ButtonOf("otp", "Copy code")],
    ),
}


def sample(name: str) -> Any:
    """A JSON file of the reference."""
    return json.loads((FOLDER / name).read_text())


def fields(raw: str) -> dict[str, Any]:
    """A form's fields, with the variables as an object and without the address for statuses."""
    found: dict[str, Any] = dict(parse_qsl(raw.strip(), strict_parsing=True))
    if "ContentVariables" in found:
        found["ContentVariables"] = json.loads(found["ContentVariables"])
    found.pop("StatusCallback", None)
    return found


def filled(types: Any, variables: dict[str, str]) -> Any:
    """*types* with the words in the blanks."""
    text = json.dumps(types)
    for name, value in variables.items():
        text = text.replace("{{" + name + "}}", value)
    return json.loads(text)


@pytest.mark.parametrize("name", SENDS)
def test_a_send_is_the_reference_s(name: str) -> None:
    """Recipient, sender and content are the fields that Twilio documents."""
    message, to = SENDS[name]
    twilio = Twilio()
    twilio.send(message, to)
    (call,) = twilio.calls
    assert fields(call.body.decode()) == fields((FOLDER / f"send_{name}.form").read_text())


def test_all_sends_of_the_reference_are_compared() -> None:
    """A new sample needs a message here."""
    assert {f.stem.removeprefix("send_") for f in FOLDER.glob("send_*.form")} == set(SENDS)


@pytest.mark.parametrize("name", CONTENTS)
def test_a_content_shows_what_the_reference_shows(name: str) -> None:
    """With its variables filled in, the content is the reference's, word by word."""
    twilio = Twilio()
    twilio.send(CONTENTS[name])
    made = filled(twilio.made[0]["types"], json.loads(twilio.forms[0]["ContentVariables"]))
    wanted = sample(f"content_create_{name}.json")
    assert made == filled(wanted["types"], wanted["variables"])


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_the_reference_s_content(name: str) -> None:
    """Type and fields are those of the reference."""
    content, _ = write(TEMPLATES[name])
    assert {content.type: content.fields} == sample(f"content_create_{name}.json")["types"]


def test_a_carousel_template_is_the_reference_s_content() -> None:
    """But for the ids of replies, which are variables so that each send may have its own."""
    cards = [
        TemplateCardDefinition(
            TemplateHeader("image", handle=f"https://cdn.example.org/{n}.jpg"),
            f"Item {n}\nNice",
            buttons=[ButtonOf("quick_reply", "More")],
        )
        for n in (0, 1)
    ]
    definition = TemplateDefinition("c", "en", "marketing", "New, {{1}}", examples=["Ana"], cards=cards)
    content, samples = write(definition)
    made = filled({content.type: content.fields}, {"2": "more-0", "3": "more-1"})
    assert made == sample("content_create_carousel.json")["types"]
    assert samples == {"1": "Ana", "2": "More", "3": "More"}


def test_the_approval_is_asked_for_as_the_reference_does() -> None:
    """With the template's name and category."""
    desk = Desk(lambda call: ok({"sid": TEMPLATE, "status": "received"}))
    definition = TemplateDefinition("visit_reminder", "es", "utility", "Hi")
    made = desk.run(TwilioTemplates().create(definition, SETTINGS, {}))
    assert json.loads(desk.calls[1].body) == sample("content_approval_request.json")
    assert (made.provider_id, made.status) == (TEMPLATE, "PENDING")


def test_typing_is_the_reference_s() -> None:
    """The indicator names the channel and the contact's message."""
    desk = Desk(lambda call: ok({"success": True}, 200))
    desk.run(TwilioReceipts().mark_read(SID, True, SETTINGS))
    assert json.loads(desk.calls[0].body) == sample("typing_request_v3.json")
    assert desk.calls[0].url == "https://messaging.twilio.com/v3/Indicators/Typing.json"
