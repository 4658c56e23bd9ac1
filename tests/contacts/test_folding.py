"""Contacts that are older than the search are made up for, with whatever happens meanwhile."""

from __future__ import annotations

import asyncio

from gateway.contacts import edit
from gateway.contacts.find import LAST, Wanted, listed, shown
from gateway.contacts.folding import BATCH, Folding
from gateway.store.port import Store, Tx

_OLD = (
    "insert into contact (tenant, id, name, username, language, created_at) "
    "values (:tenant, :id, :name, :username, '', 1)"
)


async def _search(store: Store, tenant: str, text: str) -> list[str]:
    async def work(tx: Tx) -> list[str]:
        items, _ = await listed(tx, tenant, Wanted(text), LAST, 200)
        return sorted(each.id for each in items)

    return await store.scope(tenant).read(work)


async def test_contacts_of_before_are_found_after_the_start(store: Store) -> None:
    """All of two tenants, by name and username, in more than one batch; a second run does nothing."""
    rows = [
        {"tenant": tenant, "id": f"{n:08x}", "name": f"Ana Nr{n}", "username": f"ana.{n}"}
        for tenant in ("duka", "soko")
        for n in range(BATCH)
    ]
    await store.write(lambda tx: tx.many(_OLD, rows))
    assert await _search(store, "duka", "ana") == []

    for _ in range(2):
        await Folding(store).run()
        assert len(await _search(store, "duka", "ana")) == BATCH
        assert await _search(store, "soko", "nr7") == sorted(
            f"{n:08x}" for n in range(BATCH) if str(n).startswith("7")
        )


async def test_a_name_that_is_given_meanwhile_wins(store: Store) -> None:
    """Whoever is renamed while the words are made up for is found by the new name alone."""
    await store.write(lambda tx: tx.run(_OLD, tenant="duka", id="a1", name="Old", username=""))

    async def rename(tx: Tx) -> None:
        before = await shown(tx, "duka", "a1")
        assert before is not None
        await edit.change(tx, "duka", before, "New", "", {}, 2)

    await asyncio.gather(Folding(store).run(), store.scope("duka").write(rename))

    assert (await _search(store, "duka", "new"), await _search(store, "duka", "old")) == (["a1"], [])
