"""Contacts who change their names: a new phone, a new user id, a phone that they share at our request.

The provider tells it in a message of type system, in the field `user_id_update`, or in a contact card with
origin `contact_request` (wire.md §1.5, §1.8). What was replaced still finds the contact, for webhooks come
late; replies go to the new name.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from gateway.channels import Channel
from gateway.feed import note
from gateway.model import inbound
from gateway.model.event import ChannelEvent, Identity, MessageReceived
from gateway.model.notice import UserIdChanged
from gateway.pipeline.people.conflict import Conflict, write_down
from gateway.pipeline.people.place import Place
from gateway.pipeline.queries import PEOPLE
from gateway.store.port import Tx

#: What can tell of a change of names.
_TELLING = (inbound.System, inbound.Contacts, UserIdChanged)


class Move(Struct, frozen=True):
    """A contact's names from now on: *gained* ones, and pairs of (old, new) for those that are *replaced*."""

    channel: Channel
    where: Place
    gained: tuple[Identity, ...]
    replaced: tuple[tuple[Identity, Identity], ...]


def rotates(event: MessageReceived | ChannelEvent) -> bool:
    """Whether names change with *event*: what comes after it in a batch must see the new ones."""
    return isinstance(event.content, _TELLING) and next(_named(event), None) is not None


def move_of(channel: Channel, event: MessageReceived | ChannelEvent, where: Place) -> Move | None:
    """The move that *event* tells of, if any."""
    if not rotates(event):
        return None
    pairs = list(_named(event))
    return Move(
        channel,
        where,
        tuple(new for _, new in pairs),
        tuple((old, new) for old, new in pairs if old is not None and old != new),
    )


def _named(event: MessageReceived | ChannelEvent) -> Iterator[tuple[Identity | None, Identity]]:
    """(the name that ends or None, the name that is new)."""
    content = event.content
    if isinstance(content, inbound.System) and isinstance(event, MessageReceived):
        yield from _system(content, event)
    elif isinstance(content, inbound.Contacts) and isinstance(event, MessageReceived):
        yield from _shared(content)
    elif isinstance(content, UserIdChanged) and isinstance(event, ChannelEvent):
        account = event.account
        if content.current:
            yield _user(content.previous, account), Identity("bsuid", content.current, account)
        if content.current_parent:
            yield _parent(content.previous_parent), Identity("parent_bsuid", content.current_parent)


def _system(content: inbound.System, event: MessageReceived) -> Iterator[tuple[Identity | None, Identity]]:
    if content.event not in ("number_changed", "user_id_changed"):
        return
    names = {identity.kind: identity for identity in event.sender.identities}
    if phone := _phone(content.wa_id.removeprefix("+")):
        yield names.get("phone"), phone
    if content.user_id:
        old = names.get("bsuid")
        scope = old.scope if old is not None else event.account
        yield old or _user(content.previous_user_id, scope), Identity("bsuid", content.user_id, scope)
    if content.parent_user_id:
        yield names.get("parent_bsuid"), Identity("parent_bsuid", content.parent_user_id)


def _shared(content: inbound.Contacts) -> Iterator[tuple[Identity | None, Identity]]:
    """A card that answers our request is the contact's own."""
    for card in content.contacts:
        if card.origin == "contact_request":
            for phone in card.phones[:1]:
                told = phone.wa_id or phone.phone
                if own := _phone("".join(sign for sign in told if sign.isdigit())):
                    yield None, own


def _phone(digits: str) -> Identity | None:
    """None for what is no phone number (wire.md §6: at most 15 digits)."""
    fits = 7 <= len(digits) <= 15 and digits.isascii() and digits.isdigit()
    return Identity("phone", f"+{digits}") if fits else None


def _user(value: str, scope: str) -> Identity | None:
    return Identity("bsuid", value, scope) if value else None


def _parent(value: str) -> Identity | None:
    return Identity("parent_bsuid", value) if value else None


async def carry_out(tx: Tx, move: Move, now: int) -> list[Conflict]:
    """Give the contact its new names; the contradictions that are new."""
    conflicts: list[Conflict] = []
    for identity in move.gained:
        conflicts += await _gain(tx, move, identity, now)
    for old, new in move.replaced:
        await tx.run(PEOPLE["retire_identity"], **_row(move, old, now))
        values = {"tenant": move.channel.tenant, "contact": move.where.contact}
        await tx.run(PEOPLE["readdress"], **values, old=old.value, address=new.value)
        if move.where.address == old.value:
            move.where.address = new.value
    what = ["identities", "address"] if move.replaced else ["identities"]
    await note.write(tx, [note.contact_changed(move.channel.tenant, move.where.contact, what, now)])
    return await write_down(tx, conflicts, now) if conflicts else []


async def _gain(tx: Tx, move: Move, identity: Identity, now: int) -> list[Conflict]:
    """Attach *identity* to the contact. Another who has it keeps it, unless that one is nothing but the
    names of this very move: somebody who wrote under the new name before we were told of it."""
    row = _row(move, identity, now)
    if await tx.each(PEOPLE["claim_identity"], [row]):
        return []
    other = str(await tx.value(PEOPLE["owner"], **row))
    if other == move.where.contact:
        await tx.run(PEOPLE["revive_identity"], **row)
        return []
    theirs = [
        Identity(each["kind"], each["value"], each["scope"])
        for each in await tx.all(PEOPLE["identities"], tenant=row["tenant"], contact=other)
    ]
    named = {*move.gained, *(old for old, _ in move.replaced)}
    if set(theirs) <= named:
        for each in theirs:
            await tx.run(PEOPLE["move_identity"], **_row(move, each, now))
        return []
    return [Conflict(move.channel, identity, move.where.contact, other, "taken")]


def _row(move: Move, identity: Identity, now: int) -> dict[str, object]:
    return {
        "tenant": move.channel.tenant,
        "kind": identity.kind,
        "scope": identity.scope,
        "value": identity.value,
        "contact": move.where.contact,
        "now": now,
    }
