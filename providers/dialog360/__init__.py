"""WhatsApp through 360dialog, which stands in front of Meta's Cloud API (wire.md §3). `provider` is what
the entry point names.

What is written on the wire is Meta's, so the reading and writing of messages is `providers.meta_cloud`'s.
Here is what differs: how calls and webhooks are authenticated, where they go, and how refusals look.
"""

from __future__ import annotations

from gateway.provider import Provider
from providers.dialog360.provider import Dialog360

provider: Provider = Dialog360()

__all__ = ["provider"]
