"""Each kind in Twilio's terms, and what is refused before the call."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.errors import SendRefused
from gateway.model import outbound as out
from gateway.model.capability import Loss
from gateway.model.outbound import Outbound
from providers.twilio.render import render

LINK = "https://cdn.example.org/a.pdf"
STORED = {"stored": "f-1"}


def part(message: Outbound) -> dict[str, Any]:
    """The one part of *message*."""
    (made,) = render(message).parts
    return made


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (out.Image(stored="f-1"), "image"),
        (out.Video(stored="f-1"), "video"),
        (out.Audio(stored="f-1"), "audio"),
        (out.Document(stored="f-1"), "document"),
        (out.Sticker(stored="f-1"), "sticker"),
    ],
)
def test_a_file_that_is_kept_gets_its_address_later(message: Outbound, kind: str) -> None:
    """A part says which file and as what; addresses of ours are good for minutes only."""
    assert part(message) == {"MediaUrl": STORED | {"kind": kind}}


def test_a_link_goes_as_it_stands() -> None:
    """Twilio fetches it itself."""
    assert part(out.Document(link=LINK)) == {"MediaUrl": LINK}


def test_an_empty_text_is_a_loss() -> None:
    """Nothing is sent for it."""
    made = render(out.Text(" \n"))
    assert (made.parts, [loss.how for loss in made.losses]) == ((), ["dropped"])


def test_a_place_without_a_name_is_called_by_its_address_or_degrees() -> None:
    """Twilio wants a body; the label has no sign that would end it."""
    assert part(out.Location(1.5, -0.000001, address="Mayor 1 | left\nhouse")) == {
        "Body": "Mayor 1 / left house",
        "PersistentAction": "geo:1.5,-0.000001|Mayor 1 / left house",
    }
    assert part(out.Location(1.5, 2.0)) == {"Body": "1.5, 2.0", "PersistentAction": "geo:1.5,2.0"}


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (out.Text("a" * 1601), "text has 1601 characters, WhatsApp takes 1600"),
        (out.Image(media_id="9"), "media_id cannot go through Twilio"),
        (out.Image(link="900"), "link is no link"),
        (out.Image(), "link or stored: give exactly one"),
        (out.Image(link=LINK, stored="f-1"), "link or stored: give exactly one"),
        (out.Image(link=LINK, caption="a" * 1025), "caption has 1025 characters"),
        (out.Video(link=LINK, caption="a"), "caption goes with pictures only"),
        (out.Location(91.0, 0.0), "latitude is 91, degrees are within ±90"),
        (out.Location(0.0, float("nan")), "longitude is nan"),
        (out.Buttons("a", []), "buttons has 0 items, WhatsApp takes 1 to 3"),
        (out.Buttons("a", [out.Button("x", "A")], footer="f"), "footer has no place"),
        (out.Buttons("a", [out.Button("x", "A" * 21)]), "buttons[0].title has 21 characters"),
        (out.Buttons("a", [out.Button("x", "A"), out.Button("x", "B")]), "buttons[1].id repeats 'x'"),
        (out.List("a", "b", [out.Section("t", [out.Row("1", "A")])]), "sections[0].title has no place"),
        (out.List("a", "b", [out.Section("", [])]), "rows has 0 items"),
        (out.CtaUrl("a", "b", "example.org"), "url must start with https://"),
        (out.FlowForm("a", flow_name="f", label="b"), "flow_id is empty"),
        (out.FlowForm("a", flow_id="f", label="b", screen="S", data={"a": 1}), "data cannot go with a form"),
        (out.Reaction("SM1", "👍"), "reaction does not exist at Twilio"),
        (out.Catalog("a"), "catalog does not exist at Twilio"),
        (out.Text("a", category="utility"), "category asks for Direct Send"),
        (out.Text("\ud83d"), "which is no character"),
        (out.Template("a", "es"), "run `gateway templates list --sync`"),
        (out.Template("a", "es", components=[{"type": "body"}]), "components is one object for Twilio"),
        (out.Template("a", "es", components=[{"ContentSid": "9"}]), "HX and 32 hex digits"),
    ],
)
def test_what_cannot_be_is_refused_by_name(message: Outbound, words: str) -> None:
    """The refusal says the field and what would do."""
    with pytest.raises(SendRefused) as refused:
        render(message)
    assert words in str(refused.value)
    assert str(refused.value).startswith("twilio: ")


def test_what_a_plugin_put_into_a_field_is_read_as_the_api_would() -> None:
    """A mapping in place of a piece is understood, a wrong type is refused with its place."""
    pressed: Any = [{"id": "x", "title": "A"}]
    assert part(out.Buttons("a", pressed)) == part(out.Buttons("a", [out.Button("x", "A")]))
    wrong: Any = 5
    with pytest.raises(SendRefused, match="not well formed"):
        render(out.Text(wrong))


def test_a_quote_that_was_not_put_into_words_is_a_loss() -> None:
    """Twilio has no place for it; nothing is left out in silence."""
    assert [loss.what for loss in render(out.Text("a", reply_to="SM1")).losses] == ["reply_to"]


def test_the_marketing_endpoint_is_a_loss() -> None:
    """Twilio has none; the template goes as any other."""
    message = out.Template("a", "es", components=[{"ContentSid": "HX1"}], marketing=True)
    made = render(message)
    assert made.parts == ({"ContentSid": "HX1"},)
    assert [loss.what for loss in made.losses] == ["marketing"]


def test_extra_goes_into_the_form() -> None:
    """Texts, numbers and truth values, and variables as an object."""
    made = part(out.Text("a", extra={"twilio": {"ValidityPeriod": 60, "Body": "b"}, "meta_cloud": {"x": 1}}))
    assert made == {"Body": "b", "ValidityPeriod": 60}


def test_a_content_in_extra_replaces_what_the_message_shows() -> None:
    """Twilio takes a content or a body, never both; its variables are those of `extra` or none."""
    extra = {"twilio": {"ContentSid": "HX1"}}
    assert part(out.Text("a", extra=extra)) == {"ContentSid": "HX1"}
    buttons = out.Buttons("a", [out.Button("x", "A")], extra=extra)
    assert part(buttons) == {"ContentSid": "HX1"}


def test_a_template_by_hand_needs_no_definition() -> None:
    """Its SID in `extra`, and values that number themselves."""
    extra = {"twilio": {"ContentSid": "HX1"}}
    made = part(out.Template("a", "es", values=["Ana", out.Day("Monday")], extra=extra))
    assert made == {"ContentSid": "HX1", "ContentVariables": {"1": "Ana", "2": "Monday"}}
    with pytest.raises(SendRefused, match="header has no number"):
        render(out.Template("a", "es", header="b", extra=extra))


@pytest.mark.parametrize(
    ("name", "value"),
    [("To", "whatsapp:+1"), ("StatusCallback", "https://x"), ("_content", {}), ("Tags", {"a": 1})],
)
def test_extra_cannot_change_who_gets_it_or_what_comes_back(name: str, value: object) -> None:
    """Nor hold what is no field of a form."""
    with pytest.raises(SendRefused, match=f"extra.twilio.{name}"):
        render(out.Text("a", extra={"twilio": {name: value}}))


def test_variables_in_extra_are_an_object() -> None:
    """The form's JSON is written by the gateway."""
    with pytest.raises(SendRefused, match="ContentVariables is an object"):
        render(out.Text("a", extra={"twilio": {"ContentVariables": "1"}}))


def test_line_breaks_beyond_the_sixtieth_become_spaces() -> None:
    """Each line is a variable, so there is an end; it is told as a loss."""
    body = "\n".join("ab" for _ in range(70))
    made = render(out.Buttons(body, [out.Button("x", "A")]))
    assert made.losses == (Loss("text", "converted", "10 line breaks became spaces"),)
    variables = made.parts[0]["ContentVariables"]
    assert variables["60"] == " ".join(["ab"] * 11)
    assert len(variables) == 62
