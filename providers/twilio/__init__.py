"""WhatsApp by Twilio's Programmable Messaging. `provider` is what the entry point names."""

from __future__ import annotations

from gateway.provider import Provider
from providers.twilio.provider import Twilio

provider: Provider = Twilio()

__all__ = ["provider"]
