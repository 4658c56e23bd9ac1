"""API keys against a real database: whom they stand for, and how long that is remembered."""

from __future__ import annotations

import pytest

from gateway.api.access.keyring import KeyInfo, ring
from gateway.api.access.keys import REMEMBER, Keys
from gateway.audit import GATEWAY
from gateway.clock import DAY, MINUTE, ManualClock
from gateway.errors import SettingsError, StoreUnavailable
from gateway.store import Store, Tx, connect

NEW, OLD = "new" * 12, "old" * 12


@pytest.fixture
def clock() -> ManualClock:
    """A clock that the test owns."""
    return ManualClock()


@pytest.fixture
def keys(store: Store, clock: ManualClock) -> Bench:
    """Keys under one secret."""
    return Bench(store, clock)


class Bench:
    """Keys under *secrets*, and a ring for each tenant."""

    def __init__(self, store: Store, clock: ManualClock, *secrets: str) -> None:
        self.keys = Keys(store, secrets or [NEW], clock)
        self.store, self.clock = store, clock

    async def create(self, tenant: str, name: str = "", expires_at: int = 0) -> tuple[str, str]:
        info, key = await ring(self.store, self.keys, self.clock, tenant).create(
            GATEWAY, name, ["*"], expires_at
        )
        return info.id, key

    async def revoke(self, tenant: str, key_id: str) -> None:
        await ring(self.store, self.keys, self.clock, tenant).revoke(GATEWAY, key_id)

    async def only(self) -> KeyInfo:
        (info,) = await ring(self.store, self.keys, self.clock, "duka").list()
        return info

    async def tenant_of(self, key: str) -> str | None:
        """The tenant that *key* belongs to."""
        caller = await self.keys.caller(key)
        return caller.tenant if caller else None


async def test_a_key_opens_its_tenant_and_no_other(keys: Bench) -> None:
    """Each key says whose it is."""
    _, duka = await keys.create("duka")
    _, shop = await keys.create("shop")

    assert await keys.tenant_of(duka) == "duka"
    assert await keys.tenant_of(shop) == "shop"


async def test_the_key_itself_is_not_in_the_database(keys: Bench, store: Store) -> None:
    """Only a hash is kept."""
    _, key = await keys.create("duka", "till")

    async def work(tx: Tx) -> list[object]:
        return [value for row in await tx.all("select * from api_key") for value in tuple(row)]

    stored = b"|".join(bytes(v) if isinstance(v, bytes) else str(v).encode() for v in await store.read(work))
    assert b"till" in stored
    assert key.split("_")[2].encode() not in stored


async def test_a_forged_key_with_a_known_id_is_refused(keys: Bench) -> None:
    """The id is public; without the secret it opens nothing, however well-formed the key is."""
    from gateway.api.access import keyform

    key_id, _ = await keys.create("duka")
    _, other = keyform.make()
    body = f"gw_{key_id}_{other.split('_')[2]}"

    assert await keys.tenant_of(f"{body}_{keyform._check(body)}") is None


@pytest.mark.parametrize("text", ["", "gw_", "Bearer x", "gw_abc_def_ghi"])
async def test_what_is_no_key_never_reaches_the_database(clock: ManualClock, text: str, keys: Bench) -> None:
    """It is refused by its form alone: here the database is not even open."""
    closed = Bench(connect("sqlite:////nowhere/at/all.db"), clock)

    assert await closed.tenant_of(text) is None


async def test_a_revoked_key_stops_within_five_seconds(keys: Bench, store: Store, clock: ManualClock) -> None:
    """Another process revokes; a good key is remembered for a moment only."""
    key_id, key = await keys.create("duka")
    assert await keys.tenant_of(key) == "duka"

    await Bench(store, clock).revoke("duka", key_id)
    assert await keys.tenant_of(key) == "duka"
    clock.advance(REMEMBER)

    assert REMEMBER <= 5
    assert await keys.tenant_of(key) is None


async def test_revoking_in_the_same_process_works_at_once(keys: Bench, clock: ManualClock) -> None:
    """And the first time of a revocation stays."""
    key_id, key = await keys.create("duka")
    await keys.tenant_of(key)

    await keys.revoke("duka", key_id)
    first = clock.now()
    assert await keys.tenant_of(key) is None
    clock.advance(100)
    await keys.revoke("duka", key_id)

    assert (await keys.only()).revoked_at == first


async def test_a_remembered_key_asks_nobody(keys: Bench, store: Store) -> None:
    """Within the five seconds the database may even be closed; after a wrong key it is asked."""
    _, key = await keys.create("duka")
    await keys.tenant_of(key)
    await store.close()

    assert await keys.tenant_of(key) == "duka"


async def test_the_last_use_is_coarse(keys: Bench, clock: ManualClock) -> None:
    """Reading the API writes at most once a minute."""
    _, key = await keys.create("duka")
    assert (await keys.only()).last_used_at == 0

    await keys.tenant_of(key)
    first = (await keys.only()).last_used_at
    clock.advance(59)
    await keys.tenant_of(key)
    assert (await keys.only()).last_used_at == first == clock.now() - 59 * MINUTE // 60

    clock.advance(1 + REMEMBER)
    await keys.tenant_of(key)
    assert (await keys.only()).last_used_at == clock.now()


async def test_a_database_that_takes_no_writes_locks_nobody_out(
    keys: Bench, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time of use is a convenience, the answer is not."""
    _, key = await keys.create("duka")

    async def refuse(*_: object, **__: object) -> None:
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr(store, "write", refuse)

    assert await keys.tenant_of(key) == "duka"


async def test_keys_made_under_an_old_secret_still_open(store: Store, clock: ManualClock) -> None:
    """Rotation: the new secret goes in front, the old one stays behind it for a while."""
    _, key = await Bench(store, clock, OLD).create("duka")

    assert await Bench(store, clock).tenant_of(key) is None
    assert await Bench(store, clock, NEW, OLD).tenant_of(key) == "duka"


async def test_a_key_that_was_used_moves_to_the_new_secret(store: Store, clock: ManualClock) -> None:
    """So the old secret can be taken out of the list."""
    _, key = await Bench(store, clock, OLD).create("duka")
    await Bench(store, clock, NEW, OLD).tenant_of(key)

    assert await Bench(store, clock).tenant_of(key) == "duka"


async def test_new_secrets_are_taken_while_keys_are_used(store: Store, clock: ManualClock) -> None:
    """At once: what was remembered under the old ones is asked for again."""
    bench = Bench(store, clock, OLD)
    _, key = await bench.create("duka")
    assert await bench.tenant_of(key) == "duka"

    bench.keys.renew([NEW])
    assert await bench.tenant_of(key) is None
    bench.keys.renew([NEW, OLD])
    assert await bench.tenant_of(key) == "duka"


async def test_a_key_ends_at_its_time_to_the_microsecond(keys: Bench, clock: ManualClock) -> None:
    """Also within the seconds for which a good key is remembered."""
    _, key = await keys.create("duka", expires_at=clock.now() + DAY)
    clock.advance(86_399)
    assert await keys.tenant_of(key) == "duka"
    clock.advance(0.999_999)
    assert await keys.tenant_of(key) == "duka"
    assert keys.keys.remembers(key)

    clock.advance(0.000_001)

    assert not keys.keys.remembers(key)
    assert await keys.tenant_of(key) is None


async def test_an_operator_s_key_stands_for_no_tenant(keys: Bench) -> None:
    """It is looked for in a table of its own, and its use is noted there."""
    operators = ring(keys.store, keys.keys, keys.clock)
    _, key = await operators.create(GATEWAY, "ops", ["tenants:read", "read"])

    caller = await keys.keys.caller(key)

    assert caller is not None
    assert (caller.tenant, caller.operator) == ("", True)
    assert caller.may("tenants:read")
    assert caller.may("contacts:read")
    assert not caller.may("contacts:write")
    (info,) = await operators.list()
    assert info.last_used_at == keys.clock.now()


async def test_no_secret_no_keys(store: Store) -> None:
    """The hash needs a secret of ours."""
    with pytest.raises(SettingsError, match=r"\[server\] secret"):
        Keys(store, [])


async def test_a_key_used_just_before_a_rotation_moves_at_its_next_use(store: Store) -> None:
    """However lately it was used: the old secret can be taken out as soon as the key was used once more."""
    clock = ManualClock()
    bench = Bench(store, clock, OLD)
    _, key = await bench.create("duka")
    assert await bench.tenant_of(key) == "duka"

    bench.keys.renew([NEW, OLD])
    assert await bench.tenant_of(key) == "duka"
    bench.keys.renew([NEW])
    assert await bench.tenant_of(key) == "duka"
