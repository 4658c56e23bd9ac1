"""`fit`: one message in the best form that a channel carries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from gateway.fit import carousel, choices, files, places, requests, texts
from gateway.fit.fitted import Fitted
from gateway.fit.menu import menu_of
from gateway.fit.work import NATIVE, Work
from gateway.model import outbound
from gateway.model.capability import Capabilities
from gateway.model.checks import refuse
from gateway.model.outbound import Outbound
from gateway.model.template import TemplateDefinition
from gateway.model.wellformed import SURPRISES, malformed, reread

Rule = Callable[[Work, Any], list[Outbound]]


def _same(work: Work, message: Outbound) -> list[Outbound]:
    return [message]


#: Kinds that have one rule, whatever the channel: it looks itself.
_ALWAYS: dict[type, Rule] = {
    outbound.Text: texts.text,
    outbound.Buttons: choices.buttons,
    outbound.List: choices.choices,
    outbound.CtaUrl: requests.cta_url,
    outbound.Carousel: carousel.carousel,
    outbound.Contacts: places.contacts,
    outbound.Sticker: files.sticker,
}
#: What is done with a kind that the channel carries.
_CARRIED: dict[type, Rule] = {
    outbound.Image: files.captioned,
    outbound.Video: files.captioned,
    outbound.Document: files.captioned,
    outbound.Voice: files.voice,
    outbound.Location: places.location,
    outbound.Product: requests.framed,
    outbound.ProductList: requests.framed,
    outbound.Catalog: requests.framed,
    outbound.FlowForm: requests.framed,
    outbound.LocationRequest: requests.framed,
    outbound.AddressRequest: requests.framed,
    outbound.ContactRequest: requests.framed,
    outbound.CallPermissionRequest: requests.framed,
    outbound.CallButton: requests.framed,
}
#: What is done with a kind that has to go in another form.
_OTHERWISE: dict[type, Rule] = {
    outbound.Image: files.other,
    outbound.Video: files.other,
    outbound.Audio: files.other,
    outbound.Voice: files.other,
    outbound.Document: files.other,
    outbound.Location: places.in_words,
    outbound.Reaction: places.reaction,
    outbound.Product: requests.goods,
    outbound.ProductList: requests.goods,
    outbound.Catalog: requests.goods,
    outbound.FlowForm: requests.untapped,
    outbound.CallPermissionRequest: requests.untapped,
    outbound.CallButton: requests.untapped,
    outbound.LocationRequest: requests.location_request,
    outbound.AddressRequest: requests.address_request,
    outbound.ContactRequest: requests.contact_request,
}
#: Messages about another message; they quote none.
_ABOUT = (outbound.Reaction, outbound.Pin)


def _rules(work: Work, message: Outbound) -> list[Outbound]:
    """*message*, which quotes nothing, by the rule of its kind."""
    kind = type(message)
    tag = str(message.__struct_config__.tag)
    level = work.capabilities.level(tag)
    if level == "rejected":
        refuse(tag, "cannot be sent on this channel")
    if level == "dropped":
        work.lose(tag, "dropped", "the channel does not carry it")
        return []
    if kind in _ALWAYS:
        return _ALWAYS[kind](work, message)
    if level in NATIVE:
        return _CARRIED.get(kind, _same)(work, message)
    if kind not in _OTHERWISE:
        refuse(tag, "cannot be sent on this channel, and has no other form")
    return _OTHERWISE[kind](work, message)


def _first(extra: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What of `extra` goes on every part: objects belong to one type, so they go with one message only."""
    return {
        name: {key: value for key, value in own.items() if not isinstance(value, dict | list)}
        for name, own in extra.items()
    }


def _dressed(work: Work, message: Outbound, category: Any, made: list[Outbound]) -> tuple[Outbound, ...]:
    """*made* with what all kinds carry: the quote on the first, the category on all, and `extra`."""
    kinds = [type(each) for each in made]
    main = kinds.index(type(message)) if type(message) in kinds else 0
    dressed = []
    for index, each in enumerate(made):
        quoting = work.reply_to if index == 0 and not isinstance(each, _ABOUT) else ""
        extra = message.extra if index == main else _first(message.extra)
        if (each.reply_to, each.category, each.extra) != (quoting, category, extra):
            each = replace(each, reply_to=quoting, category=category, extra=extra)
        dressed.append(each)
    return tuple(dressed)


def _category(work: Work, message: Outbound) -> str:
    """The category that *message* keeps (Direct Send)."""
    if message.category and work.feature("category", "category") != "native":
        work.lose("category", "dropped", "the channel does not carry it")
        return ""
    return message.category


def _fitted(message: Outbound, work: Work, definition: TemplateDefinition | None) -> Fitted:
    category = _category(work, message)
    if message.reply_to and isinstance(message, _ABOUT):
        work.lose("reply_to", "dropped", "a reaction or a pin quotes nothing")
    elif message.reply_to:
        work.answer_to(message.reply_to)
    bare = message
    if message.reply_to or message.category or message.extra:
        bare = replace(message, reply_to="", category="", extra={})
    made = _rules(work, bare)
    if work.quoted and made:
        work.lose("reply_to", "dropped", "there is no text to stand above")
    dressed = _dressed(work, message, category, made)
    return Fitted(dressed, tuple(work.losses), menu_of(message, definition) if dressed else None)


def fit(
    message: Outbound,
    capabilities: Capabilities,
    *,
    language: str = "en",
    quoted: str = "",
    definition: TemplateDefinition | None = None,
) -> Fitted:
    """*message* in the best form that *capabilities* carry: messages in order, the one with what can be
    tapped last, and what was lost.

    *language* is the tenant's (BCP 47), for the few words that we must say ourselves. *quoted* is the text
    of the message that `reply_to`, or a reaction, names; "" when it is not known. *definition* is that of a
    template, which tells the words of its reply buttons. Raises `SendRefused`,
    naming the field, for what is wrong on every channel and for what this one refuses."""
    try:
        return _fitted(message, Work(capabilities, language, quoted, _rules), definition)
    except SURPRISES:
        pass
    message = reread(message)
    try:
        return _fitted(message, Work(capabilities, language, quoted, _rules), definition)
    except SURPRISES as problem:
        malformed(problem)
