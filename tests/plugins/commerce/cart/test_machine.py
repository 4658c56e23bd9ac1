"""Whatever is done with a cart, in whatever order, it holds what a simple model of it holds."""

from __future__ import annotations

import random
from functools import partial

import pytest

from gateway.testing import World
from plugins.commerce.cart import acts
from plugins.commerce.cart.cart import open_cart
from plugins.commerce.cart.fit import fit
from plugins.commerce.catalogue.item import Item
from plugins.commerce.catalogue.read import items
from plugins.commerce.settings import Settings
from tests.plugins.commerce.cart.turns import turn
from tests.plugins.commerce.goods import Shelf

MOVES = 40
LINES = 4


class Model:
    """A cart in a few lines: what was asked for, as far as it fits."""

    def __init__(self, known: dict[str, Item], settings: Settings) -> None:
        self.known, self.settings = known, settings
        self.lines: dict[str, int] = {}

    def want(self, variant: str, qty: int) -> int:
        """Have *qty*; how many there are then."""
        have = self.lines.get(variant, 0)
        if qty <= 0:
            self.lines.pop(variant, None)
            return 0
        if not have and len(self.lines) >= LINES:
            return 0
        found = fit(self.known[variant], qty, self.settings)
        if found.qty:
            self.lines[variant] = found.qty
        return found.qty or have


@pytest.mark.parametrize("seed", range(4))
async def test_a_cart_holds_what_was_put_into_it(seed: int, world: World, shelf: Shelf) -> None:
    """Adding, setting and emptying at random; the version grows with each change and with nothing else."""
    chance = random.Random(seed)
    ids = list(shelf.variants.values())
    known = await turn(world, lambda chat: items(chat.db, "en", ids))
    await world.db().run(
        "update commerce_variant set step = 3, min_qty = 3 where tenant = :tenant and sku = 'SHOE-42'"
    )
    known = await turn(world, lambda chat: items(chat.db, "en", ids))
    model = Model(known, Settings(currency="KES"))
    version = 1
    for _ in range(MOVES):
        variant, qty = chance.choice(ids), chance.choice([0, 1, 1, 2, 5, 13, 2000])
        before, cleared = dict(model.lines), False
        match chance.choice(["add", "add", "put", "put", "clear"] if len(before) > 2 else ["add", "put"]):
            case "add":
                expected = model.want(variant, before.get(variant, 0) + max(1, qty))
                done = await turn(world, partial(acts.add, variant=variant, qty=qty), max_lines=LINES)
                assert done.qty == expected
            case "put":
                expected = model.want(variant, qty)
                done = await turn(world, partial(acts.put, variant=variant, qty=qty), max_lines=LINES)
                assert done.qty == expected
            case _:
                model.lines.clear()
                cleared = True
                assert await turn(world, acts.clear) is True
        cart = await turn(world, lambda chat: open_cart(chat.db, "en", "ana"))
        there = cart.lines if cart is not None else ()
        assert {line.item.variant: line.qty for line in there} == model.lines
        after = await world.db().value("select version from commerce_cart where tenant = :tenant")
        assert (after > version) == (model.lines != before or cleared)
        version = after
