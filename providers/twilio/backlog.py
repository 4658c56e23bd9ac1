"""Messages whose webhooks did not reach us."""

from __future__ import annotations

from gateway.provider import Steps
from providers.twilio.settings import TwilioSettings


class TwilioBacklog:
    """`gateway.provider.Backlog` for Twilio."""

    def missed(self, since: int, settings: TwilioSettings) -> Steps[tuple[bytes, ...]]:
        """The messages since *since*."""
        yield from ()
        return ()
