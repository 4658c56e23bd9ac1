"""Read receipts and the typing indicator: the same endpoint as a send, another body (wire.md §2.5)."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from gateway.provider import HttpAnswer, ProviderError, Steps
from providers.meta_cloud.clean import decode
from providers.meta_cloud.cloud import Cloud, reached
from providers.meta_cloud.limits import LIMITS
from providers.meta_cloud.refusal import ReadError
from providers.meta_cloud.settings import MetaSettings


class _Done(Struct):
    """`{"success": true}`."""

    success: bool


_DONE = msgspec.json.Decoder(_Done)
_BAD = (msgspec.MsgspecError, ValueError, RecursionError)


class MetaReceipts:
    """`gateway.provider.Receipts` for the Cloud API. Repeating one does no harm."""

    def mark_read(self, message_id: str, typing: bool, settings: MetaSettings) -> Steps[None]:
        """See `mark_read`."""
        return mark_read(message_id, typing, reached(settings))


def mark_read(message_id: str, typing: bool, cloud: Cloud) -> Steps[None]:
    """Mark *message_id* and all before it as read. *typing* also shows that an answer is being written:
    until it comes, at most 25 seconds. Meta takes messages of the last 30 days."""
    if not message_id.strip() or len(message_id) > LIMITS.message_id:
        title = f"a message's id has 1 to {LIMITS.message_id} characters; nothing was marked"
        raise ProviderError("invalid", title=title)
    body: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}
    if typing:
        body["typing_indicator"] = {"type": "text"}
    answer = yield cloud.post("messages", body, sends=False)
    _check(answer, cloud.read_error)


def _check(answer: HttpAnswer, read_error: ReadError) -> None:
    """Raise `ProviderError` for every answer that does not say success."""
    if not 200 <= answer.status < 300:
        raise read_error(answer)
    try:
        done = decode(_DONE, answer.body)
    except _BAD:
        done = _Done(False)
    if not done.success:
        error = read_error(answer)
        raise error if error.code else ProviderError(
            "unknown", title="nobody said that the message was marked as read", http=answer.status
        )  # fmt: skip
