"""What stands around every provider's rendering."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.errors import SendRefused, TemplateMismatch
from gateway.model.checks import most
from gateway.model.outbound import Button, Buttons, Outbound, Text
from gateway.provider import Rendered
from gateway.provider.rendering import named, rendered


def _render(message: Outbound) -> Rendered:
    if isinstance(message, Buttons):
        return Rendered(({"ids": [button.id for button in message.buttons]},))
    assert isinstance(message, Text)
    return Rendered(({"body": most("text", message.text, 5)},))


def test_a_refusal_names_the_provider_once() -> None:
    """And the field, with its limit."""
    with pytest.raises(SendRefused) as refused:
        rendered("pigeons", _render, Text("Hello there"))
    assert str(refused.value) == "pigeons: text has 11 characters, WhatsApp takes 5"


def test_a_refusal_with_fields_of_its_own_stays_as_it_is() -> None:
    """The API answers with its code."""
    with pytest.raises(TemplateMismatch, match=r"^template hello"), named("pigeons"):
        raise TemplateMismatch("hello", "values", "a list of 1", "2")


def test_mappings_in_place_of_pieces_are_understood() -> None:
    """A plugin that builds messages from JSON need not know our types."""
    button: Any = {"id": "yes", "title": "Yes"}
    assert rendered("pigeons", _render, Buttons("Sure?", [button])).parts == ({"ids": ["yes"]},)
    assert rendered("pigeons", _render, Buttons("Sure?", [Button("no", "No")])).parts == ({"ids": ["no"]},)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (Text(5), "pigeons: the message is not well formed: .*text"),  # type: ignore[arg-type]
        (Text("\ud83d"), "pigeons: a text holds .*, which is no character"),
        (Buttons("Sure?", [Button(object(), "Yes")]), "pigeons: a value cannot be written as JSON"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_sent_is_refused_with_its_place(wrong: Outbound, words: str) -> None:
    """Nothing that a plugin puts into a message ends in anything but a refusal."""
    with pytest.raises(SendRefused, match=words):
        rendered("pigeons", _render, wrong)
