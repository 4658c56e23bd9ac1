"""What a channel carries: every kind of ours arrives in some form, with its words, or is refused clearly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import regex

from gateway.model.outbound import Outbound, Template
from gateway.simulator import Seen
from gateway.simulator.view import viewing
from gateway.testing.conformance.case import Case, case
from gateway.testing.conformance.samples import LONG, samples
from gateway.testing.conformance.world import World

#: Where the words of a message are.
HUMAN = frozenset(
    {"text", "caption", "title", "label", "header", "footer", "description", "button", "name", "address"}
)
_WORD = regex.compile(r"[^\W_]+")


@case
async def every_message(world: World) -> None:
    """Every kind of message arrives with all words that are not named as lost, or is refused with a
    reason; a dry run foretells the parts and the losses."""
    for message in samples(await greeting(world, world.contact())):
        contact = world.contact()
        own = await greeting(world, contact)
        if hasattr(message, "message_id"):
            message = msgspec.structs.replace(message, message_id=own)
        elif message.reply_to:
            message = msgspec.structs.replace(message, reply_to=own)
        await carried(world, contact, message)


@case
async def foretold(world: World) -> None:
    """`plan` in a plugin says what `send` then does."""
    for number, message in enumerate(samples(await greeting(world, world.contact()))):
        word = f"order {number} please"
        world.clerk.orders[word] = message
        await world.sim.says(world.contact(), word)
        await world.until(world.clerk.has(word), f"{tag(message)} was asked for")
        if word in world.clerk.refused:
            assert word not in world.clerk.planned, (
                f"{tag(message)} was planned, and refused when it was sent"
            )
        else:
            planned, sent = world.clerk.planned[word], world.clerk.sent[word]
            assert (planned.parts, planned.losses) == (sent.parts, sent.losses), message


@case
async def long_text(world: World) -> None:
    """A long text arrives whole, in order, as one message of ours."""
    contact = world.contact()
    await greeting(world, contact)
    code, answer = await world.sends(contact, {"type": "text", "text": LONG})
    assert code == 202, answer
    assert answer["losses"] == [] or {loss["how"] for loss in answer["losses"]} == {"split"}
    inbox = await world.shown(contact, 1 + answer["parts"])
    assert " ".join(m.text for m in inbox[1:]).split() == LONG.split()
    items = await world.settled(contact, 2, "read")
    assert items[-1]["content"]["text"] == LONG


async def carried(world: World, contact: str, message: Outbound) -> None:
    """*message* arrives on the phone of *contact*, or is refused before or after it was taken."""
    kind, asked = tag(message), msgspec.to_builtins(message)
    foretold, plan = await world.sends(contact, asked, dry_run=True)
    code, answer = await world.sends(contact, asked)
    if code == 422:
        assert foretold == 422, (kind, plan)
        assert len(answer["detail"]) > 10, (kind, answer)
        return
    assert (foretold, code) == (200, 202), (kind, plan, answer)
    assert (plan["parts"], plan["losses"]) == (answer["parts"], answer["losses"]), kind
    assert answer["parts"] or answer["losses"], f"{kind} vanishes without a loss"
    item = await ended(world, answer["id"]) if answer["parts"] else {}
    if item.get("status") == "failed":
        assert item["error"]["kind"], (kind, item)
        assert isinstance(message, Template), f"{kind} was taken and then failed: {item['error']}"
        return
    inbox = await world.shown(contact, 1 + answer["parts"])
    if not isinstance(message, Template):
        missing = words_of(asked, answer["losses"]) - words_on(world, inbox[1:])
        assert not missing, f"{kind} lost {sorted(missing)[:8]} on the way: {inbox[1:]}"


async def ended(world: World, message_id: str) -> dict[str, Any]:
    """A message as listed, once it is known what became of it."""

    async def look() -> dict[str, Any]:
        code, item = await world.api("GET", f"/api/v1/messages/{message_id}")
        assert code == 200, item
        found: dict[str, Any] = item
        return found if item["status"] in ("sent", "delivered", "read", "failed") else {}

    return await world.until(look, f"{message_id} has arrived or failed")


async def greeting(world: World, contact: str) -> str:
    """*contact* says hello and is answered; the provider's id of what it said."""
    said = await world.sim.says(contact, "hello")
    await world.shown(contact, 1)
    return said


def tag(message: Outbound) -> str:
    """The kind of *message*."""
    return str(message.__struct_config__.tag)


def words_of(message: Any, losses: Sequence[dict[str, str]]) -> set[str]:
    """The words of a message that a person is to read, without those in fields that are named as cut or
    dropped."""
    lost = {loss["what"].rpartition(".")[2].partition("[")[0] for loss in losses if loss["how"] != "split"}
    gone = lost - {loss["what"] for loss in losses if loss["how"] == "converted"}
    return {word for text in texts(message, "", gone) for word in _WORD.findall(text)}


def texts(value: Any, field: str, gone: set[str]) -> Iterator[str]:
    """The texts in *value* that stand in a field for people."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in gone:
                yield from texts(inner, name, gone)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, field, gone)
    elif isinstance(value, str) and field in HUMAN:
        yield value


def words_on(world: World, messages: Sequence[Seen]) -> set[str]:
    """The words that a phone shows of *messages*."""
    shown: list[str] = []
    looks = viewing(world.sim)
    for seen in messages:
        shown += [seen.text, seen.header, seen.footer, seen.button]
        shown += [text for option in seen.options for text in (option.title, option.description)]
        if looks is not None:
            shown += _strings(msgspec.to_builtins(looks.view(seen)))
    return {word for text in shown for word in _WORD.findall(text)}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


CASES: tuple[Case, ...] = (every_message, foretold, long_text)
