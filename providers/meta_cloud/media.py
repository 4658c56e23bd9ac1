"""Where the files are that contacts send (wire.md §2.3).

The webhook tells an address, which lives five minutes; the file's id lives seven days and tells a new one.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from gateway.model.inbound import Media
from gateway.provider import Download, HttpAnswer, ProviderError, Steps
from providers.meta_cloud.clean import decode
from providers.meta_cloud.cloud import Cloud, reached
from providers.meta_cloud.refusal import BAD, as_kind
from providers.meta_cloud.settings import MetaSettings

#: Hosts of Meta's that may see the token, with all below them.
_OWN = ("fbsbx.com", "facebook.com", "whatsapp.net")
#: What Meta says of a file that is not there (any more): wrong object, wrong parameter, media gone.
_GONE = frozenset({33, 100, 131052})
_PORTS = {"https": 443, "http": 80}


class Told(Struct):
    """`{"url": "https://lookaside.fbsbx.com/…", "mime_type": "image/jpeg", "sha256": "…", "id": "9001"}`."""

    url: str


_TOLD = msgspec.json.Decoder(Told)


class MetaMedia:
    """`gateway.provider.MediaSource` for the Cloud API."""

    def locate(self, media: Media, settings: MetaSettings, again: bool) -> Steps[Download]:
        """The webhook's address, or a new one; with the token where the address is Meta's."""
        cloud = reached(settings)
        url = yield from address(media, cloud, again)
        base = origin(settings.api_base)
        headers = cloud.headers if is_metas(url) or origin(url) == base else {}
        return Download(url, headers, (base,))


def address(media: Media, cloud: Cloud, again: bool) -> Steps[str]:
    """The address that the webhook told, or, *again*, the one that the file's id has now. Raises
    `ProviderError`, "media" when there is no such file any more."""
    if media.url and not again:
        return media.url
    if not media.media_id:
        raise ProviderError("media", title="the file's address does not work and it has no id to ask by")
    answer: HttpAnswer = yield cloud.get(media.media_id)
    if not 200 <= answer.status < 300:
        raise _refused(cloud.read_error(answer), answer.status)
    try:
        url = decode(_TOLD, answer.body).url
    except BAD:
        url = ""
    if not origin(url):
        raise ProviderError("unavailable", title="the answer names no address", http=answer.status)
    return url


def _refused(error: ProviderError, status: int) -> ProviderError:
    if status in (404, 410) or error.code in _GONE:
        return as_kind(error, "media", "the file is kept for seven days; ask the contact to send it again")
    return as_kind(error, "unavailable") if error.kind in ("ambiguous", "unknown") else error


def origin(url: str) -> str:
    """Scheme, host and port of *url*, as `Download.trusted` has them; "" when it is no web address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not host:
        return ""
    host = f"[{host}]" if ":" in host else host
    usual = port is None or port == _PORTS[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if usual else f":{port}")


def is_metas(url: str) -> bool:
    """Whether *url* is at one of Meta's hosts, and nobody can listen on the way."""
    found = origin(url)
    host = found.removeprefix("https://")
    return host != found and any(host == own or host.endswith(f".{own}") for own in _OWN)
