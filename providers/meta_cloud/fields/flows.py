"""What became of a WhatsApp Flow and of its endpoint (wire.md §1.8).

{"event": "ENDPOINT_LATENCY", "message": "Latency above threshold", "flow_id": "8800",
 "p50_latency": 900, "p90_latency": 8100, "requests_count": 40, "threshold": 7000,
 "alert_state": "ACTIVATED"}
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from gateway.model import notice
from providers.meta_cloud.clean import decode
from providers.meta_cloud.fields.base import payload, text
from providers.meta_cloud.wire import Number


class Flow(Struct, kw_only=True):
    """`flows`. The figures differ with the event; they stay in the details."""

    event: str
    message: str | None = None
    flow_id: Number = None
    old_status: str | None = None
    new_status: str | None = None
    alert_state: str | None = None


_FLOW = msgspec.json.Decoder(Flow)


def read_flow(value: bytes) -> notice.FlowUpdate:
    """A form changed its status, or is in trouble."""
    found = decode(_FLOW, value)
    return notice.FlowUpdate(
        flow_id=text(found.flow_id),
        event=found.event,
        text=found.message or "",
        status=found.new_status or "",
        previous_status=found.old_status or "",
        alert=found.alert_state or "",
        details=payload(value),
    )
