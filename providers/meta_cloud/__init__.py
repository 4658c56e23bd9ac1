"""Meta's WhatsApp Cloud API. `provider` is what the entry point names."""

from __future__ import annotations

from gateway.provider import Provider
from providers.meta_cloud.provider import MetaCloud

provider: Provider = MetaCloud()

__all__ = ["provider"]
