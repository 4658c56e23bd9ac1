"""What each field reads, as a strict type checker knows it."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import assert_type

from gateway import Chat, Handled, Message, fields, flow, hook, inbound


@flow
async def form(chat: Chat) -> None:
    assert_type(await chat.ask("a", "?", parse=fields.text(shortest=2, longest=80)), str)
    assert_type(await chat.ask("b", "?", parse=fields.integer), int)
    assert_type(await chat.ask("c", "?", parse=fields.integer(low=1, high=9)), int)
    assert_type(await chat.ask("d", "?", parse=fields.decimal(places=2)), Decimal)
    assert_type(await chat.ask("e", "?", parse=fields.money(currency="KES")), fields.Amount)
    assert_type(await chat.ask("f", "?", parse=fields.date(after="today")), date)
    assert_type(await chat.ask("g", "?", parse=fields.time), time)
    assert_type(await chat.ask("h", "?", parse=fields.phone(region="KE")), str)
    assert_type(await chat.ask("i", "?", parse=fields.email), str)
    assert_type(await chat.ask("j", "?", parse=fields.yes_no), bool)
    assert_type(await chat.ask("k", "?", parse=fields.media("image", "document")), fields.Attachment)
    assert_type(await chat.ask("l", "?", parse=fields.location), inbound.Location)
    assert_type(await chat.ask("m", "?", parse=fields.address), fields.Address)


def stars(text: str) -> int:
    return len(text)


@hook.on_message
async def beside_a_flow(message: Message, chat: Chat) -> Handled:
    assert_type(chat.read(fields.integer(low=1, high=99), message.text), int)
    assert_type(chat.read(fields.date, "tomorrow"), date)
    assert_type(chat.read(fields.choice({"a": "A"}), message.text), str)
    assert_type(chat.read(stars, message.text), int)
    return Handled
