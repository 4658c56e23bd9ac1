"""Quoting on a channel that cannot quote: the words of the message that is meant stand above the answer."""

from __future__ import annotations

from tests.support.house import ANA, House

PLUGIN = """\
from gateway import Chat, Message, hook

@hook.on_message
async def quote(message: Message, chat: Chat) -> None:
    if message.text == "react":
        await chat.react("👍")
    else:
        await chat.say("Yes, we do.", reply_to=message.provider_message_id)
"""


async def test_what_is_quoted_stands_above(any_house: House) -> None:
    """In a plugin's answer, in a reaction, and in a message over the API, of theirs and of ours."""
    any_house.plugin("quote", PLUGIN)
    sim = any_house.line("duka", "quote", provider="twilio")
    await any_house.start()
    theirs = await sim.says(ANA, "Do you deliver?")
    [answer] = await sim.wait_for(ANA, 1)
    assert answer.text == "> Do you deliver?\nYes, we do."
    await sim.says(ANA, "react")
    reaction = (await sim.wait_for(ANA, 2))[1]
    assert reaction.text == "> react\n👍"
    for quoted, words in ((theirs, "> Do you deliver?"), (answer.message_id, "> ")):
        message = {"type": "text", "text": "Until 19.", "reply_to": quoted}
        before = len(sim.inbox(ANA))
        code, told = await any_house.api("POST", json={"channel": "duka-main", "to": ANA, "message": message})
        assert code == 202, told
        text = (await sim.wait_for(ANA, before + 1))[before].text
        assert text.startswith(words)
        assert text.endswith("\nUntil 19.")
