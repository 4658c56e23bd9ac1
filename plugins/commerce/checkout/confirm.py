"""What the customer is sent when the order is placed."""

from __future__ import annotations

from gateway import Button, Buttons, Chat
from plugins.commerce.checkout.draft import Draft, Placed, Way
from plugins.commerce.checkout.payment import how_to_pay
from plugins.commerce.common.taps import tap
from plugins.commerce.common.texts import BUTTON, clip
from plugins.commerce.orders.order import OrderLink

#: How long the link to the order's page opens it.
LINK = "90d"


def thanks(chat: Chat, placed: Placed, draft: Draft, way: Way | None) -> Buttons:
    """The order's number and total, what happens next, how it is paid, and where it can be looked at."""
    amount = chat.words.money(placed.total, placed.currency)
    number = placed.number
    if placed.again:
        head = chat.t("Your order {number} is placed already. Total: {total}.", number=number, total=amount)
    else:
        head = chat.t(
            "Thank you, {name}! Your order {number} is placed. Total: {total}.",
            name=draft.name,
            number=number,
            total=amount,
        )
    pay = how_to_pay(
        chat.words, chat.settings, placed.payment, number=placed.number, total=placed.total,
        currency=placed.currency, fallback=chat.tenant.language,
    )  # fmt: skip
    link = chat.link("/o", OrderLink(placed.order), expires=LINK)
    where = chat.t("See your order at any time: {link}", link=link)
    parts = [head, what_next(chat, draft, way) if way else "", pay if placed.total else "", where]
    return Buttons(
        "\n\n".join(part for part in parts if part),
        [
            Button(tap("order", placed.order), clip(chat.t("Order status"), BUTTON)),
            Button(tap("home"), clip(chat.t("Menu"), BUTTON)),
        ],
    )


def what_next(chat: Chat, draft: Draft, way: Way) -> str:
    """How the goods come, in a sentence; "" when nothing has to be brought."""
    if way.pickup:
        if not way.about:
            return chat.t("You collect it here: {place}. We write to you when it is ready.", place=way.title)
        return chat.t(
            "You collect it here: {place}, {about}. We write to you when it is ready.",
            place=way.title, about=way.about,
        )  # fmt: skip
    if draft.where is None:
        return ""
    address = draft.where.text
    if way.about:
        return chat.t("We bring it to: {address}. It takes {days}.", address=address, days=way.about)
    return chat.t("We bring it to: {address}. We write to you when it is on its way.", address=address)
