"""Told when it is back."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World
from plugins.commerce.browse import tell
from tests.plugins.commerce.conftest import SETTINGS
from tests.plugins.commerce.goods import Shelf

TEMPLATE = {"commerce": {**SETTINGS, "templates": {"back_in_stock": "it_is_back"}}}


@pytest.mark.provider("all")
async def test_who_waits_is_told_once(world: World, ana: Contact, shelf: Shelf) -> None:
    """With a button that puts it into the cart."""
    await _waits(ana)
    assert await ana.sees("We will tell you when we have Tomatoes again.")
    await ana.waits("16m")
    await ana.sees_nothing()
    await _arrives(world, shelf, 5)
    await ana.waits("16m")
    news = await ana.sees("Good news: we have *Tomatoes* again.")
    assert news.buttons == ["Add to cart", "View", "Menu"]
    await ana.waits("3h")
    await ana.sees_nothing()
    await ana.taps("Add to cart", on=news)
    assert await ana.sees("1 × Tomatoes")


async def test_stock_that_is_told_over_the_api_is_told_at_once(
    world: World, ana: Contact, shelf: Shelf
) -> None:
    """Nobody waits for a quarter of an hour."""
    await _waits(ana)
    body = {"items": [{"sku": "TOM-1KG", "on_hand": 4}]}
    answer = await world.request("POST", "/p/commerce/stock", key=True, json=body)
    assert answer.json()["refused"] == 0
    assert await ana.sees("Good news")


@pytest.mark.database("sqlite", "postgres")
async def test_not_more_are_told_than_there_are_pieces(world: World, shelf: Shelf) -> None:
    """Those who waited longest first; the others an hour later, of what is left then."""
    people = [world.contact(f"+25471100010{n}", f"P{n}") for n in range(5)]
    for each in people:
        await _waits(each)
        await each.waits("1m")
    await _arrives(world, shelf, 2)
    await people[0].waits("16m")
    assert _told(people) == ["P0", "P1"]
    await _arrives(world, shelf, 1)
    await people[0].waits("1h")
    assert _told(people) == ["P0", "P1", "P2"]


async def test_whoever_is_told_still_finds_it(world: World, ana: Contact, ben: Contact, shelf: Shelf) -> None:
    """What was sold between the look and the telling is told to nobody."""
    await _waits(ana)
    await _arrives(world, shelf, 1)
    await world.db().run(
        "update commerce_stock set reserved = on_hand where tenant = :tenant and variant = :v",
        v=shelf["TOM-1KG"],
    )
    await ana.waits("16m")
    assert _told([ana]) == []
    await world.db().run(
        "update commerce_stock set reserved = 0 where tenant = :tenant and variant = :v", v=shelf["TOM-1KG"]
    )
    await ana.waits("16m")
    assert _told([ana]) == ["Ana"]


async def test_who_changed_their_mind_is_not_told(world: World, ana: Contact, shelf: Shelf) -> None:
    """And who asks twice waits once."""
    await _waits(ana)
    question = await ana.sees("We will tell you")
    await _waits(ana)
    assert await ana.sees("You are on the list already")
    await ana.taps("Do not tell me", on=question)
    assert await ana.sees("We will not tell you about Tomatoes.")
    await ana.taps("Do not tell me", on=question)
    assert await ana.sees("You were not waiting for that.")
    await _arrives(world, shelf, 5)
    await ana.waits("16m")
    await ana.sees_nothing()


async def test_what_came_back_meanwhile_is_shown_at_once(world: World, ana: Contact, shelf: Shelf) -> None:
    """A tap on an old card."""
    await ana.says("tomatoes")
    await _arrives(world, shelf, 5)
    await ana.taps("Tell me when back")
    assert "Add to cart" in (await ana.sees("We have Tomatoes right now.")).buttons


async def test_who_was_told_may_wait_again(world: World, ana: Contact, shelf: Shelf) -> None:
    """When it is sold out once more."""
    await _waits(ana)
    await _arrives(world, shelf, 1)
    await ana.waits("16m")
    await _arrives(world, shelf, 0)
    await _waits(ana)
    assert await ana.sees("We will tell you")
    await _arrives(world, shelf, 3)
    await ana.waits("2h")
    assert _told([ana]) == ["Ana", "Ana"]


@pytest.mark.database("sqlite", "postgres")
async def test_who_cannot_be_written_to_is_told_when_they_write(
    world: World, ana: Contact, shelf: Shelf
) -> None:
    """The window is closed and there is no template: whatever they write next, they are told, once."""
    await _waits(ana)
    await ana.waits("25h")
    await _arrives(world, shelf, 5)
    await ana.waits("16m")
    assert _told([ana]) == []
    await ana.says("hello")
    news = await ana.sees("Good news: we have *Tomatoes* again.")
    assert await ana.sees("What would you like to do?")
    await ana.taps("Add to cart", on=news)
    assert await ana.sees("1 × Tomatoes")
    await ana.says("menu")
    assert len(ana.new) == 1


@pytest.mark.plugins("commerce", settings=TEMPLATE)
async def test_a_template_goes_when_the_window_is_closed(world: World, ana: Contact, shelf: Shelf) -> None:
    """That which the shop names, with the thing's name."""
    await _waits(ana)
    await ana.waits("25h")
    await _arrives(world, shelf, 5)
    await ana.waits("16m")
    state = await world.db().value("select state from commerce_waiting where tenant = :tenant")
    assert state == "told"
    assert (await ana.sees("it_is_back")).message.values == ["Tomatoes"]


async def test_news_that_others_tell_are_not_ours(world: World, ana: Contact, shelf: Shelf) -> None:
    """An event of the same name from elsewhere, and one that comes twice."""
    await _waits(ana)
    await _arrives(world, shelf, 5)
    who = await world.db().value("select contact from commerce_waiting where tenant = :tenant")
    await world.emit(tell.BackInStock(shelf["TOM-1KG"], who), to=ana)
    await world.settle()
    assert _told([ana]) == []


@pytest.mark.database("sqlite", "postgres")
async def test_two_looks_at_once_tell_once(world: World, ana: Contact, shelf: Shelf) -> None:
    """The sweep, and one that was asked for."""
    await _waits(ana)
    await _arrives(world, shelf, 5)
    body = {"items": [{"sku": "TOM-1KG", "on_hand": 6}]}
    await ana.waits("14m")
    await world.request("POST", "/p/commerce/stock", key=True, json=body)
    await ana.waits("16m")
    await world.request("POST", "/p/commerce/stock", key=True, json=body)
    await ana.waits("16m")
    assert _told([ana]) == ["Ana"]


@pytest.mark.parametrize("kill", [False, True])
async def test_a_restart_tells_nobody_twice(world: World, ana: Contact, shelf: Shelf, kill: bool) -> None:
    await _waits(ana)
    await _arrives(world, shelf, 5)
    await ana.waits("16m")
    await world.restart(kill=kill)
    await ana.waits("3h")
    assert _told([ana]) == ["Ana"]


async def test_those_who_waited_in_vain_are_forgotten(world: World, ana: Contact, shelf: Shelf) -> None:
    """After half a year; who was told, after a day."""
    await _waits(ana)
    db = world.db()
    await db.run(
        "update commerce_waiting set since = since - :year where tenant = :tenant", year=366 * 86400 * 10**6
    )
    await ana.waits("16m")
    assert not await db.value("select count(*) from commerce_waiting where tenant = :tenant")


async def test_nobody_waits_for_too_much(world: World, ana: Contact, shelf: Shelf) -> None:
    """Fifty things are the most."""
    await ana.says("menu")
    who = await world.db().value("select id from contact where tenant = :tenant")
    await world.db().many(
        "insert into commerce_waiting (tenant, variant, contact, conversation, asked_at, since)"
        " values (:tenant, :variant, :who, '', 0, 9000000000000000)",
        [{"variant": f"v{n}", "who": who} for n in range(50)],
    )
    await _waits(ana)
    assert await ana.sees("You are waiting for 50 things already")


async def _waits(contact: Contact) -> None:
    await contact.says("tomatoes")
    await contact.taps("Tell me when back")


async def _arrives(world: World, shelf: Shelf, count: int) -> None:
    await world.db().run(
        "update commerce_stock set on_hand = :count where tenant = :tenant and variant = :v",
        count=count,
        v=shelf["TOM-1KG"],
    )


def _told(people: list[Contact]) -> list[str]:
    """Whom the news has reached, as often as it did."""
    return [each.name for each in people for seen in each.inbox if "Good news" in seen.text]


async def test_who_writes_stop_is_told_nothing_and_the_next_one_is(
    world: World, ana: Contact, ben: Contact, shelf: Shelf
) -> None:
    """The first in the row wants no messages any more: the piece is somebody else's at the next look."""
    await _waits(ana)
    await ana.waits("1m")
    await _waits(ben)
    await ana.says("stop")
    await _arrives(world, shelf, 1)
    await ben.waits("31m")
    assert _told([ana, ben]) == [ben.name]
    await ana.says("start")
    assert "Good news" in ana.transcript


async def test_stop_is_not_answered_with_news(world: World, ana: Contact, shelf: Shelf) -> None:
    """Also not with those that waited for a word of the customer."""
    await _waits(ana)
    await world.db().run("update commerce_waiting set state = 'held' where tenant = :tenant")
    await _arrives(world, shelf, 1)
    await ana.says("stop")
    assert "Good news" not in ana.transcript


async def test_what_cannot_be_told_of_stands_in_nobodys_way(world: World, ana: Contact, shelf: Shelf) -> None:
    """Somebody waits for very many things that were hidden meanwhile, and are there."""
    await _waits(ana)
    names = [f"a{n:03}" for n in range(tell.THINGS + 1)]
    await world.db().many(
        "insert into commerce_stock (tenant, variant, on_hand, updated_at) values (:tenant, :v, 5, 0)",
        [{"v": name} for name in names],
    )
    await world.db().many(
        "insert into commerce_waiting (tenant, variant, contact, conversation, asked_at, since)"
        " values (:tenant, :v, 'x', '', 0, 9000000000000000)",
        [{"v": name} for name in names],
    )
    await _arrives(world, shelf, 3)
    await ana.waits("16m")
    assert await ana.sees("Good news")
