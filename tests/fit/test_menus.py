"""What a message asks."""

from __future__ import annotations

import pytest

from gateway.fit import menu_of
from gateway.model import outbound as out
from gateway.model.menu import Menu, Option
from gateway.model.outbound import Outbound
from gateway.model.template import TemplateButtonDefinition, TemplateDefinition

LINK = "https://cdn.example.org/a"


def test_the_options_of_a_message_are_its_menu() -> None:
    """In their order, with all their words, as the author sent them."""
    buttons = out.Buttons("x", [out.Button("a", "A"), out.Button("b", "B")])
    assert menu_of(buttons) == Menu("buttons", (Option("a", "A"), Option("b", "B")))
    rows = [out.Section("S", [out.Row("a", "A", "d")]), out.Section("T", [out.Row("b", "B")])]
    assert menu_of(out.List("x", "y", rows)) == Menu("list", (Option("a", "A", "d"), Option("b", "B")))
    cards = [out.CarouselCard("x", image=LINK, buttons=[out.Button(str(n), "More")]) for n in (1, 2)]
    assert menu_of(out.Carousel("x", cards)) == Menu("buttons", (Option("1", "More"), Option("2", "More")))


def test_a_templates_replies_are_its_menu() -> None:
    """Their words are known when the definition is; links and codes are no options."""
    template = out.Template("visit", "es", buttons=[out.QuickReply("yes"), out.UrlSuffix("7"), "later"])
    definition = TemplateDefinition(
        "visit",
        "es",
        "utility",
        buttons=[
            TemplateButtonDefinition("quick_reply", "Sí"),
            TemplateButtonDefinition("url", "Ver"),
            TemplateButtonDefinition("quick_reply", "Más tarde"),
        ],
    )
    assert menu_of(template) == Menu("buttons", (Option("yes", ""),))
    assert menu_of(template, definition) == Menu(
        "buttons", (Option("yes", "Sí"), Option("later", "Más tarde"))
    )
    assert menu_of(out.Template("code", "es", buttons=[out.OneTimeCode("1234")])) is None


@pytest.mark.parametrize(
    "text",
    ["How many?", "¿Cuántos?", "¿Cuántos? 🙂", "Really?!", '"Why?"', "(How many?)", "كم؟", "何個？", "Πόσα;",
     "Քանի՞", "Ripe?\n", "Which? *", "_How many?_"],
)  # fmt: skip
def test_a_text_that_ends_with_a_question_asks(text: str) -> None:
    """In any script; emoji and closing marks may follow."""
    assert menu_of(out.Text(text)) == Menu("question")
    assert menu_of(out.Image(link=LINK, caption=text)) == Menu("question")


@pytest.mark.parametrize("text", ["Hi.", "Is it? Yes.", "a; b;", "https://x.example/?a=1", ""])
def test_other_texts_ask_nothing(text: str) -> None:
    """A question in the middle is answered there."""
    assert menu_of(out.Text(text)) is None


@pytest.mark.parametrize(
    "message",
    [
        out.LocationRequest("x"),
        out.ContactRequest("x"),
        out.AddressRequest("x"),
        out.CallPermissionRequest("x"),
    ],
    ids=lambda message: type(message).__name__,
)
def test_requests_ask(message: Outbound) -> None:
    """Whatever their words are."""
    assert menu_of(message) == Menu("question")


def test_what_says_nothing_asks_nothing() -> None:
    """Files, places, reactions."""
    for message in (out.Audio(link=LINK), out.Location(latitude=0, longitude=0), out.Reaction("m", "👍")):
        assert menu_of(message) is None
