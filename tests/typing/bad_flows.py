"""Flows and jobs that a strict type checker refuses: each marked line must give the error beside it."""

from __future__ import annotations

from msgspec import Struct

from gateway import Chat, Command, Handled, JobContext, Message, flow, hook, job


class Payment(Struct, frozen=True, tag="payment"):
    order: str


def even(text: str) -> int:
    return int(text)


def of_bytes(text: bytes) -> int:
    return len(text)


@job
async def charge(job: JobContext, order: str) -> Payment:
    return Payment(order)


@job  # E: Argument 1 to "job" has incompatible type
async def without_context(order: str) -> None: ...


@job  # E: Argument 1 to "job" has incompatible type
def not_async_job(job: JobContext) -> None: ...


@job(timout="30s")  # E: Unexpected keyword argument "timout" for overloaded function "job"
async def misspelt_option(job: JobContext) -> None: ...


async def save(order: int) -> bool:
    return True


@flow
async def track(chat: Chat, cart: str, quantity: int = 1) -> None: ...


@flow  # E: Argument 1 to "flow" has incompatible type
async def without_chat(number: int) -> None: ...


@flow  # E: Argument 1 to "flow" has incompatible type
def not_async(chat: Chat) -> None: ...


@flow(on_change="ignore")  # E: No overload variant of "flow" matches argument type "str"
async def no_such_policy(chat: Chat) -> None: ...


@flow
async def questions(chat: Chat) -> str:
    number: int = await chat.ask("n", "Number?")  # E: Incompatible types in assignment
    words: str = await chat.ask("w", "Even?", parse=even)  # E: Argument "parse" to "ask" of "Asking"
    await chat.ask("Number?")  # E: No overload variant of "ask" of "Asking" matches argument type "str"
    await chat.ask("b", "Bytes?", parse=of_bytes)  # E: Argument "parse" to "ask" of "Asking"
    await chat.ask("n", "Number?", parse=3)  # E: No overload variant of "ask"
    await chat.ask("t", "How?", timeout=3)  # E: No overload variant of "ask"
    await chat.choose("c", "Which?", ["apple"])  # E: Argument 3 to "choose" of "Asking" has incompatible
    await chat.choose("c", "Which?", {"a": 1})  # E: Dict entry 0 has incompatible type "str": "int"
    sure: str = await chat.confirm("s", "Sure?")  # E: Incompatible types in assignment
    await chat.step("save", save)  # E: Missing positional argument "order" in call to "step" of "Asking"
    await chat.step("save", save, "three")  # E: Argument 3 to "step" of "Asking" has incompatible type "str"
    await chat.step("even", even, "3")  # E: Argument 2 to "step" of "Asking" has incompatible type
    await chat.job("pay", charge)  # E: Missing positional argument "order" in call to "job" of "Asking"
    await chat.job("pay", charge, 3)  # E: Argument 3 to "job" of "Asking" has incompatible type "int"
    await chat.job("save", save, 3)  # E: Argument 2 to "job" of "Asking" has incompatible type
    order: str = await chat.wait_for("payment", shape=Payment)  # E: Incompatible types in assignment
    await chat.wait_for("payment", shape=dict)  # E: Value of type variable "E" of "wait_for"
    await track(chat)  # E: Missing positional argument "cart" in call to "__call__" of "Flow"
    await track(chat, cart=3)  # E: Argument "cart" to "__call__" of "Flow" has incompatible type "int"
    return words + order + sure + str(number)


@hook.on_message
async def begin(message: Message, chat: Chat) -> Handled | None:
    await chat.start(track)  # E: Missing positional argument "cart" in call to "start" of "Chat"
    await chat.start(track, 3)  # E: Argument 2 to "start" of "Chat" has incompatible type "int"
    await chat.start(track, "c", colour="red")  # E: Unexpected keyword argument "colour" for "start"
    await chat.start(save, 3)  # E: Argument 1 to "start" of "Chat" has incompatible type
    chat.enqueue(charge)  # E: Missing positional argument "order" in call to "enqueue" of "Chat"
    chat.enqueue(charge.at("tomorrow"), "1")  # E: Argument 1 to "at" of "Job" has incompatible type "str"
    chat.emit("payment")  # E: Argument 1 to "emit" of "Chat" has incompatible type "str"; expected "Struct"
    chat.emit(Payment("1"), "1")  # E: Too many positional arguments for "emit" of "Chat"
    chat.speek("es")  # E: "Chat" has no attribute "speek"
    chat.language = "es"  # E: Property "language" defined in "Chat" is read-only
    return await chat.start(track, "cart-1")


async def run(message: Message, chat: Chat) -> Handled:
    return Handled


CART = Command("cart", ["cart"], "Your cart", run)  # E: Argument 4 to "Command" has incompatible type
