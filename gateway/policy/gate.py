"""The gate: judges what answers nobody, in the transaction in which it is claimed (T2).

What it reads is as new as the claim: an opt-out that is committed before it counts. What a decision uses up
is taken in the same transaction, so that it is taken once, whatever dies then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from gateway.channels import Channel
from gateway.pipeline.records import Part
from gateway.policy import limits, people
from gateway.policy.asked import Asked, of_part
from gateway.policy.decide import decide
from gateway.policy.facts import Decision, Facts
from gateway.policy.queries import POLICY
from gateway.policy.zone import zones_of
from gateway.store.port import Tx
from gateway.store.seal import Seal

#: Decides; another one in tests.
Decide = Callable[..., Decision]
_encode = msgspec.json.Encoder().encode


class Gate:
    """Every message that answers nobody passes here."""

    def __init__(self, find: Callable[[str, str], Channel | None], seal: Seal) -> None:
        """*find* gives a tenant's channel by its id."""
        self._find = find
        self._permissions = people.Permissions(seal)
        self.decide: Decide = decide
        #: Until when a tenant has sent as much as it may, 0 when it has not.
        self.quota_until: Callable[[str], int] = lambda tenant: 0

    async def judge(self, tx: Tx, parts: Sequence[Part], now: int) -> list[Decision]:
        """Decide about *parts*, which are claimed in *tx*; take what those that go use up, and keep what was
        decided."""
        asked = [of_part(part, self._find(part.tenant, part.channel), now) for part in parts]
        await people.find(tx, asked)
        said, kept = await self._permissions.read(tx, asked)
        left = await limits.look(tx, asked, now, hold=True)
        decisions = []
        for one in asked:
            over = self.quota_until(one.tenant)
            decision = self.decide(_facts(one, said, kept, left, over), one.wanted, now)
            if decision.verdict == "send" and not one.wanted.begun:
                left.take(one)
            decisions.append(decision)
        await left.write(tx)
        await keep(tx, asked, decisions, now)
        unsent = [part for part, made in zip(parts, decisions, strict=True) if made.verdict != "send"]
        await limits.give_back(tx, unsent)
        return decisions

    async def foresee(self, tx: Tx, one: Asked, now: int) -> Decision:
        """What would be decided about *one* at *now*, which may lie ahead. Nothing is taken or kept."""
        await people.find(tx, [one])
        said, kept = await self._permissions.read(tx, [one])
        left = await limits.look(tx, [one], now, hold=False)
        return self.decide(_facts(one, said, kept, left, self.quota_until(one.tenant)), one.wanted, now)


def _facts(one: Asked, said: people.Said, kept: people.Kept, left: limits.Limits, quota_until: int) -> Facts:
    key = (one.tenant, one.contact)
    states = said.get(key, {})
    phones = [one.address, *(each.value for each in one.names if each.kind == "phone")]
    zones = zones_of(
        one.time_zone, [_plus(phone) for phone in phones if phone.lstrip("+").isdigit()], one.zone
    )
    return Facts(
        one.policy, zones, one.contact, states.get("service", ""), states.get("marketing", ""),
        kept.get(key, frozenset()), one.window_until, one.wrote_at, one.marketing_after,
        left.caps(one), left.budget(one), quota_until,
    )  # fmt: skip


def _plus(phone: str) -> str:
    return phone if phone.startswith("+") else f"+{phone}"


async def keep(tx: Tx, asked: Sequence[Asked], decisions: Sequence[Decision], now: int) -> None:
    """Keep what was decided, where it is not what was decided the last time."""
    rows = [
        {
            "tenant": one.tenant, "message": one.message, "now": now, "verdict": made.verdict,
            "reason": made.reason, "until": made.until, "detail": _encode(made.detail).decode(),
        }
        for one, made in zip(asked, decisions, strict=True)
    ]  # fmt: skip
    await tx.many(POLICY["keep"], rows)
