"""A reply that is longer than WhatsApp's messages arrives whole, in order, in front of what follows it."""

from __future__ import annotations

from random import Random

from providers.meta_cloud.simulator import MetaSimulator
from tests.support.house import ANA, House, until

#: 9,000 characters in paragraphs, with signs that must not be cut.
PARAGRAPH = "The {n}th house has a garden, a cat and a café 👩🏽‍🌾. Its people sing 🇪🇸. " * 4
STORY = """\
from gateway import Button, Buttons, hook

PARAGRAPH = {paragraph!r}

@hook.on_message
async def tell(message, chat):
    if message.text != "tell me":
        await chat.say("heard: " + message.text)
        return
    text = "\\n\\n".join(PARAGRAPH.format(n=n) for n in range(40))[:9000]
    await chat.say(text)
    await chat.send(Buttons("More?", [Button("yes", "Yes"), Button("no", "No")]))
"""


class Second(Random):
    """Chooses the second time that it is asked, and no other."""

    asked = 0

    def random(self) -> float:
        """Below any probability once."""
        self.asked += 1
        return 0.0 if self.asked == 2 else 1.0


def expected() -> str:
    """The whole reply."""
    return "\n\n".join(PARAGRAPH.format(n=n) for n in range(40))[:9000]


async def tell(house: House) -> MetaSimulator:
    """A house whose plugin tells the story."""
    house.plugin("teller", STORY.format(paragraph=PARAGRAPH))
    sim = house.line("duka", "teller")
    await house.start()
    return sim


async def arrived(house: House, sim: MetaSimulator) -> None:
    """Three parts, the buttons, the next reply: each once, nothing lost but white space at the breaks."""
    inbox = [m.text for m in await sim.wait_for(ANA, 5, timeout=30)]
    parts = inbox[:3]
    assert inbox[3:] == ["More?", "heard: and then?"]
    assert len(sim.accepted) == 5
    assert all(len(part) <= 4096 for part in parts)
    assert " ".join(" ".join(parts).split()) == " ".join(expected().split())
    assert all(part.endswith((".", "🇪🇸.")) for part in parts[:2])


async def test_a_long_reply_arrives_in_order(any_house: House) -> None:
    """One message to us, three to WhatsApp; the buttons and the next reply stay behind it."""
    sim = await tell(any_house)
    sim.delay = 0.01
    await sim.says(ANA, "tell me")
    await sim.says(ANA, "and then?")
    await arrived(any_house, sim)

    async def all_read() -> bool:
        return [item["status"] for item in await any_house.sent()] == ["read"] * 3

    await until(all_read, "all are read")
    rows = await any_house.rows("select message from part")
    by_message = [sum(1 for row in rows if row[0] == item["id"]) for item in await any_house.sent()]
    assert by_message == [3, 1, 1]


async def test_a_lost_answer_in_the_middle_reorders_nothing(any_house: House) -> None:
    """The second part is in doubt until its status comes; the third, the buttons and the next reply wait."""
    sim = await tell(any_house)
    sim.rng, sim.lose_answers, sim.status_delay = Second(), 0.5, 0.3
    await sim.says(ANA, "tell me")
    await sim.says(ANA, "and then?")

    async def in_doubt() -> bool:
        return [item["status"] for item in await any_house.sent()][:1] == ["in_doubt"]

    await until(in_doubt, "the reply is in doubt")
    assert len(sim.accepted) == 2
    await arrived(any_house, sim)
    assert await any_house.metric("gateway_in_doubt_resolved_total", how="status") == 1
    assert await any_house.metric("gateway_resent_total") == 0
    assert await any_house.metric("gateway_order_violations_total") == 0
