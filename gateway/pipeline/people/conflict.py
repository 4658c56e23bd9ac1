"""Names that two contacts lay claim to. Nobody is merged: it is written down, once, and told."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway.channels import Channel
from gateway.model.event import ChannelEvent, Identity, Person
from gateway.model.ids import digest
from gateway.model.notice import IdentityConflict
from gateway.pipeline.queries import PEOPLE
from gateway.store.port import Tx


class Conflict(Struct, frozen=True):
    """*identity* belonged to the contact *other*, and *contact* uses it. *reason* is one of
    "two_contacts" (a webhook names both), "number_reused" (a phone has a new owner) and "taken"
    (a contact moved to a name that is another's)."""

    channel: Channel
    identity: Identity
    contact: str
    other: str
    reason: str

    @property
    def id(self) -> str:
        """The same for the same contradiction, however often it is met."""
        one = self.identity
        return digest(one.kind, one.scope, one.value, self.contact, self.other).hex()

    def event(self, person: Person, at: int) -> ChannelEvent:
        """What plugins are told."""
        content = IdentityConflict(self.identity.value, self.other, self.reason)
        return ChannelEvent(
            "identity_conflict", self.id, at, self.channel.number, content=content, person=person
        )


async def write_down(tx: Tx, conflicts: Sequence[Conflict], now: int) -> list[Conflict]:
    """Store *conflicts*; those that were not known."""
    by_id = {(one.channel.tenant, one.id): one for one in conflicts}
    rows = await tx.each(
        PEOPLE["add_conflict"],
        [
            {
                "tenant": tenant,
                "id": identifier,
                "kind": one.identity.kind,
                "scope": one.identity.scope,
                "value": one.identity.value,
                "contact": one.contact,
                "other": one.other,
                "reason": one.reason,
                "now": now,
            }
            for (tenant, identifier), one in by_id.items()
        ],
    )
    return [by_id[row["tenant"], row["id"]] for row in rows]
