"""Links, forms, requests and products: in their own form, or in words."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from gateway.fit.frame import PLAIN, Framing, frame
from gateway.fit.marks import stacked
from gateway.fit.texts import pack
from gateway.fit.work import Work
from gateway.model.checks import filled, web
from gateway.model.outbound import AddressRequest, Catalog, CtaUrl, Header, Outbound, Product, ProductList


def _tag(message: Outbound) -> str:
    return str(message.__struct_config__.tag)


def framed(work: Work, message: Any) -> list[Outbound]:
    """A message that the channel carries, with what stands around its button within the limits."""
    if not message.text.strip() and isinstance(message, Product):
        around = frame(work, _tag(message), "", footer=message.footer)
        return [*around.before, replace(message, text=around.text, footer=around.footer)]
    filled("text", message.text)
    header, footer = getattr(message, "header", ""), getattr(message, "footer", "")
    around = frame(work, _tag(message), message.text, header, footer)
    changed: dict[str, Any] = {"text": around.text}
    if header != around.header:
        changed["header"] = around.header
    if footer != around.footer:
        changed["footer"] = around.footer
    same = all(getattr(message, name) == value for name, value in changed.items())
    return [*around.before, message if same else replace(message, **changed)]


def in_words(work: Work, message: Any, *more: str) -> list[Outbound]:
    """*message* as a text, with *more* below it, for channels that have no such thing to tap."""
    framing = Framing(work, PLAIN, work.limits.text)
    files, top, _ = framing.head(_head(message), long=True)
    body = stacked(top, message.text)
    end, _ = framing.foot(getattr(message, "footer", ""))
    blocks = [block for block in (body, *more, end) if block.strip()]
    if blocks:
        blocks[0] = work.open(blocks[0])
    return [*files, *pack(work, blocks)]


def _head(message: Any) -> Header | str:
    head: Header | str = getattr(message, "header", "")
    return head


def cta_url(work: Work, message: CtaUrl) -> list[Outbound]:
    """A button that opens a page; else its label and the link, on their own lines."""
    filled("text", message.text)
    label = filled("label", message.label).strip()
    url = web("url", message.url, None)
    limits = work.limits
    if work.native("cta_url") and len(message.label) <= limits.label and len(url) <= limits.url:
        return framed(work, message)
    work.lose("url", "converted", "goes in the text")
    return in_words(work, message, f"{label}{'' if label[-1] in ':：' else ':'}\n{url}")


def location_request(work: Work, message: Any) -> list[Outbound]:
    """Asks for the place in words, with how to send it."""
    return _asked(work, message, work.say.location)


def contact_request(work: Work, message: Any) -> list[Outbound]:
    """Asks for the phone number in words."""
    return _asked(work, message, work.say.phone)


def _asked(work: Work, message: Any, how: str) -> list[Outbound]:
    filled("text", message.text)
    work.lose(_tag(message), "converted", "asks in words")
    return in_words(work, message, how)


def address_request(work: Work, message: AddressRequest) -> list[Outbound]:
    """Asks for the address in words: what was wrong with the last one, and those that are known."""
    if message.values:
        work.lose("values", "dropped", "a text cannot be filled in before")
    errors = [f"• {words}" for words in message.errors.values() if words.strip()]
    known = [", ".join(str(value) for value in saved.values.values() if value) for saved in message.saved]
    lines = [f"• {words}" for words in known if words]
    if lines:
        work.lose("saved", "converted", "stand in the text")
    filled("text", message.text)
    work.lose("address_request", "converted", "asks in words")
    return in_words(work, message, "\n".join(errors), work.say.address, "\n".join(lines))


def untapped(work: Work, message: Any) -> list[Outbound]:
    """A form or a call: what is said above the button, without the button."""
    filled("text", message.text)
    label = getattr(message, "label", "")
    work.lose("label" if label else _tag(message), "dropped", "the channel has no such button")
    return in_words(work, message)


def goods(work: Work, message: Product | ProductList | Catalog) -> list[Outbound]:
    """Products: what is said about them. Names and prices are in a catalogue that we do not read."""
    work.lose(_tag(message), "dropped", "the channel shows no products")
    return in_words(work, message)
