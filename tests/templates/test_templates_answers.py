"""A template's reply buttons, answered in words: they come back by the payload that was sent with them."""

from __future__ import annotations

from tests.support.house import ANA, House, until
from tests.templates.conftest import Cli

VISIT = """\
[[templates]]
name = "visit"
language = "en_US"
category = "utility"
body = "We would come on {{1}}. Does it suit you?"
examples = ["Monday"]

[[templates.buttons]]
kind = "quick_reply"
text = "Yes, please"

[[templates.buttons]]
kind = "quick_reply"
text = "Another day"
"""
WITNESS = """\
from gateway import hook

@hook.on_message
async def witness(message, chat):
    await chat.say(f"{message.type} {message.reply_id}")
"""


async def test_words_and_numbers_answer_a_template(house: House, cli: Cli) -> None:
    """The words of the buttons are those of the approved template; the ids are the message's own."""
    house.plugin("witness", WITNESS)
    house.lines["duka"].plugins = ("witness",)
    sim = house.sim
    await house.start()
    file = house.folder / "templates.toml"
    file.write_text(VISIT)
    code, out, err = await cli("apply", "--file", str(file))
    assert code == 0, out + err
    await sim.book.approve("visit")

    async def sent() -> bool:
        message = {
            "type": "template",
            "name": "visit",
            "language": "en_US",
            "values": ["Monday"],
            "buttons": ["visit:17:yes", "visit:17:later"],
        }
        body = {"channel": "duka-main", "to": ANA, "message": message}
        status, _ = await house.api("POST", json=body)
        return status == 202

    await until(sent, "the approval is known")
    await sim.wait_for(ANA, 1)
    for words, id in (("another day", "visit:17:later"), ("1", "visit:17:yes")):
        before = len(sim.inbox(ANA))
        await sim.says(ANA, words)
        answer = (await sim.wait_for(ANA, before + 1))[before]
        assert answer.text == f"button_reply {id}"
