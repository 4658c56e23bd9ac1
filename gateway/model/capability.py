"""What a provider can carry, as data: a level per kind and feature, limits, and the files that it takes."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

#: full: as asked. partial: something is cut. fallback: another form, same meaning.
#: dropped: left out, the rest goes. rejected: refused with an error.
Level = Literal["full", "partial", "fallback", "dropped", "rejected"]


class Limits(Struct, frozen=True):
    """Sizes in characters and counts. They are the provider's documented ones."""

    text: int = 4096
    caption: int = 1024
    interactive_body: int = 1024
    list_body: int = 4096
    header: int = 60
    footer: int = 60
    buttons: int = 3
    button_title: int = 20
    button_id: int = 256
    list_button: int = 20
    sections: int = 10
    rows: int = 10
    section_title: int = 24
    row_title: int = 24
    row_description: int = 72
    row_id: int = 200
    label: int = 20
    url: int = 2000
    flow_label: int = 30
    products: int = 30
    call_minutes: int = 43_200
    payload: int = 512
    contacts: int = 257
    card_name: int = 1024
    cards_least: int = 2
    cards: int = 10
    card_text: int = 160
    card_line_breaks: int = 2
    card_buttons: int = 3
    card_button: int = 20
    card_button_id: int = 20
    template_name: int = 512
    template_value: int = 1024
    template_header: int = 60
    template_buttons: int = 10
    template_urls: int = 2
    copy_code: int = 15
    one_time_code: int = 15
    money_1000: int = 10**15
    offer_ms: int = 10**15
    message_id: int = 512
    correlation: int = 512


class MediaLimit(Struct, frozen=True):
    """Which files go as a kind: MIME types, each whole ("image/png") or a family ("audio/*"), and bytes."""

    types: tuple[str, ...]
    size: int


class Capabilities(Struct, frozen=True):
    """The table that `gateway.fit` reads. *levels* has outbound kinds ("buttons"), and features of them
    with a dot ("buttons.header", "document.caption") or of all kinds ("reply_to"): docs/degradation.md lists
    them. A kind that is not there is rejected; a feature that is not there is carried in full. *media* says
    per kind which files go, for those that the gateway keeps; a kind without an entry takes any."""

    levels: dict[str, Level] = field(default_factory=dict)
    limits: Limits = Limits()
    media: dict[str, MediaLimit] = field(default_factory=dict)

    def level(self, kind: str) -> Level:
        """How well *kind* (an outbound tag) is carried."""
        return self.levels.get(kind, "rejected")

    def feature(self, name: str) -> Level:
        """How well *name* ("list.footer", "reply_to") is carried, of kinds that are."""
        return self.levels.get(name, "full")


class Loss(Struct, frozen=True, omit_defaults=True):
    """One thing that a channel could not carry. *what* names the field, *how* what was done."""

    what: str
    how: Literal["cut", "split", "converted", "dropped"]
    detail: str = ""
