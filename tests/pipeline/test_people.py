"""Who is writing: identities, contacts and conversations, within a batch and across batches."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.channels import Channel
from gateway.model.event import Identity, Person
from gateway.pipeline.people.place import Place, Sighting, address_of, place
from gateway.store.port import Store
from tests.pipeline.world import channels_of, rows, settings_of, value

PHONE = Identity("phone", "+254700000001")
OTHER = Identity("phone", "+254700000002")
USER = Identity("bsuid", "KE.1", "waba")


@pytest.fixture
def channels(tmp_path: Path) -> tuple[Channel, Channel]:
    """Two numbers of one tenant."""
    settings = settings_of(tmp_path, numbers={"main": "100", "side": "200"})
    first, second = channels_of(settings)
    return first, second


async def _see(store: Store, *seen: tuple[Channel, tuple[Identity, ...]]) -> list[Place]:
    sightings = [Sighting(channel, Person(names, "Amina")) for channel, names in seen]
    return await store.write(lambda tx: place(tx, sightings, 42))


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "two batches"])
@pytest.mark.parametrize(
    "steps",
    [
        ((PHONE,), (PHONE, USER), (USER,)),
        ((USER,), (PHONE, USER), (PHONE,)),
        ((PHONE, USER), (USER,), (PHONE,)),
    ],
    ids=["phone first", "user id first", "both at once"],
)
async def test_a_contact_is_found_by_any_name_and_learns_the_others(
    store: Store, channels: tuple[Channel, Channel], together: bool, steps: tuple[tuple[Identity, ...], ...]
) -> None:
    """One contact, one conversation, both names, in whatever order they came."""
    seen = [(channels[0], names) for names in steps]

    places = await _see(store, *seen) if together else [(await _see(store, one))[0] for one in seen]

    assert len({one.contact for one in places}) == 1
    assert len({one.conversation for one in places}) == 1
    assert await value(store, "select count(*) from contact") == 1
    names = await rows(store, "select value, contact, created_at from identity order by value")
    assert [row["value"] for row in names] == [PHONE.value, USER.value]
    assert {row["created_at"] for row in names} == {42}


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "two batches"])
async def test_a_contact_on_two_channels_has_two_conversations(
    store: Store, channels: tuple[Channel, Channel], together: bool
) -> None:
    """A conversation is a contact and a channel, also when both channels are new in one batch."""
    seen = [(channels[0], (PHONE,)), (channels[1], (PHONE,)), (channels[0], (PHONE,))]

    places = await _see(store, *seen) if together else [(await _see(store, one))[0] for one in seen]

    assert len({one.contact for one in places}) == 1
    assert places[0].conversation == places[2].conversation != places[1].conversation
    found = await rows(store, "select channel, id from conversation order by channel")
    assert [tuple(row) for row in found] == [
        ("main", places[0].conversation),
        ("side", places[1].conversation),
    ]


@pytest.mark.parametrize("channel", [0, 1], ids=["same channel", "another channel"])
async def test_a_known_contact_is_met_under_a_name_that_the_same_batch_taught(
    store: Store, channels: tuple[Channel, Channel], channel: int
) -> None:
    """The phone is known; one message of the batch tells the user id, the next has nothing else."""
    ((known),) = await _see(store, (channels[0], (PHONE,)))

    both, only = await _see(store, (channels[0], (PHONE, USER)), (channels[channel], (USER,)))

    assert both.contact == only.contact == known.contact
    assert (only.conversation == known.conversation) is (channel == 0)
    assert await value(store, "select count(*) from conversation") == 1 + channel


async def test_two_contacts_are_never_merged(store: Store, channels: tuple[Channel, Channel]) -> None:
    """A phone and a user id that led to different contacts go on doing so; the user id decides."""
    (by_phone,), (by_id,) = (
        await _see(store, (channels[0], (PHONE,))),
        await _see(store, (channels[0], (USER,))),
    )

    (both,) = await _see(store, (channels[0], (PHONE, USER)))

    assert both.contact == by_id.contact != by_phone.contact
    assert await value(store, "select count(*) from contact") == 2
    names = {row["value"]: row["contact"] for row in await rows(store, "select value, contact from identity")}
    assert names == {PHONE.value: by_phone.contact, USER.value: by_id.contact}


async def test_names_of_two_contacts_on_a_new_channel_open_one_conversation(
    store: Store, channels: tuple[Channel, Channel]
) -> None:
    """The conversation is that of the contact that was chosen."""
    await _see(store, (channels[0], (PHONE,)))
    (by_id,) = await _see(store, (channels[0], (USER,)))

    (both,) = await _see(store, (channels[1], (PHONE, USER)))

    assert both.contact == by_id.contact
    assert both.conversation == await value(store, "select id from conversation where channel = 'side'")


async def test_strangers_in_one_batch_stay_apart(store: Store, channels: tuple[Channel, Channel]) -> None:
    """Two people, two contacts."""
    one, two = await _see(store, (channels[0], (PHONE,)), (channels[0], (OTHER,)))

    assert one.contact != two.contact
    assert (one.address, two.address) == (PHONE.value, OTHER.value)


async def test_a_user_id_of_another_account_is_another_contact(
    store: Store, channels: tuple[Channel, Channel]
) -> None:
    """User ids are unique in their scope only."""
    elsewhere = Identity("bsuid", "KE.1", "another")

    one, two = await _see(store, (channels[0], (USER,)), (channels[0], (elsewhere,)))

    assert one.contact != two.contact


def test_the_address_is_the_phone_where_it_is_shown() -> None:
    """Else the user id."""
    assert address_of(Person((USER, PHONE))) == PHONE.value
    assert address_of(Person((USER,))) == USER.value


async def test_a_username_is_the_contact_s_own_and_may_change(
    store: Store, channels: tuple[Channel, Channel]
) -> None:
    """The newest that a profile told counts, a webhook that tells none changes nothing; a name stays."""
    for name, username, expected in (
        ("Amina", "", ""),
        ("A.", "amina", "amina"),
        ("", "", "amina"),
        ("", "am", "am"),
    ):
        seen = Sighting(channels[0], Person((PHONE,), name, username))
        (where,) = await store.write(lambda tx, seen=seen: place(tx, [seen], 42))  # type: ignore[misc]
        assert where.username == expected
        (row,) = await rows(store, "select name, username from contact")
        assert (row["name"], row["username"]) == ("Amina", expected)
