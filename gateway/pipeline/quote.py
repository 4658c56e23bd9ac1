"""The words of a message that another one quotes, for channels that cannot quote by themselves."""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.channels import Channel
from gateway.message import WORDS
from gateway.model.outbound import Outbound, Reaction
from gateway.pipeline.queries import QUOTE
from gateway.store.port import Store

_decode = msgspec.json.Decoder(dict[str, Any]).decode


async def quoted(store: Store, channel: Channel, message: Outbound) -> str:
    """What a person would read of the message that *message* quotes or reacts to; "" when it is not known, or
    the channel shows it itself."""
    able = channel.provider.capabilities
    if isinstance(message, Reaction):
        target, carried = message.message_id, able.level("reaction")
    else:
        target, carried = message.reply_to, able.feature("reply_to")
    if not target or carried != "fallback":
        return ""
    content = await store.scope(channel.tenant).read(
        lambda tx: tx.value(QUOTE["content"], channel=channel.id, message=target)
    )
    told = _decode(content) if content else {}
    return next((str(told[name]) for name in WORDS if told.get(name)), "")
