"""An answer through the API: free form, to somebody who wrote. It needs no other consent than that, as a
plugin's answer needs none; after STOP it needs a newer message than the one that said so.
"""

from __future__ import annotations

from typing import Literal

from gateway.clock import DAY
from gateway.consent.queries import CONSENT
from gateway.errors import SendRefused
from gateway.model.outbound import Outbound, templated
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


async def refused(tx: Tx, tenant: str, contact: str, window_until: int) -> str:
    """Why the contact, whose window is open, is not to be answered; "" when nothing speaks against it."""
    for row in await tx.each(CONSENT["states"], [{"tenant": tenant, "contact": contact}]):
        # The window began with the newest message.
        if row["purpose"] == "service" and row["state"] == "out" and row["at"] >= window_until - DAY:
            return "opted_out"
    return ""
