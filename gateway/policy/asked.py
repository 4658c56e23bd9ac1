"""A message that the gate is asked about, and what it has found out about it so far."""

from __future__ import annotations

from msgspec import Struct

from gateway.channels import Channel
from gateway.clock import HOUR
from gateway.model.event import Identity
from gateway.pipeline.records import Part
from gateway.policy.facts import Wanted
from gateway.settings.policy import Policy


class Asked(Struct):
    """*names* are the contact's, who is *leaving* while it is erased; *channel* is None for one that is not
    in the configuration any more."""

    tenant: str
    channel: Channel | None
    conversation: str
    address: str
    message: str
    wanted: Wanted
    contact: str = ""
    window_until: int = 0
    wrote_at: int = 0
    marketing_after: int = 0
    time_zone: str | None = None
    names: tuple[Identity, ...] = ()
    leaving: bool = False

    @property
    def policy(self) -> Policy:
        """The tenant's rules; the defaults where nobody knows the channel."""
        return self.channel.tenant_settings.policy if self.channel is not None else Policy()

    @property
    def zone(self) -> str:
        """The tenant's time zone."""
        return self.channel.tenant_settings.time_zone if self.channel is not None else "UTC"

    @property
    def portfolio(self) -> str:
        """The business's portfolio at the provider, "" where nobody knows the channel."""
        return portfolio_of(self.channel) if self.channel is not None else ""

    def counts(self, now: int) -> bool:
        """Whether it is one of the contacts whom the business writes to first."""
        return self.window_until <= now


def portfolio_of(channel: Channel) -> str:
    """What stands for the business's portfolio: its account, where that is known, else the number."""
    return f"{channel.provider.name}:{channel.account or channel.number}"


def of_part(part: Part, channel: Channel | None, now: int) -> Asked:
    """*part*, which is to be sent now."""
    begun = part.idx > 0 and now - part.created_at < HOUR
    wanted = Wanted(part.purpose, part.cls != "template", part.deadline, begun)
    return Asked(part.tenant, channel, part.conversation, part.address, part.message, wanted)
