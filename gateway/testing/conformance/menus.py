"""Choices: a tap, a number and the option's own words are the same answer, on every provider."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.model.outbound import Buttons, List
from gateway.simulator import Seen
from gateway.testing.conformance.case import Case, case
from gateway.testing.conformance.clerk import choice_of
from gateway.testing.conformance.samples import buttons, rows
from gateway.testing.conformance.world import World

#: What menus have: 2, 5 and 14 options, as buttons and as lists.
MENUS: tuple[Buttons | List, ...] = (buttons(2), buttons(5), rows(5), rows(14))
NUMBERS = ("one", "two", "three", "four", "five")


@case
async def by_tap(world: World) -> None:
    """Every option that a phone offers to tap comes back as its id and kind."""
    for menu in MENUS:
        contact = world.contact()
        shown = await asks(world, contact, menu)
        offered = {option.id for message in shown for option in message.options}
        ids = [id for id, _ in options_of(menu)]
        assert offered <= set(ids)
        for reply_id in ids:
            if reply_id in offered:
                await world.sim.taps(contact, reply_id)
                await chosen(world, contact, menu, reply_id)


@case
async def by_number(world: World) -> None:
    """Every option comes back as its id when its number is written, in digits or as a word."""
    for menu in MENUS:
        contact = world.contact()
        await asks(world, contact, menu)
        for place, (reply_id, _) in enumerate(options_of(menu)):
            await world.sim.says(contact, f"{place + 1}")
            await chosen(world, contact, menu, reply_id)
        await world.sim.says(contact, NUMBERS[1])
        await chosen(world, contact, menu, options_of(menu)[1][0])


@case
async def by_words(world: World) -> None:
    """Every option comes back as its id when its own words are written, in whatever case."""
    for menu in MENUS:
        contact = world.contact()
        await asks(world, contact, menu)
        for reply_id, title in options_of(menu):
            await world.sim.says(contact, title)
            await chosen(world, contact, menu, reply_id)
        reply_id, title = options_of(menu)[0]
        await world.sim.says(contact, f"  {title.upper()} ")
        await chosen(world, contact, menu, reply_id)


@case
async def after_a_restart(world: World) -> None:
    """A menu that was sent before the gateway was started anew is still answered."""
    contact, menu = world.contact(), rows(14)
    await asks(world, contact, menu)
    await world.restart()
    await world.sim.says(contact, "13")
    await chosen(world, contact, menu, "tea-12")
    await world.sim.says(contact, "fennel tea")
    await chosen(world, contact, menu, "tea-10")


@case
async def two_open(world: World) -> None:
    """With two menus open, numbers are for the newer one; words may be of the older one."""
    contact, older, newer = world.contact(), rows(14), buttons(5)
    await asks(world, contact, older)
    await asks(world, contact, newer)
    await world.sim.says(contact, "2")
    await chosen(world, contact, newer, "size-1")
    await world.sim.says(contact, "masala tea")
    await chosen(world, contact, older, "tea-13")
    await world.sim.says(contact, "Size large")
    await chosen(world, contact, newer, "size-3")


async def asks(world: World, contact: str, menu: Buttons | List) -> Sequence[Seen]:
    """*contact* is shown *menu*; the messages that it is made of."""
    word = f"show {contact} a {type(menu).__name__} of {len(options_of(menu))}"
    world.clerk.orders[word] = menu
    before = len(world.sim.inbox(contact))
    await world.sim.says(contact, word)
    await world.until(lambda: word in world.clerk.sent, f"the menu is sent to {contact}")
    parts = world.clerk.sent[word].parts
    return (await world.shown(contact, before + parts))[before:]


async def chosen(world: World, contact: str, menu: Buttons | List, reply_id: str) -> None:
    """The plugin got *reply_id*, as the kind of *menu*, and *contact* was told."""
    before = len(world.sim.inbox(contact))
    await world.until(lambda: len(world.sim.inbox(contact)) > 0, "an answer")
    await world.until(lambda: _newest(world, contact) == choice_of(reply_id), f"{reply_id} is chosen")
    assert len(world.sim.inbox(contact)) <= before + 1
    kind = "button_reply" if isinstance(menu, Buttons) else "list_reply"
    last = world.clerk.from_contact(contact)[-1].message
    assert (last.type, last.reply_id) == (kind, reply_id)


def _newest(world: World, contact: str) -> str:
    return world.sim.inbox(contact)[-1].text


def options_of(menu: Buttons | List) -> list[tuple[str, str]]:
    """The ids and the words of the options."""
    if isinstance(menu, Buttons):
        return [(button.id, button.title) for button in menu.buttons]
    return [(row.id, row.title) for section in menu.sections for row in section.rows]


CASES: tuple[Case, ...] = (by_tap, by_number, by_words, after_a_restart, two_open)
