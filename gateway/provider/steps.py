"""Work at a provider, conducted by the gateway: a generator yields what it wants, and is sent the answer.

Everything that a provider may want has a small Struct below. So a provider opens no connection, reads no
file and keeps no memory of its own, and its tests need none of them.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, TypeVar

from msgspec import Struct

from gateway.model.event import Identity


class HttpRequest(Struct, frozen=True):
    """One call for the gateway to make; the answer is an `HttpAnswer`.

    *sends* marks the call that may put a message on its way: when its answer is lost, the send is in doubt;
    when the answer to another is lost, it is not sent. With *stored*, the id of a file that the gateway
    keeps, the body is *body*, the file's bytes, and *after*: an upload without the bytes in memory."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    sends: bool = True
    #: Bytes of the answer that are read; what is longer is cut off.
    limit: int = 64 * 1024
    stored: str = ""
    after: bytes = b""


class HttpAnswer(Struct, frozen=True):
    """What came back. Header names are lower-case. *body* is capped at the request's `limit`."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Recall(Struct, frozen=True):
    """The text that was noted under *key*; the answer is "" when there is none, or its time is over.

    Notes are kept per tenant and provider, over restarts and for all processes. Whatever else the text
    depends on (an account, a number) belongs into the key."""

    key: str


class Note(Struct, frozen=True):
    """Keep *value* under *key* for *seconds*; "" forgets it. The answer is None."""

    key: str
    value: str
    seconds: float = 365 * 86_400.0


class StoredMedia(Struct, frozen=True):
    """What is known of a file that the gateway keeps; the answer is a `StoredFile`. With the outbound *kind*
    as which it goes, it is one that `Capabilities.media` allows: a picture that is too large was made
    smaller, and has another id. Raises `ProviderError` ("media") in the work when there is none."""

    id: str
    kind: str = ""


class MediaLink(Struct, frozen=True):
    """A public address of a file that the gateway keeps, good for *seconds* at most; the answer is the URL.
    With a *name* the address ends in it, and the file is handed out under it. Raises `ProviderError`
    ("media") in the work when the gateway has no public address."""

    id: str
    seconds: float = 600.0
    kind: str = ""
    name: str = ""


class CallbackUrl(Struct, frozen=True):
    """The address to which the channel's webhooks come; "" when the gateway has no public address."""


class StoredFile(Struct, frozen=True):
    """A file that the gateway keeps for the tenant. *sha256* is lower-case hex, *mime_type* what its bytes
    are, *size* is bytes. *link* is the lasting address of what a plugin kept for everybody, else ""."""

    id: str
    mime_type: str
    size: int
    sha256: str
    filename: str = ""
    link: str = ""


class Accepted(Struct, frozen=True, omit_defaults=True):
    """The provider took the part. *held* when it says that it will look at it first.
    *identities* are names of the recipient that the answer told (a wa_id that differs)."""

    message_id: str
    held: bool = False
    identities: tuple[Identity, ...] = ()


class Download(Struct, frozen=True):
    """Where a file is to be fetched, and with which headers. They go to *url*'s own origin only: a redirect
    to another place is followed without them. *trusted* are origins ("http://127.0.0.1:9000") that the
    operator configured; every other address must be a public one."""

    url: str
    headers: dict[str, str] = {}
    trusted: tuple[str, ...] = ()


#: What work may want of the gateway.
Ask = HttpRequest | Recall | Note | StoredMedia | MediaLink | CallbackUrl

T = TypeVar("T")

#: Work at a provider: yields asks, is sent the answer to each, returns a result or raises ProviderError.
Steps = Generator[Ask, Any, T]
#: A send: returns what was accepted.
SendSteps = Steps[Accepted]
