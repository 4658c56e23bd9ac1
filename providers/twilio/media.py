"""Where the files of contacts are (wire.md §4.6): at Twilio's API, which redirects to a store.

The account's secret goes to Twilio only. A `MediaUrl` comes from a signed webhook, yet a fetch is made with
what the URL says, so its host decides whether it gets the secret.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from gateway.model.inbound import Media
from gateway.provider import Download, ProviderError, Steps
from providers.twilio.answers import answered
from providers.twilio.contents.calls import call
from providers.twilio.settings import TwilioSettings

_HOST = re.compile(r"[a-z0-9.:_-]+", re.ASCII)
_GONE = "the file is not at Twilio any more"


class TwilioMedia:
    """`gateway.provider.MediaSource` for Twilio."""

    def locate(self, media: Media, settings: TwilioSettings, again: bool) -> Steps[Download]:
        """The URL that the webhook told. *again* asks for the message's files, of which it is one, and finds
        out whether it is still there."""
        if not media.url:
            raise ProviderError("media", title="the webhook told no address of the file")
        if not again or not trusted(media.url, settings):
            return _download(media.url, settings)
        return (yield from _asked(media, settings))


def _origin(url: str) -> str:
    """Scheme, host and port of *url*, without a user; "" when it is no web address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").rstrip(".")
    # Clients read strange signs in a host in different ways: only plain ones are compared.
    if parts.scheme not in ("https", "http") or not _HOST.fullmatch(host) or "@" in parts.netloc:
        return ""
    usual = {"https": 443, "http": 80}[parts.scheme]
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port and port != usual else "")


def trusted(url: str, settings: TwilioSettings) -> bool:
    """Whether *url* is at Twilio, over TLS, or at the place that the operator named in its stead."""
    origin = _origin(url)
    if origin and origin == _origin(settings.api_base):
        return True
    host = origin.removeprefix("https://")
    return origin.startswith("https://") and (host == "twilio.com" or host.endswith(".twilio.com"))


def _download(url: str, settings: TwilioSettings) -> Download:
    headers = {"Authorization": settings.basic} if trusted(url, settings) else {}
    return Download(url, headers, (_origin(settings.api_base),))


def _asked(media: Media, settings: TwilioSettings) -> Steps[Download]:
    """What the message's list of files says: `…/Messages/MM…/Media/ME…` is in `…/Messages/MM…/Media.json`."""
    message, found, sid = media.url.partition("?")[0].rpartition("/Media/")
    if not found:
        return _download(media.url, settings)
    try:
        told = answered((yield call("GET", f"{message}/Media.json", settings)))
    except ProviderError as error:
        if error.http in (404, 410):
            raise ProviderError("media", code=error.code, title=_GONE, http=error.http) from None
        raise
    listed = told.get("media_list")
    uri = _uri(listed if isinstance(listed, list) else [], sid)
    if not uri:
        raise ProviderError("media", title=_GONE)
    return _download(_origin(media.url) + uri, settings)


def _uri(listed: list[Any], sid: str) -> str:
    """The path of the file *sid* among those *listed*; "" when it is not there."""
    for one in listed:
        if isinstance(one, dict) and one.get("sid") == sid and isinstance(one.get("uri"), str):
            path = one["uri"].removesuffix(".json")
            return path if path.startswith("/") and not path.startswith("//") else ""
    return ""
