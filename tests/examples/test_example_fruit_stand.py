"""The plugin of the demo, hook by hook."""

from __future__ import annotations

import pytest

from gateway.model import inbound, outbound

PLUGIN = ("gateway/demo/fruit_stand.py", "serve")


@pytest.mark.parametrize(
    "content", [inbound.Text("hi"), inbound.Text(""), inbound.ButtonReply("fruit:durian")]
)
async def test_anything_else_gets_the_menu(load, content: inbound.Inbound) -> None:
    """Words, and ids of yesterday, are answered with the menu."""
    [menu], handled = await load(*PLUGIN).brings(content)
    assert isinstance(menu, outbound.Buttons)
    assert [button.id for button in menu.buttons] == ["fruits", "hours", "all"]
    assert handled is not None


async def test_every_id_that_it_offers_is_understood(load) -> None:
    """Each button and row leads to an answer that is not the menu again."""
    visitor = load(*PLUGIN)
    [menu], _ = await visitor.brings(inbound.Text("hi"))
    todo, seen = [button.id for button in menu.buttons], set()
    while todo:
        reply_id = todo.pop()
        seen.add(reply_id)
        [*_, answer], _ = await visitor.brings(inbound.ButtonReply(reply_id))
        assert answer != menu
        offered: list[str] = []
        if isinstance(answer, outbound.Buttons):
            offered = [button.id for button in answer.buttons]
        elif isinstance(answer, outbound.List):
            offered = [row.id for section in answer.sections for row in section.rows]
        todo += [each for each in offered if each not in seen]
    assert len([each for each in seen if each.startswith("order:")]) == 14


async def test_a_location_is_where_to_go(load) -> None:
    """A location is thanked for."""
    [answer], _ = await load(*PLUGIN).brings(inbound.Location(-1.3, 36.8))
    assert isinstance(answer, outbound.Text)
    assert "on our way" in answer.text
