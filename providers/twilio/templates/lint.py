"""What Twilio will not take in a template, found before it is asked (wire.md §4.5, §5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.model.template import (
    TemplateButtonDefinition,
    TemplateCardDefinition,
    TemplateDefinition,
    TemplateHeader,
    variables,
)
from gateway.provider import ProviderError
from providers.twilio.templates.write import MEDIA

_NAME = re.compile(r"[a-z0-9_]{1,512}", re.ASCII)
BODY, SHORT, LABEL, CARD, CODE = 1024, 60, 25, 160, 15
_KINDS = frozenset({"quick_reply", "url", "phone", "copy_code", "call", "flow"})


def lint(definition: TemplateDefinition) -> None:
    """Raise `ProviderError` (class "invalid") that names every field that cannot be."""
    problems = list(_problems(definition))
    if problems:
        raise ProviderError("invalid", title="; ".join(problems), hint="correct the file and apply it again")


def _problems(definition: TemplateDefinition) -> Iterator[str]:
    if not _NAME.fullmatch(definition.name):
        yield "name has 1 to 512 of a-z, 0-9 and _"
    if not definition.language:
        yield "language is empty: write e.g. en_US"
    for field, given in (("offer", definition.offer), ("ttl", definition.ttl)):
        if given:
            yield f"{field} does not exist at Twilio"
    if definition.unknown:
        yield "unknown has components in a form of Meta's, which Twilio does not take"
    if definition.category == "authentication":
        yield from _authentication(definition)
        return
    if not definition.body:
        yield "body is empty"
    yield from _long("body", definition.body, BODY)
    yield from _long("footer", definition.footer, SHORT)
    if variables(definition.footer):
        yield "footer cannot hold a variable"
    yield from _examples("examples", definition.body, definition.examples)
    yield from _header("header", definition.header)
    yield from _buttons("buttons", definition.buttons)
    yield from _whole(definition)
    for index, card in enumerate(definition.cards):
        yield from _card(f"cards[{index}]", card)


def _authentication(definition: TemplateDefinition) -> Iterator[str]:
    if [button.kind for button in definition.buttons] != ["otp"]:
        yield "buttons of an authentication template are one of kind otp"
    elif definition.buttons[0].details.get("otp_type") != "COPY_CODE":
        yield 'buttons[0].details must be otp_type = "COPY_CODE", the one way that Twilio has'
    if definition.code_minutes and not 1 <= definition.code_minutes <= 90:
        yield f"code_minutes is 1 to 90, not {definition.code_minutes}"


def _whole(definition: TemplateDefinition) -> Iterator[str]:
    """Parts that exclude each other."""
    flows = [button for button in definition.buttons if button.kind == "flow"]
    if flows and (len(definition.buttons) > 1 or definition.header or definition.footer):
        yield "buttons has a flow, which at Twilio stands alone: without header, footer or other buttons"
    if flows and not flows[0].details.get("flow_id"):
        yield "buttons[0].details.flow_id is missing"
    if definition.cards and (definition.header or definition.footer or definition.buttons):
        yield "cards exclude header, footer and buttons: they belong to each card"
    if definition.cards and not 2 <= len(definition.cards) <= 10:
        yield f"cards has {len(definition.cards)}, a carousel takes 2 to 10"


def _card(field: str, card: TemplateCardDefinition) -> Iterator[str]:
    if not card.body:
        yield f"{field}.body is empty, Twilio wants a title"
    yield from _long(f"{field}.body", card.body, CARD)
    yield from _examples(f"{field}.examples", card.body, card.examples)
    if card.header.kind not in ("image", "video"):
        yield f"{field}.header is an image or a video, not {card.header.kind}"
    yield from _header(f"{field}.header", card.header)
    yield from _buttons(f"{field}.buttons", card.buttons)
    if any(button.kind == "flow" for button in card.buttons):
        yield f"{field}.buttons has a flow, which a card cannot have"


def _long(field: str, text: str, limit: int) -> Iterator[str]:
    if len(text) > limit:
        yield f"{field} has {len(text)} characters, the limit is {limit}"


def _header(field: str, header: TemplateHeader | None) -> Iterator[str]:
    if header is None:
        return
    text = header.text if header.kind == "text" else header.handle
    if header.kind == "text":
        yield from _long(f"{field}.text", text, SHORT)
        if not text:
            yield f"{field}.text is empty"
    elif header.kind not in MEDIA:
        yield f"{field}.kind {header.kind} does not exist at Twilio"
    elif not text.startswith(("https://", "http://")):
        yield (
            f"{field}.handle is missing: Twilio takes no file but its public address, which may end in a "
            "variable: https://cdn.example.org/{{1}}"
        )
    wanted = variables(text)
    if len(wanted) > 1:
        yield f"{field} has {len(wanted)} variables, the limit is 1"
    if wanted and not header.example:
        yield f"{field}.example is empty: a reviewer needs a value for {{{{{wanted[0]}}}}}"


def _examples(field: str, text: str, examples: list[str] | dict[str, str]) -> Iterator[str]:
    wanted = variables(text)
    if isinstance(examples, dict):
        if set(wanted) != set(examples):
            yield f"{field} must be for {', '.join(wanted) or 'nothing'}, not {', '.join(examples)}"
    elif any(not name.isdigit() for name in wanted):
        yield f"{field} must be a table with {', '.join(wanted)}"
    elif len(wanted) != len(examples):
        yield f"{field} has {len(examples)} values, the text has {len(wanted)} variables"
    elif sorted(wanted, key=int) != [str(n) for n in range(1, len(wanted) + 1)]:
        yield f"{field}: the text must number its variables from {{{{1}}}} on"


def _buttons(field: str, buttons: list[TemplateButtonDefinition]) -> Iterator[str]:
    if len(buttons) > 10:
        yield f"{field} has {len(buttons)}, the limit is 10"
    for index, button in enumerate(buttons):
        here = f"{field}[{index}]"
        if button.kind not in _KINDS:
            yield f"{here}.kind {button.kind} does not exist at Twilio"
        if button.kind in ("quick_reply", "url", "phone", "call", "flow") and not button.text:
            yield f"{here}.text is empty"
        yield from _long(f"{here}.text", button.text, LABEL)
        yield from _link(here, button)


def _link(field: str, button: TemplateButtonDefinition) -> Iterator[str]:
    if button.kind == "copy_code":
        yield from _long(f"{field}.example", button.example, CODE)
        if not button.example:
            yield f"{field}.example is empty: a reviewer needs a code"
    if button.kind == "phone" and not button.phone:
        yield f"{field}.phone is empty"
    if button.kind != "url":
        return
    wanted = variables(button.url)
    if not button.url.startswith(("https://", "http://")):
        yield f"{field}.url must start with https://"
    if len(wanted) > 1 or (wanted and not button.url.rstrip().endswith("}}")):
        yield f"{field}.url takes one variable, at its end"
    before = button.url.partition("{{")[0]
    if wanted and not (button.example.startswith(before) and len(button.example) > len(before)):
        yield f"{field}.example is the whole link with a value: {before}…"
