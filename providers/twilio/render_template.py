"""Template sends: Twilio knows a template by its content's SID and numbered variables (wire.md §4.5).

The SID is in the template's definition, so `TwilioTemplates.bind` has put it into the message's
`components`, as `[{"ContentSid": "HX…", "ContentVariables": {"1": "Ana"}}]`. An author may do so too.
"""

from __future__ import annotations

from typing import Any

from gateway.model import outbound
from gateway.model.checks import needed, refuse
from gateway.model.outbound import Day, Money
from providers.twilio.contents.blanks import BROKEN
from providers.twilio.limits import LIMITS
from providers.twilio.settings import NAME

Part = dict[str, Any]


def words(field: str, value: outbound.Value) -> str:
    """A value as Twilio takes it: amounts and days as their texts, which Twilio does not write itself."""
    text = value.text if isinstance(value, Money | Day) else value
    if BROKEN.search(text):
        refuse(
            field,
            "has a line break, a tab or more than 4 spaces in a row, "
            "which a template's value cannot have; put them into the template itself",
        )
    return needed(field, text, LIMITS.template_value)


def template(message: outbound.Template) -> Part:
    """The content's SID and its variables. Raises `SendRefused` when nothing tells the SID."""
    if message.components:
        return _given(message.components)
    if "ContentSid" not in message.extra.get(NAME, {}):
        refuse(
            f"template {message.name} in {message.language}",
            "is not known here, and Twilio takes templates by their SIDs only: run "
            '`gateway templates list --sync`, or name it in extra={"twilio": {"ContentSid": "HX…"}}',
        )
    return _by_hand(message)


def _given(components: list[dict[str, Any]]) -> Part:
    given = components[0]
    variables = given.get("ContentVariables", {})
    if len(components) > 1 or not given.keys() <= {"ContentSid", "ContentVariables"}:
        refuse("components", 'is one object for Twilio: {"ContentSid": "HX…", "ContentVariables": {…}}')
    if not isinstance(given.get("ContentSid"), str) or not given["ContentSid"].startswith("HX"):
        refuse("components[0].ContentSid", "is the content's SID, HX and 32 hex digits")
    if not isinstance(variables, dict):
        refuse("components[0].ContentVariables", 'is an object such as {"1": "Ana"}')
    return {"ContentSid": given["ContentSid"]} | ({"ContentVariables": variables} if variables else {})


def _by_hand(message: outbound.Template) -> Part:
    """The values of a template whose SID is in `extra`: its definition is not known."""
    for name in ("header", "buttons", "place", "product", "cards", "offer_until"):
        if getattr(message, name):
            refuse(name, 'has no number without a definition: give extra={"twilio": {"ContentVariables": …}}')
    if isinstance(message.values, dict):
        named = {name: words(f"values.{name}", value) for name, value in message.values.items()}
    else:
        listed = enumerate(message.values)
        named = {str(index + 1): words(f"values[{index}]", value) for index, value in listed}
    return {"ContentVariables": named} if named else {}
