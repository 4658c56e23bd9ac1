"""What webhooks and refusals say about consent, in the transactions that store them: a first message, the
contact's choice in the app, a provider that will not send to a contact any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gateway import consent
from gateway.channels import Channel
from gateway.consent import PURPOSES, Change, Purpose
from gateway.model.event import ChannelEvent, MessageReceived
from gateway.model.inbound import System
from gateway.model.notice import MarketingPreference
from gateway.model.status import Failure
from gateway.pipeline.fresh import Fresh
from gateway.pipeline.queries import PEOPLE
from gateway.pipeline.status import Folded
from gateway.store.port import Tx

#: What a refusal of a class ends.
ENDS: Mapping[str, tuple[Purpose, ...]] = {
    "opted_out": PURPOSES,
    "marketing_opted_out": ("marketing",),
}
#: What WhatsApp's settings are about.
_MARKETING = ("", "marketing_messages")

_failure = msgspec.json.Decoder(Failure)


class Heard:
    """What the events of a batch say. Whoever was written to first has not asked for it."""

    def __init__(self) -> None:
        self._met: set[tuple[str, str]] = set()
        self._first: list[Change] = []
        self._told: list[Change] = []

    def hear(self, one: Fresh, identifier: str) -> None:
        """Take what *one*, which is stored as *identifier*, says; in the order of the batch."""
        where, event = one.where, one.event
        if where is None:
            return
        if where.new and (one.channel.tenant, where.contact) not in self._met:
            self._met.add((one.channel.tenant, where.contact))
            if isinstance(event, MessageReceived) and not isinstance(event.content, System):
                self._first.append(_first(one.channel, where.contact, identifier, event.at))
        if isinstance(event, ChannelEvent) and isinstance(event.content, MarketingPreference):
            self._told += _chosen(one.channel, where.contact, event, event.content)

    async def write(self, tx: Tx, now: int) -> None:
        """Keep it all."""
        await consent.record(tx, self._first, now, new=True)
        await consent.record(tx, self._told, now)


def _first(channel: Channel, contact: str, message: str, at: int) -> Change:
    proof = f"message {message}"
    return Change(channel.tenant, contact, "service", "in", "first_message", proof, channel.id, at)


def _chosen(channel: Channel, contact: str, event: ChannelEvent, told: MarketingPreference) -> list[Change]:
    if told.value == "unknown" or told.category not in _MARKETING:
        return []
    words = ("user_preferences", told.value, told.signup_id and f"signup {told.signup_id}")
    proof = " ".join(filter(None, words))
    state: consent.State = "out" if told.value == "stop" else "in"
    return [
        Change(channel.tenant, contact, "marketing", state, "provider_settings", proof, channel.id, event.at)
    ]


async def told(tx: Tx, folded: Iterable[Folded], now: int) -> None:
    """Statuses that say why a message failed."""
    refused = [
        (
            {"tenant": one.channel.tenant, "channel": one.channel.id, "conversation": one.conversation},
            one.message, one.event.failure, one.event.at,
        )
        for one in folded
        if one.conversation and one.event.failure is not None and one.event.failure.kind in ENDS
    ]  # fmt: skip
    if refused:
        await _refused(tx, refused, now)


async def closed(tx: Tx, parts: Sequence[Mapping[str, Any]], now: int) -> None:
    """Rows of parts that ended, which a provider refused for good. What we refused ourselves has no code."""
    refused = []
    for row in parts:
        if row["status"] == "failed" and "opted_out" in row["error"]:
            failure = _failure.decode(row["error"])
            if failure.kind in ENDS and failure.code:
                refused.append((row, str(row["message"]), failure, now))
    if refused:
        await _refused(tx, refused, now)


async def _refused(tx: Tx, refused: Sequence[tuple[Mapping[str, Any], str, Failure, int]], now: int) -> None:
    """Who will not be sent to is taken at the provider's word. A group is nobody."""
    changes = []
    for row, message, failure, at in refused:
        contact = await tx.value(
            PEOPLE["person_of_conversation"], tenant=row["tenant"], conversation=row["conversation"]
        )
        if contact is not None:
            proof = f"code {failure.code}, message {message}"
            changes += [
                Change(row["tenant"], contact, purpose, "out", "provider_error", proof, row["channel"], at)
                for purpose in ENDS[failure.kind]
            ]
    await consent.record(tx, changes, now)
