"""API keys against a real database: made, checked, remembered, revoked."""

from __future__ import annotations

import pytest

from gateway.api.keys import REMEMBER, KeyInfo, Keys
from gateway.clock import MINUTE, ManualClock
from gateway.errors import GatewayError, SettingsError, StoreUnavailable
from gateway.store import Store, Tx, connect

NEW, OLD = "new" * 12, "old" * 12


@pytest.fixture
def clock() -> ManualClock:
    """A clock that the test owns."""
    return ManualClock()


@pytest.fixture
def keys(store: Store, clock: ManualClock) -> Keys:
    """Keys under one secret."""
    return Keys(store, [NEW], clock)


async def _only(keys: Keys) -> KeyInfo:
    (info,) = await keys.list("duka")
    return info


async def test_a_key_opens_its_tenant_and_no_other(keys: Keys) -> None:
    """Each key says whose it is."""
    _, duka = await keys.create("duka")
    _, shop = await keys.create("shop")

    assert await keys.tenant_of(duka) == "duka"
    assert await keys.tenant_of(shop) == "shop"


async def test_the_key_itself_is_not_in_the_database(keys: Keys, store: Store) -> None:
    """Only a hash is kept."""
    _, key = await keys.create("duka", "till")

    async def work(tx: Tx) -> list[object]:
        return [value for row in await tx.all("select * from api_key") for value in tuple(row)]

    stored = b"|".join(bytes(v) if isinstance(v, bytes) else str(v).encode() for v in await store.read(work))
    assert b"till" in stored
    assert key.split("_")[2].encode() not in stored


async def test_a_forged_key_with_a_known_id_is_refused(keys: Keys) -> None:
    """The id is public; without the secret it opens nothing, however well-formed the key is."""
    from gateway.api import keyform

    key_id, _ = await keys.create("duka")
    _, other = keyform.make()
    body = f"gw_{key_id}_{other.split('_')[2]}"

    assert await keys.tenant_of(f"{body}_{keyform._check(body)}") is None


@pytest.mark.parametrize("text", ["", "gw_", "Bearer x", "gw_abc_def_ghi"])
async def test_what_is_no_key_never_reaches_the_database(clock: ManualClock, text: str, keys: Keys) -> None:
    """It is refused by its form alone: here the database is not even open."""
    closed = Keys(connect("sqlite:////nowhere/at/all.db"), [NEW], clock)

    assert await closed.tenant_of(text) is None


async def test_a_revoked_key_stops_within_five_seconds(keys: Keys, store: Store, clock: ManualClock) -> None:
    """Another process revokes; a good key is remembered for a moment only."""
    key_id, key = await keys.create("duka")
    assert await keys.tenant_of(key) == "duka"

    await Keys(store, [NEW], clock).revoke(key_id)
    assert await keys.tenant_of(key) == "duka"
    clock.advance(REMEMBER)

    assert REMEMBER <= 5
    assert await keys.tenant_of(key) is None


async def test_revoking_in_the_same_process_works_at_once(keys: Keys, clock: ManualClock) -> None:
    """And the first time of a revocation stays."""
    key_id, key = await keys.create("duka")
    await keys.tenant_of(key)

    assert await keys.revoke(key_id) == "duka"
    first = clock.now()
    assert await keys.tenant_of(key) is None
    clock.advance(100)
    await keys.revoke(key_id)

    assert (await _only(keys)).revoked_at == first


async def test_a_remembered_key_asks_nobody(keys: Keys, store: Store) -> None:
    """Within the five seconds the database may even be closed; after a wrong key it is asked."""
    _, key = await keys.create("duka")
    await keys.tenant_of(key)
    await store.close()

    assert await keys.tenant_of(key) == "duka"


async def test_an_unknown_id_cannot_be_revoked(keys: Keys) -> None:
    """The message says where the ids are."""
    with pytest.raises(GatewayError, match="no API key has the id 'abc'; `gateway key list`"):
        await keys.revoke("abc")


async def test_the_last_use_is_coarse(keys: Keys, clock: ManualClock) -> None:
    """Reading the API writes at most once a minute."""
    _, key = await keys.create("duka")
    assert (await _only(keys)).last_used_at == 0

    await keys.tenant_of(key)
    first = (await _only(keys)).last_used_at
    clock.advance(59)
    await keys.tenant_of(key)
    assert (await _only(keys)).last_used_at == first == clock.now() - 59 * MINUTE // 60

    clock.advance(1 + REMEMBER)
    await keys.tenant_of(key)
    assert (await _only(keys)).last_used_at == clock.now()


async def test_a_database_that_takes_no_writes_locks_nobody_out(
    keys: Keys, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time of use is a convenience, the answer is not."""
    _, key = await keys.create("duka")

    async def refuse(*_: object, **__: object) -> None:
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr(store, "write", refuse)

    assert await keys.tenant_of(key) == "duka"


async def test_keys_made_under_an_old_secret_still_open(store: Store, clock: ManualClock) -> None:
    """Rotation: the new secret goes in front, the old one stays behind it for a while."""
    _, key = await Keys(store, [OLD], clock).create("duka")

    assert await Keys(store, [NEW], clock).tenant_of(key) is None
    assert await Keys(store, [NEW, OLD], clock).tenant_of(key) == "duka"


async def test_a_key_that_was_used_moves_to_the_new_secret(store: Store, clock: ManualClock) -> None:
    """So the old secret can be taken out of the list."""
    _, key = await Keys(store, [OLD], clock).create("duka")
    await Keys(store, [NEW, OLD], clock).tenant_of(key)

    assert await Keys(store, [NEW], clock).tenant_of(key) == "duka"


async def test_the_list_shows_one_tenant_without_secrets(keys: Keys, clock: ManualClock) -> None:
    """Names, times and state, the oldest first."""
    first, _ = await keys.create("duka", "till 1")
    clock.advance(1)
    second, _ = await keys.create("duka", "till 2")
    await keys.create("shop", "theirs")

    assert [(info.id, info.name) for info in await keys.list("duka")] == [
        (first, "till 1"),
        (second, "till 2"),
    ]


async def test_no_secret_no_keys(store: Store) -> None:
    """The hash needs a secret of ours."""
    with pytest.raises(SettingsError, match=r"\[server\] secret"):
        Keys(store, [])
