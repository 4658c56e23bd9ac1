"""What fitting a message to a channel gives."""

from __future__ import annotations

from msgspec import Struct

from gateway.model.capability import Loss
from gateway.model.menu import Menu
from gateway.model.outbound import Outbound


class Fitted(Struct, frozen=True):
    """*messages* are within the channel's capabilities and are sent in order, as one message of ours; none
    when nothing is left to say. *menu* is what the contact was asked to choose from."""

    messages: tuple[Outbound, ...]
    losses: tuple[Loss, ...] = ()
    menu: Menu | None = None
