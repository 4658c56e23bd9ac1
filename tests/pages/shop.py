"""A plugin with every kind of address."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from msgspec import Struct

from gateway import (
    ApiRequest,
    Chat,
    EventSeen,
    Message,
    Page,
    PageRequest,
    PluginRoute,
    Problem,
    WebhookPost,
    api,
    hmac_sha256,
    hook,
    public_page,
    webhook,
)


class Order(Struct):
    number: int
    conversation: str = ""


class OrderRated(Struct, tag="order_rated"):
    number: int
    stars: int


class Rename(Struct, forbid_unknown_fields=True):
    name: str


class Named(Struct):
    id: str
    name: str


class Wanted(Struct):
    name: str = ""


@hook.on_message
async def hello(message: Message, chat: Chat) -> None:
    """Give out a link."""
    expires = message.text if message.text.endswith(("s", "h")) else "1h"
    await chat.say(chat.link("/o", Order(7, chat.conversation.id), expires=expires))


async def show(request: PageRequest) -> Page:
    order: Order = request.value
    how = request.query.get("how", "")
    if how == "write":
        await request.db.run("update contact set name = 'x' where tenant = :tenant")
    if how == "say":
        await (await request.reach(order.conversation)).say("never")
    if how == "emit":
        request.emit(OrderRated(1, 1))
    if how == "raise":
        raise RuntimeError("a secret detail")
    if how == "undefined":
        return request.render("broken.html")
    if how == "slow":
        await asyncio.sleep(30)
    chat = await request.reach(order.conversation)
    return request.render("order.html", order=order, name=chat.contact.name, total=123450)


async def rate(request: PageRequest) -> Page:
    """Thank the contact, and remember the stars as their name."""
    order: Order = request.value
    stars = int(request.form.get("stars", "0"))
    chat = await request.reach(order.conversation)
    await chat.say(f"Thank you for {stars} stars, {request.form.get('who', '')}")
    await request.db.run(
        "update contact set name = :name where tenant = :tenant and id = :id",
        name=f"{stars} stars", id=chat.contact.id,
    )  # fmt: skip
    request.emit(OrderRated(order.number, stars))
    if stars > 5:
        raise ValueError("so many stars")
    return request.redirect(request.link("/o", order))


async def hidden(request: PageRequest) -> str:
    return f"plain <b>words</b> of {request.tenant.id}"


async def contacts(request: ApiRequest) -> list[Named]:
    """The names of contacts."""
    rows = await request.db.all(
        "select id, name from contact where tenant = :tenant and (name = :name or :name = '') order by id",
        name=request.query.name,
    )
    return [Named(row["id"], row["name"]) for row in rows]


async def contact(request: ApiRequest) -> Named:
    """One of them."""
    row = await request.db.one(
        "select id, name from contact where tenant = :tenant and id = :id", id=request.path["id"]
    )
    if row is None:
        raise Problem(404, "no_such_contact", "no contact of yours has this id")
    return Named(row["id"], row["name"])


async def rename(request: ApiRequest) -> Named:
    """Another name for a contact."""
    changed = await request.db.run(
        "update contact set name = :name where tenant = :tenant and id = :id",
        id=request.path["id"], name=request.body.name,
    )  # fmt: skip
    if not changed:
        raise Problem(404, "no_such_contact", "no contact of yours has this id")
    if request.body.name == "taken":
        raise Problem(409, "name_taken", "another one has this name")
    if request.body.name == "fail":
        raise RuntimeError("a secret detail")
    return await contact(request)


def signed(request: WebhookPost, settings: object) -> bool:
    if request.text == "raise":
        raise KeyError("signature")
    if request.text == "exit":
        raise SystemExit(3)
    if request.text == "odd":
        return "yes"  # type: ignore[return-value]
    return hmac_sha256([f"of {request.tenant}", "old"], request.body, request.header("X-Signature"))


def number(request: WebhookPost) -> str:
    if request.query.get("q") == "exit":
        raise SystemExit(3)
    return str(request.json()["id"])


async def delivered(request: WebhookPost, chat: Chat) -> None:
    """Tell the contact."""
    told = request.json()
    if told["text"] == "boom":
        raise RuntimeError("the handler failed")
    there = await chat.reach(told["conversation"])
    await there.say(f"{told['text']} {request.path['tenant']} {request.query.get('q', '')}")


@hook.on("order_rated")
async def rated(event: EventSeen, chat: Chat) -> None:
    logging.getLogger("shop").warning("rated %s", event.payload)
    await chat.db.run("update contact set username = 'rated' where tenant = :tenant")


@hook.register_events
def events() -> Sequence[type[Struct]]:
    return [OrderRated]


@hook.register_routes
def routes() -> Sequence[PluginRoute]:
    return [
        public_page("GET", "/o/{token}", show, value=Order),
        public_page("POST", "/o/{token}", rate, value=Order, forms_to=["https://pay.example"]),
        public_page("GET", "/hidden/{token}", hidden),
        api("GET", "/contacts", contacts, query=Wanted, answer=list[Named]),
        api("GET", "/contacts/{id}", contact, answer=Named),
        api("PATCH", "/contacts/{id}", rename, body=Rename, answer=Named),
        webhook("POST", "/delivery/{tenant}", delivered, verify=signed, key=number),
    ]
