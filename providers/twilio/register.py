"""Where Twilio sends a channel's webhooks."""

from __future__ import annotations

from gateway.model.finding import Finding
from gateway.provider import Steps
from providers.twilio.settings import TwilioSettings


class TwilioRegistration:
    """`gateway.provider.Registration` for Twilio."""

    def register(self, callback: str, settings: TwilioSettings) -> Steps[tuple[str, ...]]:
        """Register."""
        yield from ()
        return ()

    def check(self, callback: str, settings: TwilioSettings) -> Steps[tuple[Finding, ...]]:
        """Check."""
        yield from ()
        return ()

    def knock(self, callback: str, settings: TwilioSettings) -> Steps[str]:
        """Knock."""
        yield from ()
        return ""
