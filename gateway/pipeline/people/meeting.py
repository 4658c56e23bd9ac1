"""Who the database did not know when a batch began: rows to add, and whom they made in memory."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.channels import Channel
from gateway.contacts.index import Named, add_words, keep_words
from gateway.errors import SerializationFailure
from gateway.feed import note
from gateway.model.event import Identity, Person
from gateway.model.ids import new_id
from gateway.model.phone import aliases
from gateway.pipeline.people.conflict import Conflict, write_down
from gateway.pipeline.people.known import Known
from gateway.pipeline.queries import PEOPLE
from gateway.store.port import Row, Tx

Rows = list[dict[str, object]]


class Meeting:
    """Collects what a batch adds; `store` writes it."""

    def __init__(self, now: int) -> None:
        self._now = now
        self._known: dict[tuple[str, Identity], str] = {}
        self._homes: dict[tuple[str, str, str], tuple[str, str]] = {}
        self._contacts: Rows = []
        self._met_at: dict[str, str] = {}
        self._claims: Rows = []
        self._attached: Rows = []
        self._revived: Rows = []
        self._moved: Rows = []
        self._readdressed: Rows = []
        self._renamed: Rows = []
        self._conversations: Rows = []
        self._conflicts: list[Conflict] = []

    def remember(self, channel: Channel, person: Person, found: Known) -> None:
        """A contact of the database's, who has these names now: others of the batch may use one of them."""
        if not found.contact:
            return
        for identity in person.identities:
            self._known.setdefault((channel.tenant, identity), found.contact)
        if found.conversation:
            self._homes.setdefault(
                (channel.tenant, channel.id, found.contact), (found.conversation, found.address)
            )
        for identity in found.new:
            self._attached.append(self._identity(channel, identity, found.contact))
        for identity in found.revived:
            self._revived.append(self._identity(channel, identity, found.contact))
        for identity, other in found.others:
            self._conflicts.append(Conflict(channel, identity, found.contact, other, "two_contacts"))
        if (person.name and not found.name) or person.username not in ("", found.username):
            self._renamed.append(self._named(channel, person, found.contact))

    def newcomer(self, channel: Channel, person: Person, found: Known) -> str:
        """Somebody new, or met in this batch just before under one of these names: the contact's id."""
        tenant = channel.tenant
        names = list(dict.fromkeys(person.identities))
        contact = self._met(tenant, found.new)
        if not contact:
            contact = new_id()
            self._met_at[contact] = channel.id
            self._contacts.append(self._named(channel, person, contact) | {"now": self._now})
        for identity, other, theirs in found.reused:
            self._moved.append(self._identity(channel, identity, contact))
            self._readdressed.append(
                {"tenant": tenant, "contact": other, "old": identity.value, "address": theirs}
            )
            self._conflicts.append(Conflict(channel, identity, contact, other, "number_reused"))
            self._known[tenant, identity] = contact
        for identity in names:
            if (tenant, identity) not in self._known:
                self._known[tenant, identity] = contact
                self._claims.append(self._identity(channel, identity, contact))
        return contact

    def made(self, contact: str) -> bool:
        """Whether *contact* is somebody new of this batch."""
        return contact in self._met_at

    def _met(self, tenant: str, names: Sequence[Identity]) -> str:
        """The contact of this batch who has one of *names*, or an alias of it."""
        for identity in sorted(names, key=lambda name: name.kind == "phone"):
            others = aliases(identity.value) if identity.kind == "phone" else ()
            for one in (identity, *(Identity("phone", other) for other in others)):
                if (tenant, one) in self._known:
                    return self._known[tenant, one]
        return ""

    def home(self, channel: Channel, contact: str, address: str) -> tuple[str, str]:
        """The contact's conversation on this channel and its address, new in this batch."""
        key = (channel.tenant, channel.id, contact)
        found = self._homes.get(key)
        if found is None:
            found = self._homes[key] = (new_id(), address)
            self._conversations.append(
                {
                    "tenant": channel.tenant,
                    "channel": channel.id,
                    "contact": contact,
                    "conversation": found[0],
                    "address": address,
                    "now": self._now,
                }
            )
        return found

    async def store(self, tx: Tx) -> list[Conflict]:
        """Write everything; the contradictions that are new. Claims must all succeed, or somebody else
        was faster."""
        for name, rows in (
            ("add_contact", self._contacts),
            ("add_identity", self._attached),
            ("move_identity", self._moved),
            ("readdress", self._readdressed),
            ("revive_identity", self._revived),
        ):
            if rows:
                await tx.many(PEOPLE[name], rows)
        await self._name(tx)
        for name, rows in (("claim_identity", self._claims), ("claim_conversation", self._conversations)):
            if rows and len(await tx.each(PEOPLE[name], rows)) < len(rows):
                raise SerializationFailure("another process has just made the same contact")
        await note.write(tx, self._notes())
        return await write_down(tx, self._conflicts, self._now) if self._conflicts else []

    def _notes(self) -> list[note.Row]:
        """Whoever follows the log hears of new contacts, and of what is different about others."""
        now = self._now
        rows = [
            note.contact_created(
                str(new["tenant"]), str(new["contact"]), self._met_at[str(new["contact"])], now
            )
            for new in self._contacts
        ]
        changed: dict[tuple[str, str], dict[str, None]] = {}
        for what, changes in (
            ("identities", [*self._attached, *self._revived]),
            ("address", self._readdressed),
            ("profile", self._renamed),
        ):
            for change in changes:
                changed.setdefault((str(change["tenant"]), str(change["contact"])), {})[what] = None
        rows += [note.contact_changed(*whose, list(what), now) for whose, what in changed.items()]
        return rows

    async def _name(self, tx: Tx) -> None:
        """The names of newcomers, and new ones of others, with the words by which they are searched."""
        if self._contacts:
            await add_words(tx, [_called(row) for row in self._contacts])
        if self._renamed:
            renamed = await tx.each(PEOPLE["rename_contact"], self._renamed)
            await keep_words(tx, [_called(row) for row in renamed])

    def _named(self, channel: Channel, person: Person, contact: str) -> dict[str, object]:
        return {
            "tenant": channel.tenant,
            "contact": contact,
            "name": person.name,
            "username": person.username,
        }

    def _identity(self, channel: Channel, identity: Identity, contact: str) -> dict[str, object]:
        return {
            "tenant": channel.tenant,
            "kind": identity.kind,
            "scope": identity.scope,
            "value": identity.value,
            "contact": contact,
            "now": self._now,
        }


def _called(row: Row | dict[str, object]) -> Named:
    return Named(*(str(row[name]) for name in ("tenant", "contact", "name", "username")))
