"""Making, rotating and revoking keys, of tenants and of operators, on each database."""

from __future__ import annotations

import asyncio

import pytest

from gateway.api.access.keyring import KeyRefused, KeyRing, NoSuchKey, ring, ring_of
from gateway.api.access.keys import Keys
from gateway.audit import Actor, AuditLog, Wanted
from gateway.audit.verify import verify
from gateway.clock import DAY, HOUR, SECOND, ManualClock
from gateway.store import Store

ANA = Actor("cli:ana")


@pytest.fixture
def clock() -> ManualClock:
    """A clock that the test owns."""
    return ManualClock()


@pytest.fixture
def keys(store: Store, clock: ManualClock) -> Keys:
    """Keys under one secret."""
    return Keys(store, ["s" * 32], clock)


@pytest.fixture(params=["duka", ""], ids=["tenant", "operators"])
def hung(request: pytest.FixtureRequest, store: Store, keys: Keys, clock: ManualClock) -> KeyRing:
    """A tenant's ring, then the operators'."""
    return ring(store, keys, clock, request.param)


async def test_a_key_has_what_was_asked_for(hung: KeyRing, keys: Keys, clock: ManualClock) -> None:
    """Scopes without the implied ones, expiry, name; shown without its secret."""
    info, key = await hung.create(ANA, "till 2", ["media:read", "media:write"], clock.now() + 90 * DAY)

    assert (info.scopes, info.name, info.expires_at) == (("media:write",), "till 2", clock.now() + 90 * DAY)
    assert await hung.list() == [info]
    caller = await keys.caller(key)
    assert caller is not None
    assert (caller.key, caller.tenant, caller.scopes) == (info.id, hung.tenant, {"media:write"})


async def test_keys_of_another_ring_are_not_seen(store: Store, keys: Keys, clock: ManualClock) -> None:
    """Not listed, not found, not revoked, not rotated."""
    info, key = await ring(store, keys, clock, "duka").create(ANA, "", ["*"])
    for other in (ring(store, keys, clock, "soko"), ring(store, keys, clock)):
        assert await other.list() == []
        for attempt in (other.one(info.id), other.revoke(ANA, info.id), other.rotate(ANA, info.id)):
            with pytest.raises(NoSuchKey, match="`gateway key list` prints the ids"):
                await attempt

    assert await keys.caller(key) is not None
    assert (await ring_of(store, keys, clock, info.id)).tenant == "duka"


@pytest.mark.parametrize(
    ("scopes", "ahead", "name", "code", "pointer"),
    [
        ([], 0, "", "no_scope", "/scopes"),
        (["read", "contact:read"], 0, "", "unknown_scope", "/scopes/1"),
        (["*"], -1, "", "bad_expiry", "/expires_at"),
        (["*"], 5 * 365 * DAY + 1, "", "bad_expiry", "/expires_at"),
        (["*"], 0, "a\nb", "bad_name", "/name"),
        (["*"], 0, "a" * 201, "bad_name", "/name"),
    ],
)
async def test_what_cannot_be_meant_is_refused_with_its_place(
    hung: KeyRing, clock: ManualClock, scopes: list[str], ahead: int, name: str, code: str, pointer: str
) -> None:
    """And no key is made."""
    with pytest.raises(KeyRefused) as caught:
        await hung.create(ANA, name, scopes, clock.now() + ahead if ahead else 0)

    assert (caught.value.code, caught.value.pointer) == (code, pointer)
    assert await hung.list() == []


async def test_a_key_gives_no_scope_that_it_has_not(hung: KeyRing) -> None:
    """Neither by making a key nor by rotating one that has more."""
    strong, _ = await hung.create(ANA, "", ["*"])

    with pytest.raises(KeyRefused, match=r"has not 'media:write' itself"):
        await hung.create(ANA, "", ["media:read", "media:write"], own=frozenset({"media:read"}))
    with pytest.raises(KeyRefused, match="has not '\\*' itself"):
        await hung.rotate(ANA, strong.id, own=frozenset({"keys:write", "read"}))
    await hung.create(ANA, "", ["media:read"], own=frozenset({"read", "keys:write"}))


async def test_rotation_leaves_the_old_key_its_overlap(hung: KeyRing, keys: Keys, clock: ManualClock) -> None:
    """Both open for a day; then only the new one, which has the name and scopes of the old."""
    old, old_key = await hung.create(ANA, "till", ["read"], clock.now() + 10 * DAY)
    await keys.caller(old_key)
    clock.advance(86_400)

    new, new_key, ended = await hung.rotate(ANA, old.id)

    assert (new.name, new.scopes, new.rotates) == ("till", ("read",), old.id)
    assert new.expires_at == clock.now() + 10 * DAY
    assert ended.expires_at == clock.now() + 24 * HOUR
    assert await keys.caller(old_key) is not None
    clock.advance(24 * 3600)
    assert await keys.caller(old_key) is None
    assert await keys.caller(new_key) is not None


async def test_rotation_without_overlap_counts_at_once(hung: KeyRing, keys: Keys) -> None:
    """Also for a key that was just used, in this process."""
    old, old_key = await hung.create(ANA, "", ["*"])
    assert await keys.caller(old_key) is not None

    _, new_key, _ = await hung.rotate(ANA, old.id, 0)

    assert await keys.caller(old_key) is None
    assert await keys.caller(new_key) is not None


async def test_rotation_makes_no_life_longer(hung: KeyRing, clock: ManualClock) -> None:
    """A key that ends within the overlap ends when it would have."""
    old, _ = await hung.create(ANA, "", ["*"], clock.now() + HOUR)
    assert (await hung.rotate(ANA, old.id))[2].expires_at == old.expires_at


async def test_a_chain_has_two_active_keys_at_most(hung: KeyRing, clock: ManualClock) -> None:
    """A third has to wait until the older is gone; a key is rotated once."""
    first, _ = await hung.create(ANA, "", ["*"])
    second = (await hung.rotate(ANA, first.id))[0]

    with pytest.raises(KeyRefused, match=rf"rotated already: rotate {second.id}"):
        await hung.rotate(ANA, first.id)
    with pytest.raises(KeyRefused, match=rf"{first.id}, which this one stands in for, is good until 20.*Z"):
        await hung.rotate(ANA, second.id)
    assert len(await hung.list()) == 2

    clock.advance(24 * 3600)
    third = (await hung.rotate(ANA, second.id))[0]
    await hung.revoke(ANA, second.id)
    await hung.rotate(ANA, third.id)
    with pytest.raises(KeyRefused, match="is revoked: make a new one"):
        await hung.rotate(ANA, second.id)
    with pytest.raises(KeyRefused, match="is expired: make a new one"):
        await hung.rotate(ANA, first.id)


async def test_rotating_one_key_twenty_times_at_once_makes_one(hung: KeyRing) -> None:
    """The others are told that it was rotated."""
    old, _ = await hung.create(ANA, "", ["*"])

    made = await asyncio.gather(*(hung.rotate(ANA, old.id) for _ in range(20)), return_exceptions=True)

    assert sorted(type(each).__name__ for each in made) == ["KeyRefused"] * 19 + ["tuple"]
    assert len(await hung.list()) == 2


@pytest.mark.parametrize("overlap", [-1, 30 * DAY + 1])
async def test_an_overlap_is_thirty_days_at_most(hung: KeyRing, overlap: int) -> None:
    """And never negative."""
    old, _ = await hung.create(ANA, "", ["*"])
    with pytest.raises(KeyRefused, match="0 to 30 days"):
        await hung.rotate(ANA, old.id, overlap)


async def test_every_change_is_in_the_audit_log(hung: KeyRing, store: Store, clock: ManualClock) -> None:
    """With who did it, never with the key. Revoking again is no change."""
    first, first_key = await hung.create(ANA, "till", ["read"])
    clock.advance(1)
    second, second_key, _ = await hung.rotate(ANA, first.id, 5 * SECOND)
    await hung.revoke(ANA, first.id)
    assert (await hung.revoke(ANA, first.id)).revoked_at == clock.now()

    entries = await store.read(lambda tx: AuditLog(store.dialect).of(tx, hung.tenant, Wanted(), 10))
    kind = "key" if hung.tenant else "operator_key"
    assert [(entry.actor, entry.action, entry.object) for entry in entries] == [
        ("cli:ana", "key.revoke", f"{kind}:{first.id}"),
        ("cli:ana", "key.rotate", f"{kind}:{second.id}"),
        ("cli:ana", "key.create", f"{kind}:{first.id}"),
    ]
    assert entries[1].detail["rotates"] == first.id
    told = repr(entries)
    assert not any(key.split("_")[2] in told for key in (first_key, second_key))
    assert [verdict.problem for verdict in await verify(store)] == [""]


async def test_the_list_goes_on_behind_a_key(hung: KeyRing, clock: ManualClock) -> None:
    """The oldest first; keys of one moment by their ids."""
    made = []
    for number in range(5):
        made.append((await hung.create(ANA, "", ["*"]))[0])
        clock.advance(number % 2)

    found = await hung.list(2)
    while len(found) < 5:
        found += await hung.list(2, behind=(found[-1].created_at, found[-1].id))

    assert found == sorted(made, key=lambda info: (info.created_at, info.id))
