"""Plugins that a strict type checker refuses: each marked line must give the error beside it."""

from __future__ import annotations

from gateway.chat import Chat
from gateway.hooks.handled import Handled
from gateway.hooks.mark import hook
from gateway.message import Message, StatusUpdate


@hook.on_message  # E: Value of type variable "OnMessage" of "on_message" of "Hook" cannot be
async def wrong_type(message: str, chat: Chat) -> None: ...


@hook.on_message  # E: Value of type variable "OnMessage" of "on_message" of "Hook" cannot be
async def wrong_name(msg: Message, chat: Chat) -> None: ...


@hook.on_message  # E: Value of type variable "OnMessage" of "on_message" of "Hook" cannot be
async def too_many(message: Message, chat: Chat, more: int) -> None: ...


@hook.on_message  # E: Value of type variable "OnMessage" of "on_message" of "Hook" cannot be
def not_async(message: Message, chat: Chat) -> None: ...


@hook.on_message  # E: Value of type variable "OnMessage" of "on_message" of "Hook" cannot be
async def wrong_result(message: Message, chat: Chat) -> str:
    return "handled"


@hook.on_mesage  # E: "Hook" has no attribute "on_mesage"; maybe "on_message"
async def misspelt(message: Message, chat: Chat) -> None: ...


@hook.on_status  # E: Value of type variable "OnStatus" of "on_status" of "Hook" cannot be
async def not_a_status(status: Message) -> None: ...


@hook.on_any_message  # E: Value of type variable "OnAnyMessage" of "on_any_message" of "Hook" cannot be
async def cannot_end_the_order(message: Message, chat: Chat) -> Handled | None: ...


@hook.on_status  # E: Value of type variable "OnStatus" of "on_status" of "Hook" cannot be
async def wrong_single_name(update: StatusUpdate) -> None: ...


@hook.on_start  # E: Value of type variable "OnProcess" of "on_start" of "Hook" cannot be
async def start_takes_nothing(chat: Chat) -> None: ...


@hook.on_message
async def handled_is_no_bool(message: Message, status: StatusUpdate | None = None) -> Handled | None:
    return True  # E: Incompatible return value type (got "bool", expected "Handled | None")


class Shop:
    @hook.on_message  # E: Value of type variable "OnMessage" of "on_message" of "Hook" cannot be
    async def wrong_type(self, message: str, chat: Chat) -> None: ...
