"""Routes, rules of time and commands of the terminal that a strict type checker accepts."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import assert_type

from msgspec import Struct

from gateway import (
    ApiRequest,
    Chat,
    CliCommand,
    CliContext,
    Db,
    JobContext,
    Page,
    PageRequest,
    PluginRoute,
    Recurring,
    StoredFile,
    WebhookPost,
    api,
    daily,
    every,
    hmac_sha256,
    hook,
    job,
    public_page,
    queries,
    webhook,
    weekly,
)


class Order(Struct, frozen=True):
    number: int


class Settings(Struct, frozen=True):
    secret: str = ""


async def show(request: PageRequest) -> Page | str:
    return "an order"


async def lines() -> AsyncIterator[str]:
    yield "number\n"


async def listed(request: PageRequest) -> Page:
    assert_type(request.file(b"1", "text/csv", "orders.csv"), Page)
    return request.file(lines(), "text/csv", "orders.csv")


async def orders(request: ApiRequest) -> list[Order]:
    assert_type(await request.keep(b"1", filename="orders.csv", public=True), StoredFile)
    return [Order(1)]


async def paid(post: WebhookPost, chat: Chat) -> None: ...


async def noted(post: WebhookPost) -> None: ...


def authentic(post: WebhookPost, settings: Settings) -> bool:
    return hmac_sha256(settings.secret, post.body, post.header("x-seal"))


def statements() -> None:
    assert_type(queries(Path("cart.sql")), Mapping[str, str])


@hook.register_routes
def routes() -> list[PluginRoute]:
    return [
        public_page("GET", "/o/{token}", show, value=Order),
        public_page("GET", "/listed/{token}", listed),
        api("GET", "/orders", orders, answer=list[Order], summary="Orders"),
        api("POST", "/orders", orders, answer=list[Order], status=201),
        webhook("POST", "/paid/{tenant}", paid, verify=authentic),
        webhook("POST", "/noted/{tenant}", noted, verify=authentic, key=lambda post: "1"),
    ]


@job
async def remind(job: JobContext) -> None:
    assert_type((await job.keep(b"1")).link, str)


@hook.register_jobs
def jobs() -> list[Recurring]:
    rules = [every(hours=1), daily("08:00", "18:30"), weekly("MO,FR", "09:00")]
    return [Recurring(remind, rule) for rule in rules]


async def count(db: Db, least: int = 0) -> int:
    return int(await db.value("select count(*) from shop_order where tenant = :tenant"))


async def report(options: argparse.Namespace, context: CliContext) -> int:
    assert_type(await context.work(count), int)
    assert_type(await context.keep(b"1", public=True), StoredFile)
    return await context.work(count, least=3)


@hook.register_cli
def cli() -> list[CliCommand]:
    return [CliCommand("report", "count orders", report)]
