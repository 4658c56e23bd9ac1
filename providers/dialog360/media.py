"""Where the files are that contacts send: Meta's addresses, reached through 360dialog (wire.md §3)."""

from __future__ import annotations

from urllib.parse import urlsplit

from gateway.model.inbound import Media
from gateway.provider import Download, ProviderError, Steps
from providers.dialog360.cloud import reached
from providers.dialog360.settings import Dialog360Settings
from providers.meta_cloud.media import address, is_metas, origin


class Dialog360Media:
    """`gateway.provider.MediaSource` for 360dialog."""

    def locate(self, media: Media, settings: Dialog360Settings, again: bool) -> Steps[Download]:
        """Path and query of Meta's address at 360dialog's host. The key goes there and nowhere else. What
        is not at Meta's is not fetched there either: the file's id tells where it is."""
        cloud = reached(settings)
        base = settings.api_base.rstrip("/")
        strange = not is_metas(media.url) and origin(media.url) != origin(base)
        url = yield from address(media, cloud, again or strange)
        return Download(moved(url, base), cloud.headers, (origin(base),))


def moved(url: str, base: str) -> str:
    """*url* with *base* in place of scheme and host. Raises `ProviderError` when it is no address."""
    if not origin(url):
        raise ProviderError("media", title="what the webhook told is no web address")
    parts = urlsplit(url)
    return base + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
