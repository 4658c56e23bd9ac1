"""Read receipts and the typing indicator: Meta's, sent through 360dialog (wire.md §2.5, §3)."""

from __future__ import annotations

from gateway.provider import Steps
from providers.dialog360.cloud import reached
from providers.dialog360.settings import Dialog360Settings
from providers.meta_cloud.receipts import mark_read


class Dialog360Receipts:
    """`gateway.provider.Receipts` for 360dialog. Repeating one does no harm."""

    def mark_read(self, message_id: str, typing: bool, settings: Dialog360Settings) -> Steps[None]:
        """Mark *message_id* and all before it as read; *typing* also shows that an answer is written."""
        return mark_read(message_id, typing, reached(settings))
