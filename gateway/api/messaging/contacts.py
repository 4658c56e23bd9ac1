"""`/api/v1/contacts`: found, written down, changed; and `/identity-conflicts`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from msgspec import UNSET

from gateway.api.cursor import Cursors
from gateway.api.etag import check
from gateway.api.messaging.contact_forms import (
    WORDS,
    ConflictQuery,
    ContactPatch,
    ContactQuery,
    NewContact,
    NewIdentity,
)
from gateway.api.problems import Problem, missing
from gateway.api.route import Answer, Ask, Page, Route
from gateway.audit import note
from gateway.channels import Channels
from gateway.clock import Clock
from gateway.contacts import attach, conflicts, edit
from gateway.contacts.conflicts import ConflictItem
from gateway.contacts.errors import ContactRefused
from gateway.contacts.find import EVER, LAST, Wanted, held, listed, shown
from gateway.contacts.names import Here, Name, name_of
from gateway.contacts.records import ContactItem
from gateway.feed import note as feed
from gateway.message import instant
from gateway.store.port import Tx
from gateway.templates.registry import account_of

T = TypeVar("T")


class Contacts:
    """The routes."""

    def __init__(self, channels: Channels, clock: Clock, cursors: Cursors) -> None:
        self._channels, self._clock, self._cursors = channels, clock, cursors

    def routes(self) -> list[Route]:
        """What is served."""
        read: dict[str, Any] = {"scope": "contacts:read"}
        write: dict[str, Any] = {"scope": "contacts:write", "words": WORDS}
        one: dict[str, Any] = {"noun": "contact", "answer": ContactItem, "etag": True}
        return [
            Route(
                method="GET", path="/contacts", handler=self.list, summary="List and search contacts",
                query=ContactQuery, answer=Page[ContactItem], **read,
            ),
            Route(
                method="POST", path="/contacts", handler=self.create, summary="Write a contact down",
                body=NewContact, answer=ContactItem, status=201, problems=(409,), **write,
            ),
            Route(
                method="GET", path="/contacts/{id}", handler=self.one, summary="Look at a contact",
                **one, **read,
            ),
            Route(
                method="PATCH", path="/contacts/{id}", handler=self.change, summary="Change a contact",
                body=ContactPatch, **one, **write,
            ),
            Route(
                method="DELETE", path="/contacts/{id}", handler=self.remove, noun="contact", status=204,
                etag=True, summary="Remove a contact to whom nobody spoke", problems=(409,), **write,
            ),
            Route(
                method="POST", path="/contacts/{id}/identities", handler=self.attach,
                summary="Give a contact another identity", body=NewIdentity, problems=(409,), **one, **write,
            ),
            Route(
                method="DELETE", path="/contacts/{id}/identities/{identity}", handler=self.detach,
                summary="Take an identity away", problems=(409,), **one, **write,
            ),
            Route(
                method="GET", path="/identity-conflicts", handler=self.conflicts,
                summary="List names that two contacts lay claim to", query=ConflictQuery,
                answer=Page[ConflictItem], **read,
            ),
            Route(
                method="POST", path="/identity-conflicts/{id}/resolve", handler=self.resolve,
                summary="Mark a conflict as settled", noun="identity conflict", answer=ConflictItem, **write,
            ),
        ]  # fmt: skip

    async def list(self, ask: Ask[None, ContactQuery]) -> Page[ContactItem]:
        """The tenant's contacts, newest first. A search finds the words of names by their start, whatever
        their case and accents."""
        query = ask.query
        before = str((self._cursors.open(query.cursor, ask.tenant, "contacts") or [""])[0])
        attribute, _, value = query.attribute.partition(":")
        wanted = Wanted(
            query.q.strip(), attribute, value,
            instant(query.created_after) if query.created_after else 0,
            instant(query.created_before) if query.created_before else EVER,
        )  # fmt: skip
        items, more = await ask.scope.read(lambda tx: listed(tx, ask.tenant, wanted, before, query.limit))
        return Page(items, self._cursors.seal(ask.tenant, "contacts", items[-1].id) if more else None)

    async def create(self, ask: Ask[NewContact, None]) -> ContactItem:
        """Write down somebody who may never have written. 409 with the contact that has one of the
        identities."""
        here = self._here(ask.tenant)
        body = ask.body

        async def work(tx: Tx) -> ContactItem:
            names = [_name(each, here, f"/identities/{n}") for n, each in enumerate(body.identities)]
            now = self._clock.now()
            contact = await edit.make(tx, ask.tenant, body.name, body.language, names, body.attributes, now)
            fields = [each for each in ("name", "language") if getattr(body, each)]
            fields += ["identities", *(f"attributes.{each}" for each in sorted(body.attributes))]
            await note(tx, ask.actor, ask.tenant, "contact.create", f"contact:{contact}", now, fields=fields)
            await feed.write(tx, [feed.contact_created(ask.tenant, contact, None, now)])
            return await _there(tx, ask.tenant, contact)

        return await _told(ask, work)

    async def one(self, ask: Ask[None, None]) -> ContactItem:
        """One contact, with its identities, attributes and conversations."""
        return await ask.scope.read(lambda tx: _there(tx, ask.tenant, ask.path["id"]))

    async def change(self, ask: Ask[ContactPatch, None]) -> ContactItem:
        """Change name, language and attributes. A name that is given here is kept, whatever the profile says
        later. Send the ETag that you read in If-Match."""
        body = ask.body

        async def work(tx: Tx) -> ContactItem:
            before = await _held(tx, ask)
            name = before.name if body.name is UNSET else body.name or ""
            language = before.language if body.language is UNSET else body.language or ""
            attributes = {} if body.attributes is UNSET else body.attributes
            now = self._clock.now()
            fields = await edit.change(tx, ask.tenant, before, name, language, attributes, now)
            if not fields:
                return before
            await note(
                tx, ask.actor, ask.tenant, "contact.update", f"contact:{before.id}", now, fields=fields
            )
            what = {"attributes" if "." in each else "profile": None for each in fields}
            await feed.write(tx, [feed.contact_changed(ask.tenant, before.id, list(what), now)])
            return await _there(tx, ask.tenant, before.id)

        return await _told(ask, work)

    async def remove(self, ask: Ask[None, None]) -> Answer:
        """Remove a contact without conversations and messages. Erasing a person with all that was said is
        another matter, and not done here."""
        contact = ask.path["id"]

        async def spoke(tx: Tx) -> bool:
            await _there(tx, ask.tenant, contact)
            return await edit.has_messages(tx, ask.tenant, contact)

        async def work(tx: Tx) -> None:
            await _held(tx, ask)
            await edit.remove(tx, ask.tenant, contact)
            now = self._clock.now()
            await note(tx, ask.actor, ask.tenant, "contact.delete", f"contact:{contact}", now)
            await feed.write(tx, [feed.contact_changed(ask.tenant, contact, ["erased"], now)])

        if await ask.scope.read(spoke):
            raise _problem(edit.has_conversations())
        await _told(ask, work)
        return Answer(None, 204)

    async def attach(self, ask: Ask[NewIdentity, None]) -> ContactItem:
        """Give the contact another name. One that it has already changes nothing; one that it had left is in
        use again."""
        here = self._here(ask.tenant)

        async def work(tx: Tx) -> ContactItem:
            before = await _held(tx, ask)
            name = _name(ask.body, here, "")
            now = self._clock.now()
            await attach.add(tx, ask.tenant, before, name, now)
            after = await _there(tx, ask.tenant, before.id)
            if after != before:
                await self._renamed(tx, ask, "add", before.id, name, now)
            return after

        return await _told(ask, work)

    async def detach(self, ask: Ask[None, None]) -> ContactItem:
        """Take a name from the contact. Not the last one of a contact with conversations, nor one to which
        answers go."""

        async def work(tx: Tx) -> ContactItem:
            before = await _held(tx, ask)
            name = await attach.detach(tx, ask.tenant, before, ask.path["identity"])
            if name is None:
                raise Problem(404, "no_such_identity", "this contact has no identity of this id")
            await self._renamed(tx, ask, "remove", before.id, name, self._clock.now())
            return await _there(tx, ask.tenant, before.id)

        return await _told(ask, work)

    async def _renamed(
        self, tx: Tx, ask: Ask[Any, Any], how: str, contact: str, name: Name, now: int
    ) -> None:
        """An identity came or went: it is noted, by its id and kind alone."""
        await note(
            tx, ask.actor, ask.tenant, f"contact.identity.{how}", f"contact:{contact}", now,
            identity=name.id, kind=name.kind,
        )  # fmt: skip
        await feed.write(tx, [feed.contact_changed(ask.tenant, contact, ["identities"], now)])

    async def conflicts(self, ask: Ask[None, ConflictQuery]) -> Page[ConflictItem]:
        """Names that two contacts lay claim to, newest first. Nobody is merged by the gateway."""
        query = ask.query
        at, before = (*self._cursors.open(query.cursor, ask.tenant, "conflicts"), EVER, LAST)[:2]
        found = await ask.scope.read(
            lambda tx: conflicts.conflicts(
                tx, ask.tenant, query.resolved, int(at), str(before), query.limit + 1
            )
        )
        page = found[: query.limit]
        if len(found) == len(page):
            return Page([item for _, item in page], None)
        last, item = page[-1]
        return Page([item for _, item in page], self._cursors.seal(ask.tenant, "conflicts", last, item.id))

    async def resolve(self, ask: Ask[None, None]) -> ConflictItem:
        """A person has looked at it: it leaves the list of open ones. Nothing else changes."""

        async def work(tx: Tx) -> ConflictItem:
            now = self._clock.now()
            done = await conflicts.resolve(tx, ask.tenant, ask.path["id"], now)
            if done is None:
                raise missing("identity conflict")
            item, changed = done
            if changed:
                await note(tx, ask.actor, ask.tenant, "conflict.resolve", f"conflict:{item.id}", now)
            return item

        return await ask.scope.write(work)

    def _here(self, tenant: str) -> Here:
        own = [each for each in self._channels if each.tenant == tenant]
        return Here({each.number for each in own}, {account_of(each) for each in own} - {""})


async def _there(tx: Tx, tenant: str, contact: str) -> ContactItem:
    found = await shown(tx, tenant, contact)
    if found is None:
        raise missing("contact")
    return found


async def _held(tx: Tx, ask: Ask[Any, Any]) -> ContactItem:
    """The contact that is to be changed, if it is as the caller saw it. Raises `Problem`."""
    found = await held(tx, ask.tenant, ask.path["id"])
    if found is None:
        raise missing("contact")
    check(ask.if_match, found)
    return found


def _name(given: NewIdentity, here: Here, pointer: str) -> Name:
    return name_of(given.kind, given.value, given.scope, here, pointer)


async def _told(ask: Ask[Any, Any], work: Callable[[Tx], Awaitable[T]]) -> T:
    """Run *work* on the tenant's rows; what cannot be done is a problem."""
    try:
        return await ask.scope.write(work)
    except ContactRefused as refused:
        raise _problem(refused) from None


def _problem(refused: ContactRefused) -> Problem:
    more = {"contact": refused.contact} if refused.contact else {}
    status = 409 if refused.taken else 422
    return Problem(status, refused.code, str(refused), pointer=refused.pointer, more=more)
