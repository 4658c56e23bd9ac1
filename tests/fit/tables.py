"""Capability tables to fit messages to: those of providers, and any that could be written."""

from __future__ import annotations

from typing import get_args

from hypothesis import strategies as st

from gateway.model.capability import Capabilities, Level, Limits
from gateway.model.outbound import Outbound
from providers.meta_cloud import provider as meta_cloud
from providers.twilio import provider as twilio

KINDS: tuple[type, ...] = get_args(Outbound)
TAGS: tuple[str, ...] = tuple(kind.__struct_config__.tag for kind in KINDS)
#: Every feature that `gateway.fit` looks at.
FEATURES = (
    "reply_to",
    "category",
    "text.preview",
    "image.caption",
    "video.caption",
    "document.caption",
    "document.filename",
    "voice.flag",
    "sticker.webp",
    "buttons.header",
    "buttons.header_media",
    "buttons.footer",
    "list.header",
    "list.footer",
    "list.sections",
    "list.descriptions",
    "cta_url.header",
    "cta_url.header_media",
    "cta_url.footer",
    "product.footer",
    "product_list.header",
    "product_list.footer",
    "catalog.footer",
    "flow.header",
    "flow.header_media",
    "flow.footer",
    "carousel.links",
    "carousel.buttons",
    "carousel.products",
    "location.address",
    "contacts.card",
)
EVERYTHING: dict[str, Level] = dict.fromkeys(TAGS, "full")
#: Nothing but texts and files.
TEXT_ONLY = Capabilities(dict.fromkeys(TAGS, "fallback") | {"text": "full", "document": "full"})
LEVELS: tuple[Level, ...] = get_args(Level)


@st.composite
def tables(draw: st.DrawFn) -> Capabilities:
    """Any table of a channel that carries texts, with limits from narrow to WhatsApp's own."""
    levels = {tag: draw(st.sampled_from(LEVELS)) for tag in TAGS} | {"text": "full"}
    levels |= {name: draw(st.sampled_from(LEVELS)) for name in FEATURES}
    limits = Limits(
        text=draw(st.integers(200, 4096)),
        caption=draw(st.integers(10, 1024)),
        interactive_body=draw(st.integers(60, 1024)),
        list_body=draw(st.integers(60, 4096)),
        header=draw(st.integers(1, 60)),
        footer=draw(st.integers(1, 60)),
        buttons=draw(st.integers(1, 10)),
        button_title=draw(st.integers(5, 25)),
        button_id=draw(st.integers(20, 256)),
        sections=draw(st.integers(1, 10)),
        rows=draw(st.integers(1, 20)),
        section_title=draw(st.integers(5, 24)),
        row_title=draw(st.integers(5, 24)),
        row_description=draw(st.integers(10, 72)),
        row_id=draw(st.integers(20, 200)),
        cards=draw(st.integers(2, 10)),
        card_text=draw(st.integers(20, 160)),
    )
    return Capabilities(levels, limits)


PROVIDERS = [meta_cloud.capabilities, twilio.capabilities, TEXT_ONLY]
ANY = st.one_of(st.sampled_from(PROVIDERS), tables())
