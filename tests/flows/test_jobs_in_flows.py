"""Flows that have work done outside and wait for it."""

from __future__ import annotations

from tests.flows.talk import Talk
from tests.support.house import House

CHARGE = """
class Receipt(Struct, frozen=True):
    amount: int
    place: str

@job(retries=0)
async def charge(job: JobContext, amount: int) -> Receipt:
    if amount > 100:
        raise ValueError("no money")
    return Receipt(amount, "till 4")

@flow
async def pay(chat: Chat) -> None:
    amount = await chat.ask("amount", "How much?", parse=whole)
    await chat.say("One moment.")
    try:
        receipt = await chat.job("charge", charge, amount)
        await chat.say(f"{receipt.amount} at {receipt.place}")
    except JobFailed:
        await chat.say("That failed.")
    again = await chat.confirm("again", "Again?")
    await chat.say("Again!" if again else "Bye.")

STARTS = {"pay": pay}
"""


async def test_a_job_comes_back_into_the_flow(any_house: House) -> None:
    """Its result as the Struct that it returns, also in the replays behind it; "back" does not undo it."""
    talk = await Talk(any_house, CHARGE).start()
    await talk.says("pay")
    assert await talk.says("7", 3) == ["One moment.", "7 at till 4", "Again?"]
    await talk.restart()
    assert await talk.says("back") == ["You cannot go back from here.\nAgain?"]
    assert await talk.says("no") == ["Bye."]
    await talk.says("pay")
    assert await talk.says("700", 3) == ["One moment.", "That failed.", "Again?"]
    assert await talk.says("yes") == ["Again!"]
    assert await talk.flows() == []
