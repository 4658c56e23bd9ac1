"""An outgoing template against its definition, before the provider is asked: pure.

What fits is completed: texts for buttons become what each button takes, a text header in a template with
named variables gets its variable's name, and the provider's name takes the place of ours.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from gateway.errors import TemplateMismatch, TemplateNotSendable, TemplateNotSynced
from gateway.model.outbound import Header, Template
from gateway.model.outbound.template import OneTimeCode, TemplateCard, Value
from gateway.model.template import TemplateDefinition, TemplateHeader, named, variables
from gateway.templates.buttons import complete
from gateway.templates.known import Known
from gateway.templates.registry import Account

_MEDIA = ("image", "video", "document", "gif")
#: Statuses in which the provider refuses a send. Others, new ones too, are left to the provider.
REFUSED: dict[str, str] = {
    "PENDING": "is in review: it can be sent once it is approved",
    "IN_APPEAL": "is in appeal: it can be sent if it is approved again",
    "REJECTED": "was rejected: correct it, apply it again and wait for the review",
    "PAUSED": "is paused because contacts disliked it: it can be sent again when the pause ends",
    "DISABLED": "is disabled for good: write another",
    "LIMIT_EXCEEDED": "is over the account's limit of templates: delete some",
    "PENDING_DELETION": "is being deleted",
    "DELETED": "was deleted",
    "ARCHIVED": "is archived: bring it back at the provider",
}


def check(message: Template, account: Account) -> Template:
    """*message*, completed. Raises `TemplateNotSynced`, `TemplateNotSendable` or `TemplateMismatch`."""
    known = account.find(message.name, message.language)
    if known is None:
        raise _not_synced(message, account)
    _sendable(message, known)
    named_right = replace(message, name=known.name)
    # The provider's own form is not looked into, and what is not known whole cannot be compared.
    if message.components or not known.whole:
        return named_right
    return _completed(named_right, known.definition)


def _not_synced(message: Template, account: Account) -> TemplateNotSynced:
    languages = account.languages(message.name)
    there = f"it exists in {', '.join(languages)}" if languages else "no template of this name exists"
    return TemplateNotSynced(
        f"template {message.name} in {message.language}: {there}; if it was made at the provider just now, "
        "run `gateway templates list --sync`"
    )


def _sendable(message: Template, known: Known) -> None:
    status, reason = known.definition.status, known.definition.reason
    words = REFUSED.get(status)
    if words:
        what = f"{known.name} in {message.language}"
        raise TemplateNotSendable(what, status, words + (f" ({reason})" if reason else ""))


def _completed(message: Template, definition: TemplateDefinition) -> Template:
    name = f"{definition.name} in {definition.language}"
    hidden = {str(component.get("type", "")).upper() for component in definition.unknown}
    if message.marketing and definition.category != "marketing":
        raise TemplateMismatch(name, "marketing", f"left out: its category is {definition.category}", "true")
    buttons, cards = message.buttons, message.cards
    if definition.buttons or "BUTTONS" not in hidden:
        buttons = complete(name, "buttons", definition.buttons, buttons)
    if definition.cards or "CAROUSEL" not in hidden:
        cards = _cards(name, definition, cards)
    header = message.header
    if definition.header is not None or "HEADER" not in hidden:
        header = _header(name, "", definition.header, message, _is_named(definition))
    _values(name, "values", _slots(definition), _said(message, definition, buttons))
    _offer(name, definition, message.offer_until)
    return replace(message, header=header, buttons=buttons, cards=cards)


def _is_named(definition: TemplateDefinition) -> bool:
    header = definition.header.text if definition.header else ""
    return isinstance(definition.examples, dict) or named(definition.body, header)


def _slots(definition: TemplateDefinition) -> list[str]:
    """The body's variables. That of an authentication template is the code, whose words are not ours."""
    return ["1"] if definition.category == "authentication" else variables(definition.body)


def _said(
    message: Template, definition: TemplateDefinition, buttons: list[Any]
) -> list[Value] | dict[str, Value]:
    """The body's values; the provider's code puts a one-time code there by itself."""
    codes = [button.code for button in buttons if isinstance(button, OneTimeCode)]
    filled = definition.category == "authentication" and codes and not message.values
    return [codes[0]] if filled else message.values


def _values(template: str, path: str, slots: list[str], given: list[Value] | dict[str, Value]) -> None:
    if any(not slot.isdigit() for slot in slots):
        expected = f"a mapping with {', '.join(slots)}"
        if not isinstance(given, dict):
            raise TemplateMismatch(template, path, expected, f"a list of {len(given)}")
        if set(given) != set(slots):
            raise TemplateMismatch(template, path, expected, ", ".join(given) or "nothing")
    elif isinstance(given, dict) and given:
        raise TemplateMismatch(
            template, path, f"a list of {len(slots)}", f"a mapping with {', '.join(given)}"
        )
    elif len(given) != len(slots):
        raise TemplateMismatch(template, path, f"a list of {len(slots)}", f"{len(given)}")


def _header(
    template: str, path: str, wanted: TemplateHeader | None, message: Template | TemplateCard, by_name: bool
) -> Header | str:
    """The message's header, when it is of the kind that the template has."""
    kind, given = wanted.kind if wanted else "", _given(message)
    if wanted is None or (kind == "text" and not variables(wanted.text)):
        if given:
            raise TemplateMismatch(template, f"{path}header", "left out: it has no variable header", given)
        return ""
    words = {
        "text": f"a text for {{{{{(variables(wanted.text) or [''])[0]}}}}}",
        "location": "a place",
        "product": "a product",
    }
    if given != kind:
        field = {"location": "place", "product": "product"}.get(kind, "header")
        expected = words.get(kind, f"the link or id of the {kind}")
        raise TemplateMismatch(template, path + field, expected, given or "nothing")
    if kind == "text" and by_name:
        text = message.header if isinstance(message.header, str) else message.header.text
        return Header(text=text, parameter=variables(wanted.text)[0])
    return message.header


def _given(message: Template | TemplateCard) -> str:
    """The kind of head that *message* has, as a definition names it; "" for none."""
    if message.place is not None:
        return "location"
    if message.product is not None:
        return "product"
    if isinstance(message.header, str):
        return "text" if message.header else ""
    media = [kind for kind in _MEDIA if getattr(message.header, kind)]
    return media[0] if media else ("text" if message.header.text else "")


def _cards(template: str, definition: TemplateDefinition, given: list[TemplateCard]) -> list[TemplateCard]:
    if len(given) != len(definition.cards):
        expected = f"{len(definition.cards)} cards" if definition.cards else "left out: it is no carousel"
        raise TemplateMismatch(template, "cards", expected, f"{len(given)}")
    made = []
    for index, (wanted, card) in enumerate(zip(definition.cards, given, strict=True)):
        path = f"cards[{index}]"
        _values(template, f"{path}.values", variables(wanted.body), list(card.values))
        header = _header(template, f"{path}.", wanted.header, card, False)
        buttons = complete(template, f"{path}.buttons", wanted.buttons, card.buttons)
        made.append(replace(card, header=header, buttons=buttons))
    return made


def _offer(template: str, definition: TemplateDefinition, until: int) -> None:
    if definition.offer is not None and definition.offer.expires and not until:
        raise TemplateMismatch(template, "offer_until", "the end of the offer", "nothing")
    if until and (definition.offer is None or not definition.offer.expires):
        raise TemplateMismatch(template, "offer_until", "left out: it holds no offer that ends", "a time")
