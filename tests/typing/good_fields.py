"""What each field reads, as a strict type checker knows it."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import assert_type

from gateway import Chat, fields, flow, inbound


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
