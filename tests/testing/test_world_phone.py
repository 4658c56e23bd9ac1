"""What contacts do and see in a world."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.testing import Contact, World

pytestmark = pytest.mark.plugins("shop.py")


@pytest.mark.provider("all")
async def test_a_conversation_is_the_same_on_every_provider(world: World, ana: Contact) -> None:
    """A menu is shown, something on it is tapped, the answer comes; by the provider's own renderer."""
    await ana.says("shop")
    menu = await ana.sees("What would you like?")
    assert menu.buttons == ["Green Tea", "Look around"]
    assert menu.losses == ()

    await ana.taps("Green Tea")

    assert await ana.sees("Ordered: tea")
    assert [message.status for message in world.sent] == ["delivered", "delivered"]


@pytest.mark.provider("all")
@pytest.mark.parametrize("what", ["d12", "Drink 12", "drink  12"])
async def test_anything_that_is_shown_can_be_tapped_by_id_or_words(ana: Contact, what: str) -> None:
    """Also where the list is longer than the channel's, and comes as numbers in words."""
    await ana.says("drinks")
    await ana.taps(what)
    assert await ana.sees("Ordered: d12")


async def test_what_was_lost_is_told(ana: Contact) -> None:
    """With the message, as `chat.send` told it to the plugin."""
    await ana.says("drinks")
    message = await ana.sees("All our drinks")
    assert message.losses


async def test_the_newest_of_what_came_is_seen(ana: Contact) -> None:
    """Of the messages since the last act, by a part of the words, a pattern, or exactly."""
    await ana.says("twice")
    assert [message.text for message in ana.new] == ["first", "second"]
    assert (await ana.sees()).text == "second"
    assert (await ana.sees("FIRST")).text == "first"
    assert (await ana.sees(re.compile(r"^sec"))).text == "second"
    assert await ana.sees(exactly="second")
    with pytest.raises(AssertionError, match="does not see exactly 'sec'"):
        await ana.sees(exactly="sec")

    await ana.says("remember")
    with pytest.raises(AssertionError, match="does not see 'second'"):
        await ana.sees("second")


async def test_who_does_not_see_learns_what_was_there(ana: Contact) -> None:
    """The failure has the words that came, and the whole screen."""
    await ana.says("shop")
    with pytest.raises(AssertionError) as failure:
        await ana.sees("What do you want?")
    said = str(failure.value)
    assert "Ana does not see 'What do you want?'" in said
    assert "'What would you like?'" in said
    assert "[Green Tea]  [Look around]" in said


async def test_silence_is_explained(world: World, ana: Contact) -> None:
    """Which plugins were asked, and what they returned."""
    await ana.says("hello?")
    await ana.sees_nothing()
    with pytest.raises(AssertionError) as failure:
        await ana.sees("hello")
    assert "Nothing came since Ana says 'hello?'" in str(failure.value)
    assert "on_message of 'shop' returned None" in str(failure.value)


async def test_what_is_not_shown_cannot_be_tapped(ana: Contact) -> None:
    """The failure says what there is."""
    await ana.says("shop")
    with pytest.raises(AssertionError, match=r"cannot tap 'Coffee': there is: \[Green Tea\] \(tea\), "):
        await ana.taps("Coffee")


async def test_a_tap_that_nobody_answers_fails_at_once(ana: Contact) -> None:
    """With the handler to write."""
    await ana.says("shop")
    with pytest.raises(AssertionError) as failure:
        await ana.taps("Look around")
    assert "nobody answers Ana's tap on [Look around]" in str(failure.value)
    assert 'if message.reply_id != "look":' in str(failure.value)


async def test_more_than_nothing_is_told(ana: Contact) -> None:
    """`sees_nothing` fails when something came."""
    await ana.says("twice")
    with pytest.raises(AssertionError, match="sees 2 messages instead of nothing"):
        await ana.sees_nothing()


@pytest.mark.provider("all")
async def test_files_and_places_are_sent(ana: Contact, tmp_path: Path) -> None:
    """Usual ones, bytes, and files of the test."""
    await ana.sends(image=True, caption="the roof")
    assert await ana.sees("a image: the roof")
    (tmp_path / "plan.pdf").write_bytes(b"%PDF-1.4\nplan")
    await ana.sends(document=tmp_path / "plan.pdf")
    assert await ana.sees("a document")
    await ana.sends(location=(-1.25, 36.5))
    assert await ana.sees("-1.25")


async def test_what_cannot_be_sent_is_refused(ana: Contact) -> None:
    """With what can be."""
    with pytest.raises(TypeError, match="sends takes one of image, video"):
        await ana.sends(picture=True)


@pytest.mark.provider("all")
async def test_messages_are_read_when_the_contact_reads(world: World, ana: Contact) -> None:
    """And not before."""
    await ana.says("twice")
    assert {message.status for message in world.sent} == {"delivered"}
    await ana.reads()
    assert {message.status for message in world.sent} == {"read"}


async def test_contacts_have_phones_of_their_own(world: World, ana: Contact, ben: Contact) -> None:
    """What one sees, another does not."""
    cat = world.contact(name="Cat")
    assert len({ana.phone, ben.phone, cat.phone}) == 3
    await ben.says("shop")
    await ana.says("hello?")
    await ana.sees_nothing()
    await cat.says("twice")
    assert [message.phone for message in world.sent] == [ben.phone, cat.phone, cat.phone]


@pytest.mark.plugins("shop.py", settings={"greeting": "Karibu!"})
async def test_settings_are_the_plugins_own(ana: Contact) -> None:
    """Given with the mark, decoded into its Struct."""
    await ana.says("shop")
    assert await ana.sees("Karibu!")
