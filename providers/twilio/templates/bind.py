"""A message's values under the numbers of Twilio's content (wire.md §4.5, §5.1)."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from gateway.errors import TemplateMismatch
from gateway.model import outbound
from gateway.model.outbound import (
    CallStart,
    CopyCode,
    FlowStart,
    OneTimeCode,
    QuickReply,
    Template,
    TemplateCard,
    UrlSuffix,
)
from gateway.model.template import TemplateDefinition
from gateway.provider.rendering import named
from providers.twilio.files import place
from providers.twilio.render_template import words
from providers.twilio.settings import NAME
from providers.twilio.templates.kept import Content, kept
from providers.twilio.templates.numbers import slots
from providers.twilio.templates.pieces import BODIES, HEADERS, actions_of, card_text, media_of, text_of

Body = dict[str, Any]


def bind(message: Template, definition: TemplateDefinition) -> Template:
    """*message* with the content's SID and its variables. What says its own form stays as it is, and so does
    what was not read from Twilio. Raises `TemplateMismatch`."""
    content = kept(definition)
    if message.components or not definition.provider_id or content is None:
        return message
    found = _Values(f"{definition.name} in {definition.language}")
    with named(NAME):
        if content.type == "whatsapp/authentication":
            found.code(message)
        else:
            found.message(message, content)
    bound: Body = {"ContentSid": definition.provider_id}
    if found.variables:
        bound["ContentVariables"] = found.variables
    return replace(message, components=[bound])


class _Values:
    """Collects what fills each variable of one template."""

    def __init__(self, template: str) -> None:
        self.template = template
        self.variables: dict[str, Any] = {}

    def message(self, message: Template, content: Content) -> None:
        """Everything that *message* says."""
        fields, kind = content.fields, content.type
        if message.place or message.product or message.offer_until:
            self._refuse("place, product and offer_until", "left out: Twilio's templates have none", "one")
        self._body("values", text_of(fields, BODIES.get(kind, "body")), message.values, content.names)
        self._head("header", message.header, fields, text_of(fields, HEADERS.get(kind, "")))
        if kind == "whatsapp/flows":
            self._flow(fields, message.buttons)
        else:
            self._buttons("buttons", actions_of(fields), message.buttons)
        cards = fields.get("cards")
        if isinstance(cards, list):
            told = [card for card in cards if isinstance(card, dict)]
            for index, (card, given) in enumerate(zip(told, message.cards, strict=False)):
                self._card(f"cards[{index}]", card, given)

    def code(self, message: Template) -> None:
        """The one variable of an authentication template."""
        codes: list[Any] = [button.code for button in message.buttons if isinstance(button, OneTimeCode)]
        codes += message.values if isinstance(message.values, list) else []
        if len(set(codes)) != 1:
            self._refuse("buttons", "a one-time code", f"{len(set(codes))} of them")
        self.put("buttons[0].code", "1", words("buttons[0].code", codes[0]))

    def put(self, field: str, name: str, value: Any) -> None:
        """Fill the variable *name*; a content may use one in several places."""
        if self.variables.setdefault(name, value) != value:
            self._refuse(
                field, f"the same as elsewhere: the template has one variable {name} for both", "two"
            )

    def _refuse(self, field: str, expected: str, given: str) -> None:
        raise TemplateMismatch(self.template, field, expected, given)

    def _body(
        self,
        field: str,
        text: str,
        values: list[outbound.Value] | dict[str, outbound.Value],
        names: list[str],
    ) -> None:
        wanted = slots(text)
        if isinstance(values, dict):
            numbered = {name: str(number) for number, name in reversed(list(enumerate(names, 1))) if name}
            for name, value in values.items():
                self.put(f"{field}.{name}", numbered.get(name, name), words(f"{field}.{name}", value))
            return
        if len(values) != len(wanted):
            self._refuse(field, f"a list of {len(wanted)}", f"{len(values)}")
        for index, (name, value) in enumerate(zip(wanted, values, strict=True)):
            self.put(f"{field}[{index}]", name, words(f"{field}[{index}]", value))

    def _head(self, field: str, head: outbound.Header | str, fields: Body, text: str) -> None:
        if text:
            given = head if isinstance(head, str) else head.text
            for name in slots(text):
                self.put(field, name, words(field, given))
            return
        pattern = media_of(fields)
        if not pattern:
            return
        kinds = ("image", "video", "document")
        files = [(kind, link) for kind in kinds if (link := getattr(head, kind, ""))]
        self._file(field, pattern, *(files or [("image", "")])[0])

    def _file(self, field: str, pattern: str, kind: str, link: str) -> None:
        """The variable of a file's address is what stands in its place in *link*."""
        wanted = slots(pattern)
        if not wanted:
            if link and link != pattern:
                self._refuse(field, f"left out or {pattern}: the template's file is fixed", link)
            return
        before, _, rest = pattern.partition("{{")
        after = rest.partition("}}")[2]
        value = place(field, link, kind)
        if isinstance(value, dict):
            self.put(field, wanted[0], value | {"before": before, "after": after})
            return
        middle = value[len(before) : len(value) - len(after)]
        if not (value.startswith(before) and value.endswith(after) and middle):
            self._refuse(field, f"a link that begins with {before}, as the template's does", value)
        self.put(field, wanted[0], middle)

    def _buttons(self, field: str, actions: list[Body], given: list[outbound.ButtonValue]) -> None:
        for index, (action, value) in enumerate(zip(actions, given, strict=False)):
            here = f"{field}[{index}]"
            match value:
                case QuickReply(payload):
                    self._one(here, text_of(action, "id"), payload)
                case UrlSuffix(suffix):
                    self._one(here, text_of(action, "url"), suffix)
                case CopyCode(code):
                    self._one(here, text_of(action, "code"), code)
                case CallStart() if not value.minutes and not value.payload:
                    pass
                case None:
                    pass
                case _:
                    self._refuse(here, "what Twilio's button takes", type(value).__name__)

    def _one(self, field: str, pattern: str, value: str) -> None:
        """The variable of a button; where it has none, *value* can only say what stands there."""
        wanted = slots(pattern)
        if wanted:
            self.put(field, wanted[0], words(field, value))
        elif value != pattern:
            self._refuse(field, f"left out or {pattern!r}: it is fixed in the template", repr(value))

    def _flow(self, fields: Body, given: list[outbound.ButtonValue]) -> None:
        start = given[0] if given else None
        if not isinstance(start, FlowStart):
            return
        if start.data:
            self._refuse("buttons[0].data", "left out: Twilio passes none to a form", "some")
        if start.token:
            self._one("buttons[0].token", text_of(fields, "flow_token"), start.token)

    def _card(self, field: str, card: Body, given: TemplateCard) -> None:
        self._body(f"{field}.values", card_text(card), given.values, [])
        self._head(f"{field}.header", given.header, card, "")
        self._buttons(f"{field}.buttons", actions_of(card), given.buttons)
