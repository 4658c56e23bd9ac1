"""What a plugin offers, as a strict type checker accepts it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime
from typing import Any, assert_type

from msgspec import Struct

from gateway import (
    Chat,
    CliCommand,
    Command,
    Db,
    EventSeen,
    Handled,
    JobContext,
    Message,
    Metric,
    PersonalData,
    Recurring,
    Subject,
    hook,
    job,
)


class OrderPlaced(Struct, frozen=True, tag="order_placed"):
    order: str


class Order(Struct, frozen=True):
    """The fields that this plugin needs of another's event."""

    order: str


class Settings(Struct, frozen=True):
    currency: str = "KES"


async def cart(message: Message, chat: Chat, rest: str) -> Handled:
    return Handled


async def maybe(message: Message, chat: Chat, rest: str) -> Handled | None:
    return None


def count(options: argparse.Namespace, context: object) -> int:
    return 0


async def slow(options: argparse.Namespace, context: object) -> int:
    return 0


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true")


@job
async def remind(job: JobContext) -> None: ...


@hook.on("order_placed")
async def placed(event: EventSeen, chat: Chat) -> None:
    assert_type(event.name, str)
    assert_type(event.at, datetime)
    assert_type(event.payload, dict[str, Any])
    assert_type(event.read(Order), Order)


@hook.on("order_placed")
async def placed_event_only(event: EventSeen) -> None: ...


@hook.on("order_placed")
async def placed_bare() -> None: ...


@hook.on("payment_received", optional=True)
async def paid(event: EventSeen, chat: Chat) -> None: ...


@hook.collect("price")
def price(question: object, settings: Settings) -> int | None:
    return 50 if question == "mango" else None


@hook.register_commands
def commands() -> Sequence[Command]:
    return [
        Command("cart", {"en": ["cart", "basket"], "es": ["carrito"]}, "Show your cart", cart),
        Command("add", ["add"], "Add something", maybe, takes="SKU [QTY]"),
    ]


@hook.register_events
def events() -> list[type[Struct]]:
    return [OrderPlaced]


def when(settings: Settings) -> str:
    return f"FREQ=DAILY;BYHOUR={settings}"


@hook.register_jobs
def jobs() -> tuple[Recurring, ...]:
    return (
        Recurring(remind, "FREQ=DAILY;BYHOUR=8;BYMINUTE=0"),
        Recurring(remind, lambda settings: settings.rule),
        Recurring(remind, when),
    )


@hook.register_metrics
def metrics() -> list[Metric]:
    return [
        Metric("orders_total", "Orders placed", labels=("kind",)),
        Metric("size", "Cents of an order", kind="histogram", buckets=(100.0, 1000.0)),
    ]


@hook.register_cli
def cli() -> list[CliCommand]:
    return [CliCommand("count", "count orders", count), CliCommand("sync", "sync all", slow, options)]


async def wipe(db: Db, subject: Subject) -> None:
    await db.run("delete from shop_note where tenant = :tenant and phone = :phone", phone=subject.phones[0])


async def show(db: Db, subject: Subject) -> list[dict[str, str]]:
    return [{"contact": subject.contact, "name": subject.name}]


@hook.register_personal_data
def personal() -> list[PersonalData]:
    return [
        PersonalData("shop_order", contact="contact"),
        PersonalData("shop_visit", conversation="conversation", blank={"conversation": "", "seen": None}),
        PersonalData("shop_note", erase=wipe, export=show),
        PersonalData("shop_price", nobody="what things cost"),
    ]


class Shop:
    """A plugin may be an instance."""

    @hook.on("order_placed")
    async def placed(self, event: EventSeen, chat: Chat) -> None: ...

    @hook.register_commands
    def commands(self) -> list[Command]:
        return []
