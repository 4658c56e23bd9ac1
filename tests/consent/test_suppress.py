"""Names that get nothing more, whoever has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.consent import suppress
from gateway.errors import SealError
from gateway.model.event import Identity
from gateway.model.phone import aliases
from gateway.store.port import Store, Tx
from gateway.store.reseal import Reseal
from gateway.store.seal import Seal

OLD, NEW, KEY = "o" * 40, "n" * 40, b"k" * 32
AMINA = [Identity("phone", "+254700000001"), Identity("bsuid", "KE.1", "waba")]
DIGITS = "0123456789"


@given(
    st.sampled_from(["+55", "+52", "+54", "+521", "+549", "+254"]), st.text(DIGITS, min_size=8, max_size=12)
)
def test_every_form_of_a_number_has_one_hash(country: str, rest: str) -> None:
    """Brazil's ninth digit, Mexico's 1, Argentina's 9, and spaces make no difference."""
    phone = country + rest
    one = suppress.digest(KEY, "phone", phone)
    assert {suppress.digest(KEY, "phone", each) for each in aliases(phone)} <= {one}
    assert suppress.digest(KEY, "phone", f" {phone[:4]} {phone[4:7]}-{phone[7:]}") == one


@pytest.mark.parametrize(
    ("phone", "other"),
    [
        ("+5531987654321", "+553187654321"), ("+5215512345678", "+525512345678"),
        ("+5491123456789", "+541123456789"),
    ],
)  # fmt: skip
def test_the_known_aliases_hash_alike(phone: str, other: str) -> None:
    """One of each country, as WhatsApp writes them."""
    assert suppress.digest(KEY, "phone", phone) == suppress.digest(KEY, "phone", other)


def test_a_hash_says_nothing_without_its_key() -> None:
    """Other keys, kinds and numbers have other hashes."""
    one = suppress.digest(KEY, "phone", "+254700000001")
    assert len(one) == 32
    assert one != suppress.digest(b"j" * 32, "phone", "+254700000001")
    assert one != suppress.digest(KEY, "bsuid", "+254700000001")
    assert one != suppress.digest(KEY, "phone", "+254700000002")


async def test_any_name_finds_the_suppression(store: Store) -> None:
    """Any one of the names is enough, in any form; a group is nobody."""

    async def work(tx: Tx) -> None:
        key = await suppress.key(tx, Seal([OLD]), "duka")
        names = [
            Identity("phone", "+5531987654321"),
            Identity("bsuid", "BR.7", "waba"),
            Identity("group", "group:1"),
        ]
        await suppress.suppress(tx, key, "duka", names, ["service", "marketing"], "erased", 7)
        await suppress.suppress(tx, key, "duka", names, ["service"], "erased", 8)  # again
        for name in (Identity("phone", "+553187654321"), Identity("bsuid", "BR.7")):
            assert await suppress.suppressed(tx, key, "duka", [name]) == {"service", "marketing"}
        assert await suppress.suppressed(tx, key, "duka", [names[2]]) == set()
        assert await suppress.suppressed(tx, key, "other", names) == set()
        assert await suppress.suppressed_each(tx, key, "duka", {"a": AMINA, "b": names[:1], "c": []}) == {
            "a": set(), "b": {"service", "marketing"}, "c": set(),
        }  # fmt: skip
        await suppress.lift(tx, key, "duka", names, ["service"])
        assert await suppress.suppressed(tx, key, "duka", names) == {"marketing"}

    await store.write(work)


async def test_a_rotation_of_the_secret_keeps_the_hashes(store: Store) -> None:
    """The key is sealed anew, not made anew; without any secret that opens it nobody guesses."""
    first = await store.write(lambda tx: suppress.key(tx, Seal([OLD]), "duka"))
    await store.write(lambda tx: suppress.suppress(tx, first, "duka", AMINA, ["marketing"], "erased", 7))
    assert await Reseal(store, Seal([NEW, OLD])).once() == (1, 0)
    key = await store.write(lambda tx: suppress.key(tx, Seal([NEW]), "duka"))
    assert key == first
    assert await store.read(lambda tx: suppress.suppressed(tx, key, "duka", AMINA[:1])) == {"marketing"}
    with pytest.raises(SealError):
        await store.write(lambda tx: suppress.key(tx, Seal([OLD]), "duka"))


async def test_every_tenant_has_a_key_of_its_own(store: Store) -> None:
    """Nobody can look for another tenant's people; asked twice, the key is the same."""
    seal = Seal([OLD])
    one, again, other = [
        await store.write(lambda tx, t=tenant: suppress.key(tx, seal, t)) for tenant in ("a", "a", "b")
    ]
    assert one == again != other
