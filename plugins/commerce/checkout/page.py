"""The checkout on one page: the cart, what it costs in each way, and a form. It places the order as the
conversation does, and the same order when both do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from gateway import Chat, Page, PageRequest, SendRefused
from plugins.commerce.cart import acts
from plugins.commerce.cart.cart import Cart, open_cart
from plugins.commerce.cart.quote import quote
from plugins.commerce.cart.words import problem_said
from plugins.commerce.checkout import form, look
from plugins.commerce.checkout.confirm import LINK, thanks
from plugins.commerce.checkout.draft import Draft, Known, Placed, Way
from plugins.commerce.checkout.form import BETWEEN, Filled
from plugins.commerce.checkout.pagelink import CartLink
from plugins.commerce.checkout.place import place
from plugins.commerce.checkout.review import goods
from plugins.commerce.checkout.ways import NONE
from plugins.commerce.common.ids import micros
from plugins.commerce.common.texts import said
from plugins.commerce.orders.order import OrderLink
from plugins.commerce.price.words import rows

#: Ways that are shown with their totals; a shop has few.
MOST = 30


class Choice(Struct, frozen=True):
    """A way on the page: *value* is what the form sends, with the mark of what it costs."""

    id: str
    value: str
    title: str
    about: str
    fee: str
    total: str
    bill: Sequence[tuple[str, str]]


async def show(request: PageRequest) -> Page:
    """The page, as it is now."""
    chat = await _chat(request)
    if chat is None:
        return _over(request, Placed("empty"))
    cart = await _cart(chat, request.value)
    if isinstance(cart, Placed):
        return _over(request, cart)
    known = await look.seen(chat, cart)
    return await _page(request, chat, cart, form.blank(known), {})


async def order(request: PageRequest) -> Page:
    """The form was sent: place the order, or say what is missing."""
    chat = await _chat(request)
    if chat is None:
        return _over(request, Placed("empty"))
    cart = await _cart(chat, request.value)
    if isinstance(cart, Placed):
        return _over(request, cart)
    known = await look.seen(chat, cart)
    filled = form.read(request, known)
    if request.form.get("do") == "mend":
        await _mend(chat, cart)
        return await _again(request, chat, filled, request.t("Your cart is adjusted."))
    if filled.errors:
        return await _page(request, chat, cart, filled.written, filled.errors, phone=filled.draft.phone)
    if (note := request.form.get("note", "").strip()) != cart.note and note:
        await acts.note(chat, note)
    placed = await place(chat, filled.draft, filled.mark)
    if placed.why:
        return await _again(request, chat, filled, _why(request, placed))
    await _tell(chat, known, filled, placed)
    return request.redirect(request.link("/o", OrderLink(placed.order), expires=LINK))


async def _tell(chat: Chat, known: Known, filled: Filled, placed: Placed) -> None:
    """The conversation gets what it would have got; when nobody may be written to, the page says it."""
    way = next((way for way in known.ways if way.id == filled.draft.way), None)
    if placed.again:
        return
    try:
        await chat.send(thanks(chat, placed, filled.draft, way))
    except SendRefused:
        return


async def _chat(request: PageRequest) -> Chat | None:
    """The conversation of the link; None when it is not there any more: its contact was erased."""
    try:
        return await request.reach(request.value.conversation)
    except SendRefused:
        return None


async def _cart(chat: Chat, link: CartLink) -> Cart | Placed:
    """The cart of the link; what became of it, when it is no cart any more."""
    cart = await open_cart(chat.db, chat.language, chat.contact.id)
    if cart is not None and cart.id == link.cart:
        return cart
    return await look.placed_from(chat.db, link.cart, chat.contact.id) or Placed("empty")


def _over(request: PageRequest, placed: Placed) -> Page:
    if placed.order:
        return request.redirect(request.link("/o", OrderLink(placed.order), expires=LINK))
    return request.render(
        "gateway/message.html",
        title=request.t("Your cart is empty"),
        text=request.t("There is nothing to order here any more. Write to us in the chat to go on."),
    )


async def _mend(chat: Chat, cart: Cart) -> None:
    """What cannot be ordered as it is becomes what can."""
    found = await quote(chat.db, chat.settings, cart, now=micros(chat.now))
    for problem in found.problems:
        await acts.put(chat, problem.variant, problem.left)


async def _again(request: PageRequest, chat: Chat, filled: Filled, notice: str) -> Page:
    """The page with what the shop has now."""
    cart = await _cart(chat, request.value)
    if isinstance(cart, Placed):
        return _over(request, cart)
    return await _page(request, chat, cart, filled.written, {}, notice, phone=filled.draft.phone)


async def _page(
    request: PageRequest, chat: Chat, cart: Cart, written: Mapping[str, str], errors: Mapping[str, str],
    notice: str = "", *, phone: str = "",
) -> Page:  # fmt: skip
    """*phone* is the number that was filled in: a code may have been used with it."""
    known = await look.seen(chat, cart)
    phone = phone or known.phone
    choices = [await _choice(chat, cart, phone, way) for way in known.ways[:MOST]]
    found = await quote(chat.db, chat.settings, cart, now=micros(chat.now), phone=phone)
    return request.render(
        "checkout.html",
        shop=said(chat.settings.name, chat),
        lines=await goods(chat, cart, found),
        problems=[problem_said(chat, problem) for problem in found.problems],
        choices=choices,
        chosen=written.get("way") or (choices[0].id if len(choices) == 1 else ""),
        brought=any(not way.pickup for way in known.ways) and known.goods,
        pays=known.pays,
        written=written,
        errors=errors,
        notice=notice,
        status=422 if errors else 200,
    )


async def _choice(chat: Chat, cart: Cart, phone: str, way: Way) -> Choice:
    """A way with its whole bill."""
    found = await look.bill(chat, cart, Draft(cart=cart.id, phone=phone), way)
    brought = not way.pickup and way.id != NONE
    title = chat.t("Delivery ({way})", way=way.title) if brought else way.title
    bill = rows(chat.words, found.bill, code=found.code, delivery=title if brought else "")
    fee = (
        chat.words.money(found.bill.delivery, found.bill.currency) if found.bill.delivery else chat.t("free")
    )
    return Choice(way.id, f"{way.id}{BETWEEN}{found.mark}", title, way.about, fee, bill[-1][1], bill)


def _why(request: PageRequest, placed: Placed) -> str:
    match placed.why:
        case "problems":
            return request.t("Something in your cart cannot be ordered as it is. Please look below.")
        case "changed":
            return request.t("What you order costs something else now. Please look at it and send it again.")
        case _:
            return request.t("Something has changed in the shop. Please look at it and send it again.")
