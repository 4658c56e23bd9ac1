"""Our messages in Twilio's terms: the fields of one call to Messages.json (wire.md §4.4).

A part has the form's own names. `MediaUrl` may be {"stored": id}, `ContentVariables` is a mapping, and
`_content` is the content to make when there is none of its shape: `send` turns them into the form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.model import outbound
from gateway.model.capability import Loss
from gateway.model.checks import refuse
from gateway.model.outbound import Outbound
from gateway.provider import Rendered
from gateway.provider.rendering import rendered
from providers.twilio import content
from providers.twilio.contents import SHAPES
from providers.twilio.contents.blanks import Blanks
from providers.twilio.render_extra import CONTENT, merged
from providers.twilio.render_template import template
from providers.twilio.settings import NAME

Part = dict[str, Any]

_PLAIN: dict[type[outbound.Base], Callable[[Any], Part]] = {
    outbound.Text: content.text,
    outbound.Image: content.image,
    outbound.Video: content.file,
    outbound.Audio: content.file,
    outbound.Voice: content.file,
    outbound.Document: content.file,
    outbound.Sticker: content.file,
    outbound.Location: content.location,
    outbound.Template: template,
}


def _part(message: Outbound) -> tuple[Part, list[Loss]]:
    plain = _PLAIN.get(type(message))
    if plain is not None:
        return plain(message), []
    shape = SHAPES.get(type(message))
    if shape is None:
        kind = type(message).__struct_config__.tag
        refuse(str(kind), "does not exist at Twilio; it has to take another form before")
    blanks = Blanks()
    types = shape(message, blanks)
    part: Part = {CONTENT: {"types": types, "samples": blanks.samples}, "ContentVariables": blanks.values}
    joined = f"{blanks.joined} line breaks became spaces"
    return part, [Loss("text", "converted", joined)] if blanks.joined else []


def _unable(message: Outbound) -> list[Loss]:
    """What is left out of any message. Direct Send has parameters of its own that are not known."""
    if message.category:
        refuse("category", "asks for Direct Send, which this provider cannot do; send a template")
    losses = [Loss("reply_to", "dropped", "Twilio cannot quote")] if message.reply_to else []
    if isinstance(message, outbound.Template) and message.marketing:
        losses.append(Loss("marketing", "dropped", "Twilio has no endpoint for it; it goes as any template"))
    return losses


def _render(message: Outbound) -> Rendered:
    if isinstance(message, outbound.Text) and not message.text.strip():
        return Rendered((), (Loss("text", "dropped", "an empty text is not sent"),))
    part, losses = _part(message)
    return Rendered((merged(part, message),), (*losses, *_unable(message)))


def render(message: Outbound) -> Rendered:
    """*message* as a part for `send`; none when it says nothing. Raises `SendRefused` naming the field."""
    return rendered(NAME, _render, message)
