"""Who writes: a contact is not a phone number, and no tenant sees another's."""

from __future__ import annotations

import asyncio

from gateway.testing.conformance.case import Case, case
from gateway.testing.conformance.clerk import answer_to
from gateway.testing.conformance.configuration import FIRST, SECOND
from gateway.testing.conformance.world import World

#: How people write their number, and how WhatsApp may (wire.md 6).
ALIASES = (
    ("+5531987654321", "+553187654321"),
    ("+525512345678", "+5215512345678"),
    ("+5491123456789", "+541123456789"),
)


@case
async def hidden_number(world: World) -> None:
    """A contact whose number is hidden is known by its user id, and answered."""
    contact = world.contact()
    who = world.sim.contact(contact, hidden=True)
    await world.sim.says(contact, "guess who")
    [seen] = await world.shown(contact, 1)
    assert seen.text == answer_to("guess who")
    [heard] = world.clerk.of("guess who")
    assert heard.contact.phone == ""
    assert heard.contact.address == who.user_id
    items = await world.listed(who.user_id)
    assert len(items) == 2
    assert contact.lstrip("+") not in str(items)


@case
async def two_tenants(world: World) -> None:
    """Somebody who writes to two tenants is another contact for each; neither sees what the other has."""
    contact = world.contact()
    await asyncio.gather(
        world.sim.says(contact, "to the first"),
        world.other.says(contact, "to the second", number=world.back),
    )
    [seen] = await world.shown(contact, 1)
    [other] = await world.other.wait_for(contact, 1, 8.0)
    assert (seen.text, other.text) == (answer_to("to the first"), answer_to("to the second"))
    ids = {}
    for tenant, text in ((FIRST, "to the first"), (SECOND, "to the second")):
        [heard] = world.clerk.of(text)
        assert heard.tenant == tenant
        items = await world.listed(contact, tenant=tenant)
        assert [item["content"]["text"] for item in items] == [text, answer_to(text)]
        ids[tenant] = {item[name] for item in items for name in ("id", "contact", "conversation")}
        for identifier in ids[tenant]:
            code, _ = await world.api(
                "GET", f"/api/v1/messages/{identifier}", tenant=SECOND if tenant == FIRST else FIRST
            )
            assert code == 404
    assert ids[FIRST].isdisjoint(ids[SECOND])


@case
async def aliases(world: World) -> None:
    """Numbers of Brazil, Mexico and Argentina that are written in two ways are one contact, and what is sent
    goes to the address that wrote."""
    for written, known in ALIASES:
        await world.sim.says(known, f"from {known}")
        await world.shown(known, 1)
        code, answer = await world.sends(written, {"type": "text", "text": f"to {written}"})
        assert code == 202, answer
        assert [m.text for m in await world.shown(known, 2)][1] == f"to {written}"
        first, *_, last = await world.listed(known)
        assert first["contact"] == last["contact"]
        assert first["conversation"] == last["conversation"]


CASES: tuple[Case, ...] = (hidden_number, two_tenants, aliases)
