"""Contacts under any order of acts, against a model in memory, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.contacts import attach, edit
from gateway.contacts.errors import ContactRefused
from gateway.contacts.find import LAST, Wanted, listed, shown
from gateway.contacts.names import Name
from gateway.contacts.words import words
from gateway.model.phone import aliases
from gateway.store.port import Scope, Store, Tx

#: Few of each, so that they meet; the first two are forms of one number.
PHONES = ("+5531987654321", "+553187654321", "+254700000001")
NAMES = [*(Name("phone", phone) for phone in PHONES), Name("email", "a@b.example"), Name("external", "x")]
CALLED = ("", "Ana", "José Ána", "ana", "Ben")

_ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("make"), st.lists(st.sampled_from(NAMES), min_size=1, max_size=2)),
        st.tuples(st.just("attach"), st.integers(0, 5), st.sampled_from(NAMES)),
        st.tuples(st.just("detach"), st.integers(0, 5), st.sampled_from(NAMES)),
        st.tuples(st.just("rename"), st.integers(0, 5), st.sampled_from(CALLED)),
        st.tuples(st.just("note"), st.integers(0, 5), st.sampled_from([None, 1, True, "1"])),
        st.tuples(st.just("remove"), st.integers(0, 5)),
    ),
    min_size=1,
    max_size=12,
)


class Model:
    """What should be there: contacts in the order in which they were made."""

    def __init__(self) -> None:
        self.contacts: dict[str, dict[str, Any]] = {}

    def owner(self, name: Name) -> str | None:
        """Who has *name*, or another form of it."""
        forms = {name, *(Name("phone", each) for each in aliases(name.value) if name.kind == "phone")}
        return next((id for id, one in self.contacts.items() if one["names"] & forms), None)

    def pick(self, index: int) -> str | None:
        """One of them."""
        ids = list(self.contacts)
        return ids[index % len(ids)] if ids else None


async def _act(scope: Scope, model: Model, act: Any) -> None:
    """Do *act* to both; they refuse the same."""
    kind, tenant = act[0], scope.tenant
    if kind == "make":
        names = act[1]
        taken = any(model.owner(name) for name in names)

        async def make(tx: Tx) -> str:
            return await edit.make(tx, tenant, "Ana", "", names, {}, 1)

        if taken:
            with pytest.raises(ContactRefused, match="another contact"):
                await scope.write(make)
            return
        contact = await scope.write(make)
        model.contacts[contact] = {"names": set(names), "name": "Ana", "note": None}
        return
    picked = model.pick(act[1])
    if picked is None:
        return
    one = model.contacts[picked]

    async def change(tx: Tx) -> None:
        before = await shown(tx, tenant, picked)
        assert before is not None
        if kind == "attach":
            await attach.add(tx, tenant, before, act[2], 1)
        elif kind == "detach":
            assert (await attach.detach(tx, tenant, before, act[2].id) is not None) == (
                act[2] in one["names"]
            )
        elif kind == "rename":
            await edit.change(tx, tenant, before, act[2], "", {}, 1)
        elif kind == "note":
            await edit.change(tx, tenant, before, before.name, "", {"note": act[2]}, 1)
        else:
            await edit.remove(tx, tenant, picked)

    if kind == "attach" and not {None, picked} & {model.owner(act[2])}:
        with pytest.raises(ContactRefused, match="another contact"):
            await scope.write(change)
        return
    await scope.write(change)
    if kind == "attach":
        one["names"].add(act[2])
    elif kind == "detach":
        one["names"].discard(act[2])
    elif kind == "remove":
        del model.contacts[picked]
    else:
        one["name" if kind == "rename" else "note"] = act[2]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_ACTS)
async def test_contacts_are_as_the_model_says(store: Store, acts: list[Any]) -> None:
    """Names, identities, attributes, lists, searches and pages agree after every sequence of acts."""
    scope, other, model = store.scope("duka"), store.scope("soko"), Model()
    for tenant in (scope, other):
        await tenant.write(_clear)
    for act in acts:
        await _act(scope, model, act)

    async def everybody(tx: Tx) -> dict[str, dict[str, Any]]:
        items, more = await listed(tx, "duka", Wanted(), LAST, 200)
        assert not more
        return {
            each.id: {
                "names": {Name(name.kind, name.value, name.scope) for name in each.identities},
                "name": each.name,
                "note": each.attributes.get("note"),
            }
            for each in reversed(items)
        }

    there = await scope.read(everybody)
    assert there == model.contacts
    assert [type(one["note"]) for one in there.values()] == [
        type(one["note"]) for one in model.contacts.values()
    ]
    for text in ("ana", "jo an", "b", "+5531", "x"):
        assert await _found(scope, text) == _expected(model, text), text
    assert await _found(other, "ana") == []


async def _clear(tx: Tx) -> None:
    for table in ("identity", "contact"):
        await tx.run(f"delete from {table} where tenant = :tenant")


async def _found(scope: Scope, text: str) -> list[str]:
    """Whom a search finds, page by page of one."""
    ids: list[str] = []
    more = True
    while more:
        before = ids[-1] if ids else LAST
        items, more = await scope.read(lambda tx: listed(tx, scope.tenant, Wanted(text), before, 1))  # noqa: B023
        ids += [each.id for each in items]
    assert ids == sorted(set(ids), reverse=True)
    return ids


def _expected(model: Model, text: str) -> list[str]:
    """Whom it should find, newest first."""
    return sorted(
        (
            id
            for id, one in model.contacts.items()
            if (
                words(text)
                and all(any(w.startswith(typed) for w in words(one["name"])) for typed in words(text))
            )
            or any(
                name.value == text or (text[0] == "+" and name.value.startswith(text))
                for name in one["names"]
            )
        ),
        reverse=True,
    )
