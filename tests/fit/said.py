"""What a reader sees of a message, by the path of each field, and whether it is within limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex

from gateway.model import outbound as out
from gateway.model.capability import Capabilities
from gateway.model.outbound import Outbound

INTERACTIVE = (
    out.Buttons, out.List, out.CtaUrl, out.Product, out.ProductList, out.Catalog, out.FlowForm,
    out.LocationRequest, out.AddressRequest, out.ContactRequest, out.Carousel, out.CallPermissionRequest,
    out.CallButton,
)  # fmt: skip


def fields(message: Any) -> Iterator[tuple[str, str]]:
    """(path, words) of everything that a contact reads, as the author named it."""
    for name in ("text", "caption", "filename", "footer", "label", "button", "url", "name", "address"):
        if isinstance(words := getattr(message, name, None), str) and words.strip():
            yield name, words
    header = getattr(message, "header", "")
    text = header.text if isinstance(header, out.Header) else header
    if text and text.strip():
        yield "header", text
    if isinstance(message, out.Buttons):
        yield from ((f"buttons[{n}].title", each.title) for n, each in enumerate(message.buttons))
    if isinstance(message, out.List):
        for at, section in enumerate(message.sections):
            yield f"sections[{at}].title", section.title
            for n, row in enumerate(section.rows):
                yield f"sections[{at}].rows[{n}].title", row.title
                yield f"sections[{at}].rows[{n}].description", row.description
    if isinstance(message, out.Carousel):
        for at, card in enumerate(message.cards):
            yield from ((f"cards[{at}].{name}", getattr(card, name)) for name in ("text", "label", "url"))
            yield from ((f"cards[{at}].buttons[{n}]", each.title) for n, each in enumerate(card.buttons))
    if isinstance(message, out.Contacts):
        for at, card in enumerate(message.contacts):
            yield f"contacts[{at}]", card.name
    if isinstance(message, out.Document) and message.data:
        yield "data", regex.sub(r"\r\n |\\(?=[,;\\])", "", message.data.decode()).replace("\\n", "\n")
    if isinstance(message, out.Reaction):
        yield "emoji", message.emoji


def letters(text: str) -> str:
    """*text* without white space, marks and punctuation: what must not get lost."""
    return regex.sub(r"[^\p{L}\p{N}]", "", text)


def ids(message: Outbound) -> list[str]:
    """The ids that can come back from *message*."""
    if isinstance(message, out.Buttons):
        return [each.id for each in message.buttons]
    if isinstance(message, out.List):
        return [row.id for section in message.sections for row in section.rows]
    if isinstance(message, out.Carousel):
        return [each.id for card in message.cards for each in card.buttons]
    return []


def too_much(message: Any, capabilities: Capabilities) -> list[str]:
    """What of *message* is over the channel's limits, or is not carried at all."""
    limits = capabilities.limits
    tag = message.__struct_config__.tag
    bounds: list[tuple[str, int, int]] = []
    if capabilities.level(tag) not in ("full", "partial"):
        return [f"{tag} is not carried"]
    if isinstance(message, out.Text):
        bounds.append(("text", len(message.text), limits.text))
    if isinstance(message, INTERACTIVE):
        body = limits.list_body if isinstance(message, out.List) else limits.interactive_body
        bounds.append(("text", len(message.text), body))
    if isinstance(message, out.Image | out.Video | out.Document):
        carried = capabilities.feature(f"{tag}.caption") in ("full", "partial")
        bounds.append(("caption", len(message.caption), limits.caption if carried else 0))
    if isinstance(message, INTERACTIVE) and (footer := getattr(message, "footer", "")):
        carried = capabilities.feature(f"{tag}.footer") in ("full", "partial")
        bounds.append(("footer", len(footer), limits.footer if carried else 0))
    bounds += [*_header(message, tag, capabilities), *_choices(message, capabilities)]
    return [f"{name}: {size} > {most}" for name, size, most in bounds if size > most]


def _header(message: Any, tag: str, capabilities: Capabilities) -> Iterator[tuple[str, int, int]]:
    header = getattr(message, "header", "")
    if not isinstance(message, INTERACTIVE) or not header or isinstance(message, out.ProductList):
        return
    medium = isinstance(header, out.Header) and not header.text
    name = f"{tag}.header_media" if medium else f"{tag}.header"
    text = header.text if isinstance(header, out.Header) else header
    carried = capabilities.feature(name) in ("full", "partial")
    yield "header", len(text) + medium, max(capabilities.limits.header, 1) if carried else 0


def _choices(message: Any, capabilities: Capabilities) -> Iterator[tuple[str, int, int]]:
    limits = capabilities.limits
    if isinstance(message, out.Buttons):
        yield "buttons", len(message.buttons), limits.buttons
        for each in message.buttons:
            yield "button title", len(each.title), limits.button_title
            yield "button id", len(each.id), limits.button_id
    if isinstance(message, out.List):
        rows = [row for section in message.sections for row in section.rows]
        carried = capabilities.feature("list.descriptions") in ("full", "partial")
        grouped = capabilities.feature("list.sections") in ("full", "partial")
        yield "rows", len(rows), limits.rows
        yield "sections", len(message.sections), limits.sections if grouped else 1
        yield "button", len(message.button), limits.list_button
        for section in message.sections:
            yield "section title", len(section.title), limits.section_title if grouped else 0
        for row in rows:
            yield "row title", len(row.title), limits.row_title
            yield "row id", len(row.id), limits.row_id
            yield "description", len(row.description), limits.row_description if carried else 0
    if isinstance(message, out.CtaUrl):
        yield "label", len(message.label), limits.label
        yield "url", len(message.url), limits.url
    if isinstance(message, out.Carousel):
        yield "cards", len(message.cards), limits.cards
        for card in message.cards:
            yield "card text", len(card.text), limits.card_text
            yield "card buttons", len(card.buttons), limits.buttons
