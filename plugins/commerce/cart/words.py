"""What is said of a cart and of what became of an act."""

from __future__ import annotations

from gateway import Chat
from plugins.commerce.cart.acts import Changed
from plugins.commerce.cart.cart import CartLine, open_cart
from plugins.commerce.cart.quote import Problem
from plugins.commerce.catalogue.item import Item
from plugins.commerce.common.texts import clip

#: Characters of a name in the text of a cart.
NAME = 80


def name_of(item: Item) -> str:
    """The name of *item* as carts say it."""
    return clip(item.full_name, NAME)


def told(chat: Chat, item: Item, changed: Changed) -> str:
    """What became of an act on *item*; "" when all was done as asked."""
    name = name_of(item)
    match changed.why:
        case "":
            return ""
        case "gone":
            return chat.t("We do not sell {name} any more.", name=name)
        case "sold_out":
            return chat.t("We are out of {name} at the moment.", name=name)
        case "short":
            return chat.n(
                "Only {n} of {name} is left. That is what is in your cart now.",
                "Only {n} of {name} are left. That is what is in your cart now.",
                changed.qty,
                name=name,
            )
        case "most":
            return chat.t(
                "An order may have {most} of {name} at most. That is what is in your cart now.",
                most=chat.words.number(changed.qty),
                name=name,
            )
        case "least":
            return _steps(chat, item, changed.qty)
        case "full":
            return chat.t(
                "Your cart has {most} different things, and that is as many as it takes. Please order these "
                "first, or remove one.",
                most=chat.words.number(chat.settings.max_lines),
            )


def _steps(chat: Chat, item: Item, qty: int) -> str:
    name, step, least = name_of(item), max(1, item.step), item.least
    rule = (
        chat.t("We sell {name} from {least} on.", name=name, least=chat.words.number(least))
        if step == 1
        else chat.t(
            "We sell {name} in steps of {step}, from {least} on.",
            name=name,
            step=chat.words.number(step),
            least=chat.words.number(least),
        )
    )
    return rule + " " + chat.t("Your cart has {qty} now.", qty=chat.words.number(qty))


def problem_said(chat: Chat, problem: Problem) -> str:
    """Why a line of the cart cannot be ordered."""
    name = clip(problem.name, NAME)
    if problem.why == "gone":
        return chat.t("We do not sell {name} any more.", name=name)
    if problem.why == "short" and not problem.left:
        return chat.t("We are out of {name} at the moment.", name=name)
    if problem.why == "short":
        return chat.n("Only {n} of {name} is left.", "Only {n} of {name} are left.", problem.left, name=name)
    return chat.t(
        "You cannot order this quantity of {name} any more, but {qty} would do.",
        name=name,
        qty=chat.words.number(problem.left),
    )


def price_news(chat: Chat, line: CartLine) -> str:
    """That something costs more or less than when it was seen last."""
    return chat.t(
        "The price of {name} has changed: it is {price} now, it was {was}.",
        name=name_of(line.item),
        price=chat.words.money(line.item.price, line.item.currency),
        was=chat.words.money(line.price_seen, line.item.currency),
    )


def line_said(chat: Chat, line: CartLine) -> str:
    """ "2 × Mango: KES 100.00"."""
    return chat.t(
        "{qty} × {name}: {price}",
        qty=chat.words.number(line.qty),
        name=name_of(line.item),
        price=chat.words.money(line.qty * line.item.price, line.item.currency),
    )


def pieces(chat: Chat, count: int) -> str:
    """ "1 thing", "3 things"."""
    return chat.n("{n} thing", "{n} things", count)


async def summary(chat: Chat) -> str:
    """ "In your cart: 3 things, KES 450.00."; "" when nothing is in it."""
    cart = await open_cart(chat.db, chat.language, chat.contact.id)
    if cart is None:
        return ""
    total = sum(line.qty * line.item.price for line in cart.lines)
    return chat.t(
        "In your cart: {things}, {price}.",
        things=pieces(chat, cart.count),
        price=chat.words.money(total, cart.currency),
    )
