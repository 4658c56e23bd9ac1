"""The checkout as a conversation: what is not known is asked, then everything is shown, and one tap orders.

Whatever it needs to know of the shop it looks up in steps, so that it is the same when it goes on after hours
or after a restart; what it confirms is looked up again in the transaction that places the order."""

from __future__ import annotations

from msgspec.structs import replace

from gateway import Buttons, Chat, FlowCancelled, FlowTimeout, TooManyTries, flow
from plugins.commerce.checkout import ask, bring
from plugins.commerce.checkout.ask import button
from plugins.commerce.checkout.bring import Stopped
from plugins.commerce.checkout.change import QUESTIONS, changed
from plugins.commerce.checkout.confirm import thanks
from plugins.commerce.checkout.draft import Draft, Known, Placed
from plugins.commerce.checkout.look import keep, look
from plugins.commerce.checkout.mend import mended
from plugins.commerce.checkout.pagelink import page_link
from plugins.commerce.checkout.payment import fitting
from plugins.commerce.checkout.place import place
from plugins.commerce.checkout.review import Review, reviewed
from plugins.commerce.common.taps import tap


@flow(timeout="12h", title="Your order", single=True)
async def checkout(chat: Chat) -> None:
    """From the cart to the order."""
    try:
        if await _ordered(chat):
            return
        await _end(chat, chat.t("Your cart is empty now, so there is nothing to order."))
    except Stopped as stopped:
        if str(stopped) != "cart":
            await _end(chat, chat.t("All right, nothing is ordered. Your cart is kept."))
    except FlowCancelled:
        await _end(chat, chat.t("Nothing is ordered. Your cart is kept."))
    except TooManyTries:
        await _end(chat, chat.t("Sorry, that did not work. Your cart is kept: write CHECKOUT to try again."))
    except FlowTimeout:
        await _end(chat, chat.t("Your order is not finished. Your cart is kept: write CHECKOUT to go on."))


async def _ordered(chat: Chat) -> bool:
    """Ask, show, and place the order; False when nothing is left in the cart."""
    known = await chat.step("look", look, chat)
    if not known.cart or not await mended(chat):
        return False
    draft = await complete(chat, known, begun(known), progress=True)
    lead, back, link = "", True, True
    before: Review | None = None
    while True:
        review = await chat.step("review", reviewed, chat, draft)
        match review.why:
            case "empty":
                return False
            case "placed":
                await _placed(chat, known, draft, review.placed or Placed())
                return True
            case "problems":
                if not await mended(chat, back=False):
                    return False
                continue
            case "way" | "payment":
                known, draft = await _renewed(chat, known, draft, review.why)
                continue
        draft = replace(draft, cart=review.cart)
        await chat.step("keep", keep, chat, draft)
        lead = _news(chat, before, review) or lead
        chosen = await _shown(chat, review, lead, back, link)
        lead, before, link = "", None, False
        if chosen == "later":
            raise Stopped
        if chosen == "change":
            draft, lead = await changed(chat, known, draft)
            draft = await complete(chat, known, draft)
            continue
        placed = await chat.step("place", place, chat, draft, review.mark)
        if not placed.why:
            await _placed(chat, known, draft, placed)
            return True
        before, back = review, False


def begun(known: Known) -> Draft:
    """What needs no question: who has ordered before is not asked again."""
    if not known.returning:
        return Draft(cart=known.cart)
    return Draft(cart=known.cart, name=known.name, email=known.email, phone=known.phone)


def missing(chat: Chat, known: Known, draft: Draft) -> str:
    """The first question that has no answer yet; "" when all have one."""
    if not draft.name:
        return "name"
    if draft.email is None:
        return "email"
    if not draft.phone:
        return "phone"
    if not draft.how:
        return "how"
    if draft.how == "delivery" and (draft.where is None or not draft.zone):
        return "address"
    if draft.payment not in [pay.id for pay in ask.payments(chat, known, draft)]:
        return "payment"
    return ""


async def complete(chat: Chat, known: Known, draft: Draft, *, progress: bool = False) -> Draft:
    """*draft* with an answer to every question, and how far it has come above each."""
    while question := missing(chat, known, draft):
        draft = await QUESTIONS[question](
            chat, known, draft, _progress(chat, known, draft, question) if progress else ""
        )
    return draft


def _progress(chat: Chat, known: Known, draft: Draft, question: str) -> str:
    """ "Step 2 of 5": of the questions that this customer is asked, the last look among them."""
    asked = [] if known.returning else ["name", "email", "phone"]
    if len(bring.hows(known)) > 1:
        asked.append("how")
    if draft.how == "delivery" or (not draft.how and "delivery" in bring.hows(known)):
        asked.append("address")
    ways = [way for way in known.ways if way.id == draft.way] or known.ways
    if any(len(fitting(known.pays, way, chat.words)) > 1 for way in ways):
        asked.append("payment")
    if question not in asked:
        return ""
    step, steps = chat.words.number(asked.index(question) + 1), chat.words.number(len(asked) + 1)
    return chat.t("Step {step} of {steps}", step=step, steps=steps)


async def _renewed(chat: Chat, known: Known, draft: Draft, why: str) -> tuple[Known, Draft]:
    """The shop has changed how it delivers, or how it is paid: ask that again."""
    known = await chat.step("look", look, chat)
    if why == "way":
        await chat.say(chat.t("How the shop delivers has changed. Please choose once more."))
        draft = replace(draft, how="", where=None, zone="")
    else:
        await chat.say(chat.t("This way to pay is not there any more. Please choose once more."))
    draft = replace(draft, payment="")
    return known, await complete(chat, known, draft)


def _news(chat: Chat, before: Review | None, review: Review) -> str:
    """What is different from what was confirmed."""
    if before is None:
        return ""
    if before.total == review.total:
        return chat.t("Something about your order has changed. Please look at it once more.")
    return chat.t(
        "The total has changed: it was {was}, it is {now} now. Please look at it once more.",
        was=chat.words.money(before.total, before.currency),
        now=chat.words.money(review.total, review.currency),
    )


async def _shown(chat: Chat, review: Review, lead: str, back: bool, link: bool) -> str:
    """Show the order; what the customer wants of it."""
    page = chat.t("Or finish on one page: {link}", link=page_link(chat, review.cart)) if link else ""
    head = chat.t("Please look at your order:")
    text = "\n\n".join(part for part in (lead, head, review.text, page) if part)
    buttons = [
        button("confirm", chat.t("Confirm")),
        button("change", chat.t("Change")),
        button("later", chat.t("Not now")),
    ]
    return await chat.choose("review", Buttons(text, buttons), buttons, back=back)


async def _placed(chat: Chat, known: Known, draft: Draft, placed: Placed) -> None:
    way = next((way for way in known.ways if way.id == draft.way), None)
    await chat.send(thanks(chat, placed, draft, None if placed.again else way))


async def _end(chat: Chat, text: str) -> None:
    buttons = [button(tap("cart"), chat.t("View cart")), button(tap("home"), chat.t("Menu"))]
    await chat.send(Buttons(text, buttons))
