"""What a plugin offers, as a strict type checker refuses it: each marked line gives the error beside it."""

from __future__ import annotations

from msgspec import Struct

from gateway import (
    Chat,
    CliCommand,
    Command,
    EventSeen,
    JobContext,
    Message,
    Metric,
    PersonalData,
    Recurring,
    hook,
    job,
)


class Order(Struct, frozen=True):
    order: str


@job
async def remind(job: JobContext, visit: str) -> None: ...


@job
async def tidy(job: JobContext) -> None: ...


@hook.on  # E: Argument 1 to "on" of "Hook" has incompatible type
async def event_without_name(event: EventSeen, chat: Chat) -> None: ...


@hook.on("order_placed")  # E: Value of type variable "OnSeen" of function cannot be
async def not_the_event(event: Order, chat: Chat) -> None: ...


@hook.on("order_placed")  # E: Value of type variable "OnSeen" of function cannot be
def not_async(event: EventSeen, chat: Chat) -> None: ...


@hook.on("order_placed")
async def reads(event: EventSeen) -> None:
    event.read(dict)  # E: Value of type variable "E" of "read" of "EventSeen" cannot be "dict
    event.name = "other"  # E: Property "name" defined in "EventSeen" is read-only


@hook.register_commands  # E: Value of type variable "Commands" of "register_commands" of "Hook" cannot be
async def async_commands() -> list[Command]:
    return []


@hook.register_commands  # E: Value of type variable "Commands" of "register_commands" of "Hook" cannot be
def words_only() -> list[str]:
    return ["cart"]


@hook.register_events  # E: Value of type variable "Events" of "register_events" of "Hook" cannot be
def instances() -> list[Order]:
    return [Order("1")]


@hook.register_jobs
def with_arguments() -> list[Recurring]:
    return [Recurring(remind, "FREQ=DAILY")]  # E: Argument 1 to "Recurring" has incompatible type


def of_no_settings() -> list[Recurring]:
    return [Recurring(tidy, lambda: "FREQ=DAILY")]  # E: Argument 2 to "Recurring" has incompatible type


@hook.register_metrics
def metrics() -> list[Metric]:
    return [Metric("orders", "Orders", kind="gage")]  # E: Argument "kind" to "Metric" has incompatible type


@hook.register_metrics  # E: Value of type variable "Metrics" of "register_metrics" of "Hook" cannot be
def names() -> list[str]:
    return []


@hook.register_cli
def cli() -> list[CliCommand]:
    return [CliCommand("count", "count orders", "count")]  # E: Argument 3 to "CliCommand" has incompatible


async def wipe(db: str) -> None: ...


@hook.register_personal_data
def personal() -> list[PersonalData]:
    return [PersonalData("shop_order", erase=wipe)]  # E: Argument "erase" to "PersonalData" has incompatible


@hook.register_comands  # E: "Hook" has no attribute "register_comands"; maybe "register_commands"
def misspelt() -> list[Command]:
    return []


async def cart(message: Message, chat: Chat, rest: str) -> bool:
    return True


CART = Command("cart", ["cart"], "Your cart", cart)  # E: Argument 4 to "Command" has incompatible type
ONE_WORD = Command("cart", "cart", "Your cart")  # E: Missing positional argument "run" in call to "Command"
