"""examples/menu.py: buttons, a list, and answers in words and numbers."""

from __future__ import annotations

import pytest

from gateway.testing import Contact

pytestmark = [pytest.mark.plugins("../../examples/menu.py"), pytest.mark.provider("all")]


async def test_a_menu_leads_to_a_list_and_a_price(ana: Contact) -> None:
    """Tapped all the way."""
    await ana.says("hello")
    await ana.sees("Welcome!")
    await ana.taps("Fruit and prices")
    await ana.sees("What do you like?")
    await ana.taps("Kiwi")

    assert (await ana.sees("Kiwi")).text == "Kiwi is KES 30 today."


async def test_a_number_means_the_option(ana: Contact) -> None:
    """Also where there are buttons to tap."""
    await ana.says("hello")
    await ana.says("2")

    await ana.sees("We are open")
