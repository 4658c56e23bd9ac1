"""What statuses have told, once it is durable: doubts are resolved, evidence and latencies noted."""

from __future__ import annotations

from gateway.clock import SECOND, Clock
from gateway.observe import Metrics, get_logger
from gateway.pipeline.doubt import Doubts
from gateway.pipeline.status import Folded

log = get_logger("gateway.pipeline")


class Proofs:
    """Hands on what came of folded statuses."""

    def __init__(self, doubts: Doubts, metrics: Metrics, clock: Clock) -> None:
        self._doubts, self._metrics, self._clock = doubts, metrics, clock

    def told(self, folded: list[Folded]) -> None:
        """These statuses are folded."""
        for one in folded:
            name = one.channel.provider.name
            if one.new:
                self._metrics.statuses.labels(name, one.event.status).inc()
                one.new = False
            if one.claimed_at:
                self._doubts.evidence(one.channel.tenant, one.channel.id, one.claimed_at)
            if one.proved:
                self._doubts.proved(one.channel.tenant, one.part)
            if one.doubled:
                self._metrics.duplicate_sends.labels(name).inc()
                log.error("status.second_message", part_id=one.part, tenant=one.channel.tenant)
            if one.moved and one.event.status == "delivered" and one.accepted_at:
                waited = max(0, self._clock.now() - one.accepted_at) / SECOND
                self._metrics.delivered_seconds.labels(name).observe(waited)
