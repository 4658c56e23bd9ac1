"""What the HTTP control surface needs of a simulator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from providers.meta_cloud.simulator.accepted import Accepted
from providers.meta_cloud.simulator.phone import Received


class Controlled(Protocol):
    """A simulator, as seen by `Control`."""

    async def perform(self, act: str, wish: dict[str, Any]) -> Any:
        """Do *act* with the arguments *wish*. `LookupError` when there is no such act, `TypeError` when
        the arguments do not fit, `NotDelivered` when the business does not take the webhook."""

    def set_knobs(self, wish: Mapping[str, Any]) -> None:
        """Change knobs by name; `LookupError` names those that do not exist."""

    def inbox(self, contact: str) -> list[Received]:
        """What the contact's phone shows."""

    @property
    def accepted(self) -> Sequence[Accepted]:
        """Every message accepted so far."""
