"""What tests of the checkout do again and again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from gateway.testing import Contact, World
from gateway.testing.shown import Choice, Shown

#: From CHECKOUT to the last look: "▸" and an option's id or words, or what is written.
TO_NAIROBI = (
    "checkout", "▸use", "▸skip", "▸n0", "▸delivery", "House 4, Kilimani, near Yaya", "▸skip", "▸on_delivery",
)  # fmt: skip
#: The same for who collects it.
COLLECTED = ("checkout", "▸use", "▸skip", "▸n0", "▸pickup.shop", "▸at_pickup")


async def play(contact: Contact, *acts: str) -> None:
    """Do *acts*, one after another."""
    for act in acts:
        if act.startswith("▸"):
            await choose(contact, act[1:])
        else:
            await contact.says(act)


async def choose(contact: Contact, option: str) -> None:
    """Tap an option of the checkout by its own id, in whatever language it is shown; else by its words."""
    found = offered(contact, option)
    if found is None:
        await contact.taps(option)
    else:
        await contact.taps(found[1].id, on=found[0])


def offered(contact: Contact, option: str) -> tuple[Shown, Choice] | None:
    """The newest message that offers *option* of the checkout, and the option."""
    for message in reversed(contact.inbox):
        for choice in message.choices:
            if choice.id.startswith("f.") and choice.id.endswith(f".{option}"):
                return message, choice
    return None


async def together(world: World, people: Sequence[Contact], option: str) -> None:
    """All of *people* tap the same at the same moment."""
    taps = []
    for one in people:
        found = offered(one, option)
        assert found is not None, one.transcript
        taps.append(world.sim.taps(one.phone, found[1].id, message_id=found[0].id))
    await asyncio.gather(*taps)
    await world.settle()


async def orders(world: World) -> list[dict[str, Any]]:
    """All orders, oldest first, with their lines and their address decoded."""
    db = world.db()
    found = []
    for row in await db.all("select * from commerce_order where tenant = :tenant order by placed_at, id"):
        lines = await db.all(
            "select * from commerce_order_line where tenant = :tenant and order_id = :id order by line",
            id=row["id"],
        )
        order = {name: row[name] for name in row.keys()}  # noqa: SIM118 - a row is no mapping
        found.append(order | {"address": json.loads(row["address"]), "lines": [_of(line) for line in lines]})
    return found


def _of(line: Any) -> tuple[str, int, int]:
    return line["sku"], line["qty"], line["total"]


async def the_order(world: World) -> dict[str, Any]:
    """The only order that there is."""
    found = await orders(world)
    assert len(found) == 1, found
    return found[0]


async def level(world: World, variant: str) -> tuple[int, int]:
    """What is on hand of *variant*, and what is reserved."""
    row = await world.db().one(
        "select on_hand, reserved from commerce_stock where tenant = :tenant and variant = :variant",
        variant=variant,
    )
    assert row is not None
    return row["on_hand"], row["reserved"]


async def cart_of(world: World, state: str = "open") -> str:
    """The id of the only cart in *state*."""
    found = await world.db().all(
        "select id from commerce_cart where tenant = :tenant and state = :state", state=state
    )
    assert len(found) == 1
    return str(found[0]["id"])


async def put_on_hand(world: World, variant: str, on_hand: int) -> None:
    """Have *on_hand* of *variant*."""
    await world.db().run(
        "update commerce_stock set on_hand = :on_hand where tenant = :tenant and variant = :variant",
        on_hand=on_hand, variant=variant,
    )  # fmt: skip


async def reprice(world: World, variant: str, price: int) -> None:
    """*variant* costs *price* from now on."""
    await world.db().run(
        "update commerce_variant set price = :price where tenant = :tenant and id = :variant",
        price=price, variant=variant,
    )  # fmt: skip
