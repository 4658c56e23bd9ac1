"""STOP and START in chat, in five languages, in the middle of a flow: on every provider, both databases."""

from __future__ import annotations

import pytest

from gateway import Chat, Handled, JobContext, Message, flow, hook, job
from gateway.language.fold import fold
from gateway.language.reserved import AT_HOME, RESERVED, consent, word
from gateway.testing import Contact, World

EVENTS = """select e.* from consent_event e join identity i on i.tenant = e.tenant and i.contact = e.contact
where e.tenant = :tenant and i.value = :phone order by e.id"""
FLOWS = "select state from flow where tenant = :tenant order by id"
#: What each language says: the first words of what answers STOP and START.
ANSWERS = {
    "en": ("You will get no more messages", "You will get our messages again"),
    "es": ("Ya no recibirás mensajes", "Volverás a recibir"),
    "sw": ("Hutapokea tena ujumbe", "Utapokea tena ujumbe"),
    "fr": ("Vous ne recevrez plus nos messages", "Vous recevrez à nouveau"),
    "pt": ("Não vai receber mais mensagens", "Vai voltar a receber"),
}


@flow(timeout="2h")
async def order(chat: Chat) -> None:
    """Asks, and says so when nobody answers."""
    try:
        what = await chat.ask("what", "What would you like?")
    except TimeoutError:
        await chat.say("Are you still there?")
        return
    await chat.say(f"One {what}.")


@job
async def remind(job: JobContext) -> None:
    """Writes although nobody asked."""
    chat = await job.chat()
    await chat.say("We miss you!")


class Shop:
    """A flow, a reminder, and somebody who listens to everything."""

    heard: list[str] = []  # noqa: RUF012  # of all its lives
    order, remind = order, remind

    @hook.on_any_message
    async def watch(self, message: Message, chat: Chat) -> None:
        Shop.heard.append(message.text)

    @hook.on_message
    async def hear(self, message: Message, chat: Chat) -> Handled | None:
        if message.text == "order":
            return await chat.start(order)
        if message.text == "remind":
            chat.enqueue(remind.at(chat.now.replace(hour=chat.now.hour + 1)))
            return Handled
        await chat.say(f"plugin: {message.text}")
        return Handled


pytestmark = pytest.mark.plugins.with_args(Shop)


@pytest.fixture(autouse=True)
def deaf() -> None:
    """Nothing was heard yet."""
    Shop.heard.clear()


async def states(world: World, phone: str) -> dict[str, str]:
    """What a contact wants, by purpose."""
    return {row["purpose"]: row["state"] for row in await world.db().all(EVENTS, phone=phone)}


@pytest.mark.provider("all")
@pytest.mark.database("sqlite", "postgres")
async def test_stop_in_each_language_in_the_middle_of_a_flow(world: World) -> None:
    """One answer, and none a second time; the flow asks nothing more and its timer says nothing; what is due
    is not sent; the plugins' watchers saw it; START lifts, and what is due is sent again."""
    for n, (language, (stopped, started)) in enumerate(ANSWERS.items()):
        who = world.contact(f"+25471100020{n}", language)
        stop_word, start_word = word("stop", language), word("start", language)
        await who.says("remind")
        await who.says("order")
        assert await who.sees("What would you like?")
        await who.says(f" {stop_word.capitalize()}!")
        answer = await who.sees(stopped)
        assert start_word in answer.text
        assert len(who.new) == 1
        assert Shop.heard[-1] == f" {stop_word.capitalize()}!".strip() or fold(Shop.heard[-1]) == fold(
            stop_word
        )
        assert await states(world, who.phone) == {"service": "out", "marketing": "out"}
        await who.says(stop_word.lower())
        await who.sees_nothing()
        [state] = [row["state"] for row in await world.db().all(FLOWS)][-1:]
        assert state == "parked"
        await who.says("hello")
        assert await who.sees("plugin: hello")
        await who.waits("3h")
        await who.sees_nothing()
        await who.says(start_word)
        assert stop_word in (await who.sees(started)).text
        assert len(who.new) == 1
        assert await states(world, who.phone) == {"service": "in", "marketing": "out"}
        await who.says("remind")
        await who.waits("2h")
        assert await who.sees("We miss you!")


@pytest.mark.parametrize(
    "text", ["stop it now please", "please stop", "stop?no", "don't stop", "start now", "cancel"]
)
async def test_more_than_the_word_is_no_consent(world: World, ana: Contact, text: str) -> None:
    """A whole message is meant, and nothing that is like it."""
    await ana.says(text)
    assert await ana.sees(f"plugin: {text}")
    assert await states(world, ana.phone) == {"service": "in"}


@pytest.mark.tenant(language="en")
async def test_every_word_of_every_language_is_heard_everywhere(world: World) -> None:
    """Whatever the tenant speaks; but not what is another word where the language is not spoken."""
    for n, (language, table) in enumerate(RESERVED.items()):
        for m, each in enumerate(table.get("stop", ())):
            who = world.contact(f"+4477001{n:02}{m:03}", "Kim")
            await who.says(each)
            out = "out" if (language, each) not in AT_HOME else "in"
            assert (await states(world, who.phone))["service"] == out, (language, each)


@pytest.mark.tenant(language="sw")
async def test_a_word_counts_where_its_language_is_spoken(world: World, ana: Contact) -> None:
    """ "Acha" is "stop" in Swahili, and "good" in Hindi."""
    assert consent("acha", ["hi"]) == ("", ())
    await ana.says("Acha")
    assert await ana.sees("Hutapokea tena")


async def test_start_is_a_word_like_any_other_for_who_gets_messages(world: World, ana: Contact) -> None:
    """A shop that begins with START goes on to."""
    await ana.says("START")
    assert await ana.sees("plugin: START")
    assert await states(world, ana.phone) == {"service": "in"}


async def test_marketing_comes_back_only_if_it_was_there(world: World, ana: Contact, ben: Contact) -> None:
    """START undoes what that STOP did, also when STOP was said twice."""
    await ana.says("hi")
    contact = (await world.db().one(EVENTS, phone=ana.phone))["contact"]
    path = f"/api/v1/contacts/{contact}/consent"
    given = {"purpose": "marketing", "state": "in", "proof": "form 7"}
    assert (await world.request("POST", path, key=True, json=given)).status == 200
    for text in ("STOP", "STOP", "START"):
        await ana.says(text)
    assert await states(world, ana.phone) == {"service": "in", "marketing": "in"}
    for text in ("STOP", "START"):
        await ben.says(text)
    assert await states(world, ben.phone) == {"service": "in", "marketing": "out"}


async def test_the_next_day_stop_is_answered_again(world: World, ana: Contact) -> None:
    """Once a day at most; and again when it was lifted in between."""
    for text, count in (("STOP", 1), ("STOP", 0), ("START", 1), ("STOP", 1)):
        await ana.says(text)
        assert len(ana.new) == count
    await ana.waits("25h")
    await ana.says("stop")
    assert len(ana.new) == 1


async def test_a_contacts_chosen_language_answers(world: World, ana: Contact) -> None:
    """Whoever chose a language reads it, whatever the word was; STOP says nothing of a language."""
    await ana.says("hi")
    await world.db().run("update contact set language = 'fr' where tenant = :tenant")
    await ana.says("SITISHA")
    assert await ana.sees("Vous ne recevrez plus nos messages")


@pytest.mark.provider("twilio")
async def test_what_twilio_has_answered_is_not_answered_again(world: World, ana: Contact) -> None:
    """Its own management of opt-outs hears other words too; START there is START here."""
    world.sim.opt_outs = True
    await ana.says("hi")
    await ana.says("STOP")
    await ana.sees_nothing()
    assert await states(world, ana.phone) == {"service": "out", "marketing": "out"}
    await ana.says("UNSTOP")
    await ana.sees_nothing()
    assert (await states(world, ana.phone))["service"] == "in"
