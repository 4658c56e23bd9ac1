"""One template in one language, and what happened to it."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct, field

from gateway.clock import DAY
from providers.meta_cloud.simulator.errors import GraphError
from providers.meta_cloud.simulator.lines import Line

VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
EDITABLE = ("APPROVED", "REJECTED", "PAUSED")


class Record(Struct):
    """A template of *line*'s account. *edits* are the times of edits while approved, microseconds."""

    id: str
    line: Line
    name: str
    language: str
    category: str
    components: list[dict[str, Any]]
    parameter_format: str = "POSITIONAL"
    status: str = "PENDING"
    quality: str = "UNKNOWN"
    quality_at: int = 0
    reason: str = "NONE"
    ttl: int = 0
    source: str = ""
    approved_at: int = 0
    pauses: int = 0
    edits: list[int] = field(default_factory=list)
    #: Grows with each review, so that a late verdict of an older one is not taken.
    review: int = 0

    def part(self, kind: str) -> dict[str, Any]:
        """The component of this type, {} when there is none."""
        return next((part for part in self.components if part.get("type", "").upper() == kind), {})

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """Its buttons, in order."""
        found: list[dict[str, Any]] = self.part("BUTTONS").get("buttons", [])
        return found

    def listed(self) -> dict[str, Any]:
        """The template as Graph shows it."""
        shown: dict[str, Any] = {
            "name": self.name,
            "parameter_format": self.parameter_format,
            "language": self.language,
            "status": self.status,
            "category": self.category,
            "id": self.id,
            "quality_score": {"score": self.quality, "date": self.quality_at // 1_000_000},
            "rejected_reason": self.reason,
            "components": self.components,
        }
        if self.ttl:
            shown["message_send_ttl_seconds"] = self.ttl
        return shown

    def named(self) -> dict[str, Any]:
        """How every webhook about the template begins."""
        return {
            "message_template_id": int(self.id),
            "message_template_name": self.name,
            "message_template_language": self.language,
        }

    def spend_edit(self, now: int) -> None:
        """Count one edit of an approved template; `GraphError` when there were too many."""
        if self.status not in EDITABLE:
            raise GraphError(100, f"A template that is {self.status} cannot be edited.")
        if self.status != "APPROVED":
            return
        self.edits = [at for at in self.edits if now - at < 30 * DAY]
        if self.edits and now - self.edits[-1] < DAY:
            raise GraphError(100, "An approved template can be edited once in 24 hours.")
        if len(self.edits) >= 10:
            raise GraphError(100, "An approved template can be edited 10 times in 30 days.")
        self.edits.append(now)


def variables(text: str) -> list[str]:
    """The variables of *text*, each once, in order of appearance."""
    return list(dict.fromkeys(VARIABLE.findall(text)))
