"""The delivery partner's webhook: `POST /p/commerce/delivery/{tenant}`, signed, each update once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from gateway import Chat, WebhookPost, hmac_sha256
from plugins.commerce.common.ids import micros
from plugins.commerce.orders.act import happened
from plugins.commerce.orders.hand import Hand, of_chat
from plugins.commerce.orders.order import Order, numbered, order_of
from plugins.commerce.orders.parcel import RANK, Parcel, parcels_of, tracked, tracking_url
from plugins.commerce.orders.parcels import Carrier, Report, ship, track
from plugins.commerce.orders.states import Impossible
from plugins.commerce.settings import Settings

#: The name under which partners stand in the timeline.
ACTOR = "delivery partner"
_SAID = {"failed_delivery": "failed", "returned_to_sender": "returned"}


class Update(Struct, frozen=True):
    """What a partner sends. *id* makes it one; *tracking*, or *order* (a number or an id), says what it is
    about; *at* is a time with its zone, of now when it is left out."""

    id: str
    status: str
    tracking: str = ""
    order: str = ""
    at: str = ""
    carrier: str = ""
    url: str = ""
    reason: str = ""


def signed(request: WebhookPost, settings: Settings) -> bool:
    """Whether it was signed with `Settings.delivery_secret`; without a secret nothing is."""
    if not settings.delivery_secret:
        return False
    return hmac_sha256(settings.delivery_secret, request.body, request.header("X-Signature"))


def name_of(request: WebhookPost) -> str:
    """The update's id, "" for what cannot be read."""
    found = _read(request)
    return found.id[:200] if found else ""


async def delivery(request: WebhookPost, chat: Chat) -> None:
    """Move the parcel that is meant. What cannot be read or found, or cannot be, is no error of ours: it is
    counted, and told to the staff where there is an order."""
    update = _read(request)
    order = await _meant(chat, update) if update else None
    if update is None or order is None:
        chat.count("delivery_updates", result="unread" if update is None else "unknown_parcel")
        return
    hand = of_chat(chat, "system", ACTOR)
    status = _status(update.status)
    if status not in RANK:
        about = {"status": update.status[:60], "tracking": update.tracking[:100]}
        await happened(hand, order, "attention", why="unknown_status", **about)
        chat.count("delivery_updates", result="unknown_status")
        return
    try:
        done = await _apply(hand, order, update, _report(update, status, request))
    except Impossible as cannot:
        await happened(hand, order, "attention", why="delivery_update", status=status, words=str(cannot))
        done = "impossible"
    chat.count("delivery_updates", result=done)


async def _apply(hand: Hand, order: Order, update: Update, report: Report) -> str:
    """Move the parcel; one that nobody has told of is what had not left yet, and leaves by it."""
    parcel = _parcel(await parcels_of(hand.db, order.id), report.by.tracking)
    if parcel is None:
        order = await ship(hand, order.id, by=report.by, key=update.id, at=report.at)
        parcel = (await parcels_of(hand.db, order.id))[-1]
        if report.state == "shipped":
            return "done"
    await track(hand, order.id, parcel.id, report, key=update.id)
    return "done"


async def _meant(chat: Chat, update: Update) -> Order | None:
    found = await tracked(chat.db, update.tracking[:100])
    if found is not None:
        return await order_of(chat.db, found.order_id)
    if not update.order:
        return None
    return await order_of(chat.db, update.order) or await numbered(chat.db, update.order)


def _parcel(parcels: list[Parcel] | Any, tracking: str) -> Parcel | None:
    """The parcel with this tracking number, else the newest one that has none."""
    same = [each for each in parcels if tracking and each.tracking == tracking]
    bare = [each for each in parcels if not tracking or not each.tracking]
    return next(iter([*same, *reversed(bare)]), None)


def _report(update: Update, status: str, request: WebhookPost) -> Report:
    try:
        url = tracking_url(update.url)
    except ValueError:
        url = ""
    by = Carrier(update.carrier[:60].strip(), update.tracking[:100].strip(), url)
    return Report(status, _at(update.at, request), update.reason[:200].strip(), by)


def _at(written: str, request: WebhookPost) -> int:
    """When it was so: never later than when we were told."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return request.received_at
    return min(micros(at), request.received_at) if at.tzinfo else request.received_at


def _status(written: str) -> str:
    plain = written.strip().lower().replace(" ", "_").replace("-", "_")
    return _SAID.get(plain, plain)


def _read(request: WebhookPost) -> Update | None:
    try:
        found = request.json(Update)
    except msgspec.MsgspecError:
        return None
    return found if found.id else None
