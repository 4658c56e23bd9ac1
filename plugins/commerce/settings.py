"""What a shop is told in gateway.toml or over the API: `[tenants.settings.commerce]`.

Money is decimal text in major units of `currency` ("250" or "2.50"), percentages are decimal text ("16"),
texts are one text or one for each language ({ en = "…", sw = "…" }).
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from plugins.commerce.common.money import minor

#: One text, or one for each language.
Said = str | dict[str, str]
#: "16" or "12.5": from 0 to 99.99.
Percent = Annotated[str, Meta(pattern=r"^[0-9]{1,2}(\.[0-9]{1,2})?$")]


class Zone(Struct, frozen=True):
    """Where the shop delivers, and for how much. *areas* are the words by which a typed address is known
    to lie there ("Kilimani", "Westlands"); none means everywhere else. *free_over* is the subtotal from
    which delivery is free, "" for never. *days* is said to the customer ("1 to 2 days")."""

    id: str
    name: Said
    fee: str = "0"
    areas: list[str] = []
    free_over: str = ""
    days: Said = ""


class Pickup(Struct, frozen=True):
    """Where customers may collect: a *name*, the *address*, and the opening *hours* as they are said."""

    id: str
    name: Said
    address: Said = ""
    hours: Said = ""


class Settings(Struct, frozen=True):
    """A shop. Everything has a default with which it sells; `currency` is what to set first."""

    name: Said = ""
    greeting: Said = ""
    #: How to reach a person, said with HELP and to who is not understood: "Call 0712 000 111, 8:00 to 18:00".
    help: Said = ""
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")] = "KES"
    #: Where a product is shown elsewhere, for Meta's catalogue: "https://duka.example/p/{sku}"; "" for a link
    #: into the chat.
    product_link: str = ""
    #: Meta's catalogue, when one is linked to the number: products are then shown natively, with text beside.
    catalog_id: str = ""
    #: Percent by tax class; "" is the class of products that name none. { "" = "16", zero = "0" }
    tax: dict[str, Percent] = {}
    prices_include_tax: bool = True
    #: Totals are rounded down to a multiple of this ("1" for whole shillings), "" for the currency's own
    #: unit.
    rounding: Annotated[str, Meta(pattern=r"^([0-9]{1,12}(\.[0-9]{1,3})?)?$")] = ""
    zones: list[Zone] = []
    pickup: list[Pickup] = []
    pay_on_delivery: bool = True
    pay_at_pickup: bool = True
    #: How to pay, in the owner's words: "Paybill 123456, account {number}, {total}". "" for no such way.
    payment_instructions: Said = ""
    #: How long goods are held for an order that is not paid; after that it is given up. Minutes, hours or
    #: days.
    hold: str = "24h"
    #: Days after which a cart that nobody touched is emptied.
    cart_days: Annotated[int, Meta(ge=1, le=365)] = 30
    #: The most of one thing in an order, and the most lines.
    max_quantity: Annotated[int, Meta(ge=1, le=1_000_000)] = 999
    max_lines: Annotated[int, Meta(ge=1, le=200)] = 50
    #: "Only 3 left" is said from here; the owner is told when less is left of what has no limit of its own.
    low_stock: Annotated[int, Meta(ge=0)] = 3
    #: Until when a customer may cancel: "accepted", "packed", "shipped"; "" for never.
    cancel_until: Literal["accepted", "packed", "shipped", ""] = "packed"
    #: Answer what nobody understood with a search, and with help when nothing is found.
    answer_all: bool = True
    #: Who writes OWNER and this code gets the daily summary and alerts. "" for nobody.
    owner_code: Annotated[str, Meta(extra_json_schema={"writeOnly": True})] = ""
    #: When the summary of the day goes out, by the tenant's clock; "" for never.
    summary_at: str = "19:00"
    #: With which delivery partners sign their webhooks (HMAC-SHA256 of the body); "" for no webhook.
    delivery_secret: Annotated[str, Meta(extra_json_schema={"writeOnly": True})] = ""
    #: The template for each notice when the window is closed: { shipped = "order_shipped" }; see the docs.
    templates: dict[str, str] = {}
    #: Notices that the customer is not sent: ["packed"].
    silent: list[str] = []

    def __post_init__(self) -> None:
        """What cannot be sold with is said where it is set, not to a customer. Raises `ValueError`."""
        for zone in self.zones:
            try:
                for amount in filter(None, (zone.fee, zone.free_over)):
                    minor(amount, self.currency)
            except ValueError as wrong:
                raise ValueError(f'zone "{zone.id}": {wrong}') from None
        for what, ids in (("zones", [each.id for each in self.zones]),
                          ("pickup", [each.id for each in self.pickup])):  # fmt: skip
            if "" in ids or len(set(ids)) < len(ids):
                raise ValueError(f"{what}: each has an id of its own")
