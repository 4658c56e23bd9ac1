"""Telling customers what becomes of their orders: free-form inside the window, by template outside, else the
notice is held until the customer writes again. Each notice is one row, and goes out once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from gateway import Chat, Db, SendRefused, Sent, Template, queries
from plugins.commerce.common.ids import micros
from plugins.commerce.common.wanted import wants_news
from plugins.commerce.orders.events import NoticesDue, cancelled, changed
from plugins.commerce.orders.hand import Hand
from plugins.commerce.orders.notice import About, Notice, notice_of
from plugins.commerce.orders.notice_words import message_of, values_of
from plugins.commerce.orders.order import Order, next_id, order_of

SQL = queries(Path(__file__).with_name("notify.sql"))
#: How many held notices a customer gets at once, each of another order.
AT_ONCE = 3
#: What a command or a job leaves for other plugins; no customer is told it.
CHANGED = "changed"
#: state, how, message and reason of a notice.
Result = tuple[str, str, str, str]


async def notice(
    hand: Hand, order: Order, kind: str, *, shipment: str = "", amount: int = 0,
    lines: dict[int, int] | None = None, reason: str = "",
) -> None:  # fmt: skip
    """Tell the customer of *order* what has just become of it: now, or, where nothing can be said (a job),
    soon after."""
    about = About(shipment, amount, lines or {}, reason)
    added = await add(hand, order, kind, f"{kind}:{order.version}", about)
    if added is None:
        return
    if hand.reach is None:
        hand.emit(NoticesDue(order.id), order.id)
    else:
        await tell_by(hand, order, [added])


async def add(hand: Hand, order: Order, kind: str, key: str, about: About) -> Notice | None:
    """Write down that a notice is due; None when there is one with this *key*."""
    id = f"{next_id(order)}-{kind}"
    kept = msgspec.json.encode(about).decode()
    values: dict[str, Any] = {"order": order.id, "contact": order.contact, "kind": kind, "key": key}
    if not await hand.db.run(SQL["add"], id=id, data=kept, at=hand.now, **values):
        return None
    return Notice(id, order.id, order.contact, kind, key, "due", "", "", "", hand.now, about)


async def tell_plugins(hand: Hand, order: Order) -> None:
    """Write down that other plugins are to be told where *order* stands: for a hand that cannot emit."""
    await add(hand, order, CHANGED, f"{CHANGED}:{order.version}", About())


async def tell_by(hand: Hand, order: Order, notices: Iterable[Notice], *, asked: bool = False) -> None:
    """Tell *notices* of *order* in its conversation. *asked*: somebody wants just these told, also of kinds
    that are silent."""
    try:
        chat = await hand.reach(order.conversation) if hand.reach and order.contact else None
        why = "no_contact"
    except SendRefused as refused:
        chat, why = None, refused.code
    for each in notices:
        if chat is None:
            await hand.db.run(SQL["claim"], id=each.id, before=each.state)
            await _settle(hand.db, each, ("failed", "", "", why), hand.now)
        else:
            await tell(chat, order, each, asked=asked)


async def tell(chat: Chat, order: Order, each: Notice, *, asked: bool = False) -> None:
    """Tell a notice in *chat*, and keep what became of it; nothing, when somebody else tells it just now."""
    if not await chat.db.run(SQL["claim"], id=each.id, before=each.state):
        return
    if each.kind in chat.settings.silent and not asked:
        result: Result = ("off", "", "", "silent")
    else:
        result = await _say(chat, order, each)
    chat.count("notices", kind=each.kind, state=result[0])
    await _settle(chat.db, each, result, micros(chat.now))


async def tell_held(chat: Chat) -> None:
    """The contact has written, and the window is open: of each order the newest notice that was held goes
    out, and what it overtook is left. Orders beyond `AT_ONCE` have their turn with the next message."""
    held = [notice_of(row) for row in await chat.db.all(SQL["held"], contact=chat.contact.id)]
    if not held or not await wants_news(chat):
        return
    seen: set[str] = set()
    for each in held:
        if each.order_id not in seen and len(seen) >= AT_ONCE:
            continue
        order = await order_of(chat.db, each.order_id) if each.order_id not in seen else None
        if order is None:
            if await chat.db.run(SQL["claim"], id=each.id, before="held"):
                await _settle(chat.db, each, ("off", "", "", "overtaken"), micros(chat.now))
            continue
        seen.add(each.order_id)
        await tell(chat, order, each)


async def due(hand: Hand, order: str) -> None:
    """Tell what is due of an order (its id): the customer, and of a command's `changed` other plugins."""
    found = await order_of(hand.db, order)
    if found is None:
        return
    notices = [notice_of(row) for row in await hand.db.all(SQL["due"], order=order)]
    for each in notices:
        if each.kind == CHANGED:
            await _settle(hand.db, each, ("off", "", "", "event"), hand.now)
            hand.emit(changed(found), found.id)
            if found.state == "cancelled":
                hand.emit(cancelled(found), found.id)
    await tell_by(hand, found, [each for each in notices if each.kind != CHANGED])


async def notices_of(db: Db, order: str) -> Sequence[Notice]:
    """The notices of an order (its id), oldest first."""
    return [notice_of(row) for row in await db.all(SQL["of_order"], order=order)]


async def _say(chat: Chat, order: Order, each: Notice) -> Result:
    """state, how, message and reason of telling *each*. It answers nobody, so who opted out gets nothing;
    what the gateway would not let out later (docs/policy.md) is told by /api/v1/messages/{id}/why."""
    if (await chat.consents()).get("service") == "out":
        return "off", "", "", "opted_out"
    if chat.conversation.window_open:
        try:
            message = await message_of(chat, order, each.kind, each.about)
            sent = await chat.send(message, purpose="service")
            return "sent", "text", sent.id, ""
        except SendRefused as refused:
            if refused.code != "window_closed":
                return "failed", "text", "", refused.code
    name = chat.settings.templates.get(each.kind, "")
    if not name:
        return "held", "", "", "window_closed"
    try:
        sent = await _by_template(chat, name, await values_of(chat, order, each.kind, each.about))
    except SendRefused as refused:
        return "held", "template", "", refused.code
    return "sent", "template", sent.id, ""


async def _by_template(chat: Chat, name: str, values: dict[str, Any]) -> Sent:
    """The template in the first language that it has: the contact's, the tenant's, English."""
    home = chat.tenant.language
    codes = (chat.language, chat.language.partition("-")[0], home, "en", "en_US", "en_GB")
    languages = list(dict.fromkeys(code.replace("-", "_") for code in codes if code))
    for last, language in enumerate(languages, 1):
        try:
            return await chat.send(Template(name, language, values), purpose="service")
        except SendRefused as refused:
            if refused.code != "template_not_synced" or last == len(languages):
                raise
    raise SendRefused(f"template {name} has no language")


async def _settle(db: Db, each: Notice, result: Result, now: int) -> None:
    """Keep what became of a notice that was claimed."""
    state, how, message, reason = result
    await db.run(SQL["settle"], id=each.id, state=state, how=how, message=message, reason=reason, at=now)
