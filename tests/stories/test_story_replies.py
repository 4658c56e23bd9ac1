"""A contact writes, a plugin answers."""

from __future__ import annotations

from tests.support.house import ANA, BEN, House, until

MENU = """\
from gateway import Button, Buttons, Chat, Handled, List, Message, Row, Section, hook

@hook.on_message
async def menu(message: Message, chat: Chat):
    if message.reply_id:
        await chat.say(f"picked {message.reply_id} ({message.type})")
        return Handled
    if message.text == "menu":
        await chat.send(Buttons("What would you like?", [Button("buy", "Buy"), Button("track", "Track")]))
        return Handled
    if message.text == "list":
        rows = [Row("mango", "Mango", "KES 50"), Row("kiwi", "Kiwi")]
        await chat.send(List("Pick one", button="Open", sections=[Section("Fruit", rows)]))
        return Handled
    return None
"""


async def test_echo_answers(any_house: House) -> None:
    """What a contact writes comes back to it, delivered and read, and the API lists both."""
    sim = any_house.line()
    await any_house.start()
    await sim.says(ANA, "hello, wörld 👋")
    [answer] = await sim.wait_for(ANA, 1)
    assert answer.text == "hello, wörld 👋"
    assert await sim.wait_for_ticks(answer.message_id, "read") == "read"
    [item] = await any_house.sent()
    assert (item["type"], item["status"], item["error"]) == ("text", "read", None)
    assert item["provider_message_id"] == answer.message_id
    assert item["content"]["text"] == "hello, wörld 👋"


async def test_a_message_without_text_does_not_hurt_the_echo(house: House) -> None:
    """An image has no text: nothing is sent, nothing fails, and the next text is answered."""
    sim = house.line()
    await house.start()
    await sim.sends(ANA, "image")
    await sim.says(ANA, "after the image")
    [answer] = await sim.wait_for(ANA, 1)
    assert answer.text == "after the image"
    assert await house.metric("gateway_dead_total") == 0
    assert await house.metric("gateway_plugin_runs_total", result="ok") == 2
    assert len(await house.sent()) == 1


async def test_taps_come_back_as_reply_ids(house: House) -> None:
    """A button and a row of a list come back by the ids that the plugin gave them."""
    house.plugin("menu", MENU)
    sim = house.line("duka", "menu")
    await house.start()
    await sim.says(ANA, "menu")
    [buttons] = await sim.wait_for(ANA, 1)
    assert [option.title for option in buttons.options] == ["Buy", "Track"]
    await sim.taps(ANA, "track")
    assert (await sim.wait_for(ANA, 2))[1].text == "picked track (button_reply)"
    await sim.says(ANA, "list")
    rows = (await sim.wait_for(ANA, 3))[2]
    assert (rows.button, [option.id for option in rows.options]) == ("Open", ["mango", "kiwi"])
    await sim.taps(ANA, "kiwi")
    assert (await sim.wait_for(ANA, 4))[3].text == "picked kiwi (list_reply)"


async def test_handled_ends_the_round(house: House) -> None:
    """`Handled` keeps a message from the plugins behind; what nobody handled goes on to them."""
    house.plugin("menu", MENU)
    house.plugin("after", "from gateway import hook\n\n@hook.on_message\nasync def after(message, chat):\n"
                 "    await chat.say('from the second')\n")  # fmt: skip
    sim = house.line("duka", "menu", "after")
    await house.start()
    await sim.says(ANA, "menu")
    await sim.says(BEN, "anything")
    assert [m.text for m in await sim.wait_for(BEN, 1)] == ["from the second"]
    await until(lambda: house.metric("gateway_plugin_runs_total", plugin="menu", result="ok"), "menu ran")
    assert [m.text for m in await sim.wait_for(ANA, 1)] == ["What would you like?"]


async def test_statuses_reach_the_plugin(house: House) -> None:
    """`on_status` hears how its messages fare, forward only."""
    house.plugin("listener", (
        "from gateway import hook\n"
        "@hook.on_message\nasync def answer(message, chat):\n    await chat.say('hi')\n"
        "@hook.on_status\nasync def status(status, chat):\n"
        "    if status.status == 'read':\n        await chat.say('you read ' + chat.contact.address)\n"
    ))  # fmt: skip
    sim = house.line("duka", "listener")
    await house.start()
    sim.statuses = ("read",)
    await sim.says(ANA, "hello")
    inbox = await sim.wait_for(ANA, 2)
    assert inbox[1].text == f"you read {ANA}"
