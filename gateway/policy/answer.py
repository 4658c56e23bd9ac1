"""An answer through the API: free form, to somebody who wrote. It needs no other consent than that, as a
plugin's answer needs none; after STOP it needs a newer message than the one that said so.
"""

from __future__ import annotations

from typing import Literal

from gateway.errors import SendRefused
from gateway.model.outbound import Outbound, templated
from gateway.policy.queries import POLICY
from gateway.store.port import Tx

#: What is said of a message that answers; in the rows it is "".
REPLY: Literal["reply"] = "reply"


def answer_of(message: Outbound, at: int) -> Literal[""]:
    """The purpose of *message*, of which it was said that it answers. Raises `SendRefused`."""
    if templated(message):
        raise SendRefused("purpose is 'reply', and a template answers nobody: leave purpose out")
    if at:
        raise SendRefused("purpose is 'reply', and an answer goes now: leave send_at or purpose out")
    return ""


async def refused(tx: Tx, tenant: str, contact: str, conversation: str) -> str:
    """Why the contact, who wrote lately, is not to be answered; "" when nothing speaks against it."""
    word = await tx.value(POLICY["silenced"], tenant=tenant, contact=contact, conversation=conversation)
    return "opted_out" if word else ""
