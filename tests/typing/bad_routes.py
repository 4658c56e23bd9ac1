"""Routes, rules of time and commands of the terminal that a strict type checker refuses."""

from __future__ import annotations

from gateway import (
    ApiRequest,
    Chat,
    CliContext,
    Db,
    JobContext,
    Page,
    PageRequest,
    PluginRoute,
    Recurring,
    WebhookPost,
    api,
    daily,
    every,
    hook,
    job,
    public_page,
    webhook,
)


async def show(request: PageRequest) -> str:
    return "a page"


def not_async(request: PageRequest) -> str:
    return "a page"


async def listed(request: PageRequest) -> Page:
    return request.file(["1"], "text/csv", "orders.csv")  # E: Argument 1 to "file" of "PageRequest" has


async def orders(request: ApiRequest) -> list[str]:
    await request.keep("words")  # E: Argument 1 to "keep" of "ApiRequest" has incompatible type "str"
    return []


async def paid(post: WebhookPost, chat: Chat) -> None: ...


def authentic(post: WebhookPost, settings: object) -> bool:
    return True


def late(post: WebhookPost) -> bool:
    return True


ROUTES: list[PluginRoute] = [
    public_page("GET", "/o/{token}", not_async),  # E: Argument 3 to "public_page" has incompatible type
    public_page("GET", "/o/{token}", orders),  # E: Argument 3 to "public_page" has incompatible type
    public_page("PUT", "/o/{token}", show),  # E: Argument 1 to "public_page" has incompatible type
    api("GET", "/orders", show),  # E: Argument 3 to "api" has incompatible type
    api("POST", "/orders", orders, status=404),  # E: Argument "status" to "api" has incompatible type
    api("GET", "/orders", orders, scope="admin"),  # E: Argument "scope" to "api" has incompatible type
    webhook("POST", "/paid", paid),  # E: Missing named argument "verify" for "webhook"
    webhook("POST", "/paid", paid, verify=late),  # E: Argument "verify" to "webhook" has incompatible type
    webhook("GET", "/paid", paid, verify=authentic),  # E: Argument 1 to "webhook" has incompatible type
    webhook("POST", "/paid", orders, verify=authentic),  # E: Argument 3 to "webhook" has incompatible type
]


@hook.register_routes  # E: Value of type variable "Routes" of "register_routes" of "Hook" cannot be
def paths() -> list[str]:
    return ["/orders"]


@job
async def remind(job: JobContext) -> None: ...


AGAIN = [
    Recurring(remind, every(weeks=1)),  # E: Unexpected keyword argument "weeks" for "every"
    Recurring(remind, daily(8)),  # E: Argument 1 to "daily" has incompatible type "int"; expected "str"
]


async def count(db: Db, least: int = 0) -> int:
    return least


async def report(context: CliContext) -> None:
    await context.work(count, "three")  # E: Argument 2 to "work" of "CliContext" has incompatible type "str"
    await context.work(report)  # E: Argument 1 to "work" of "CliContext" has incompatible type
