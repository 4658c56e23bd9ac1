"""Things go into a cart, and the cart is looked at: on every provider."""

from __future__ import annotations

import pytest

from gateway.testing import Contact
from tests.plugins.commerce.cart.presses import press
from tests.plugins.commerce.goods import Shelf


@pytest.mark.provider("all")
async def test_add_look(shelf: Shelf, ana: Contact) -> None:
    """first"""
    await ana.says("cart")
    await ana.sees("empty")
    await press(ana, "add", shelf["MNG-EA"], 2)
    await press(ana, "add", shelf["TS-RED-M"], 9)
    await ana.says("cart")
    await press(ana, "add", shelf["TOM-1KG"], 9)
    print(ana.transcript)
