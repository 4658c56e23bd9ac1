"""The servers elsewhere that a job asks."""

from __future__ import annotations

import pytest

from gateway import Chat, Handled, JobContext, Message, Retry, hook, job
from gateway.testing import Contact, PluginFailed, World

URL = "https://bank.example.org/payments"


class Till:
    """Asks a bank whether something was paid."""

    @hook.on_message
    async def pay(self, message: Message, chat: Chat) -> Handled:
        chat.enqueue(look, message.text)
        return Handled


@job(retries=2)
async def look(job: JobContext, order: str) -> None:
    answer = await job.http.post(f"{URL}/{order}", json={"order": order}, headers={"X-Key": job.key})
    if answer.status == 429:
        raise Retry(answer.retry_after)
    if not answer.ok:
        raise RuntimeError(f"the bank answers {answer.status}")
    chat = await job.chat()
    await chat.say(str(answer.json()["state"]))


pytestmark = pytest.mark.plugins.with_args(Till)


async def test_a_server_answers_one_after_the_other(world: World, ana: Contact) -> None:
    """Each answer once, and the last from then on; a job's retries meet them in order."""
    world.web.answers("POST", f"{URL}/*", 0)
    world.web.answers("POST", f"{URL}/*", 429, retry_after=600)
    world.web.answers("POST", f"{URL}/*", json={"state": "paid"})
    await ana.says("A-17")
    await ana.sees_nothing()
    await ana.waits("9m")
    await ana.sees_nothing()
    await ana.waits("2m")
    await ana.sees("paid")
    [first, second, third] = world.web.asked
    assert (first.method, first.url, first.json()) == ("POST", f"{URL}/A-17", {"order": "A-17"})
    assert first.headers["x-key"] == second.headers["x-key"] == third.headers["x-key"]
    assert first.headers["content-type"] == "application/json"
    await ana.says("A-18")
    await ana.sees("paid")


async def test_a_later_answer_takes_the_place_of_one_that_was_given(world: World, ana: Contact) -> None:
    """And the newest pattern goes first; a restart changes nothing."""
    world.web.answers("POST", f"{URL}/*", json={"state": "open"})
    await ana.says("A-17")
    await ana.sees("open")
    world.web.answers("POST", f"{URL}/*", json={"state": "paid"})
    world.web.answers("POST", f"{URL}/A-18", json={"state": "lost"})
    await world.restart()
    await ana.says("A-17")
    await ana.sees("paid")
    await ana.says("A-18")
    await ana.sees("lost")


async def test_an_address_that_nobody_speaks_for_fails_the_test(world: World, ana: Contact) -> None:
    """With what to write; nothing goes out."""
    with pytest.raises(PluginFailed) as failed:
        await ana.says("A-17")
    assert f'write world.web.answers("POST", "{URL}/A-17", json={{…}})' in str(failed.value)
    assert len(world.web.asked) == 1
