"""What every way to a number of the Cloud API has in common, whoever hosts the number: Meta, or 360dialog in
front of Meta. How webhooks prove themselves and where calls go is the host's."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar, get_args

from gateway.model.capability import Capabilities, Level
from gateway.model.outbound import Outbound
from gateway.provider import Backlog, WebhookAnswer, Witness
from providers.meta_cloud.files import MEDIA
from providers.meta_cloud.limits import LIMITS
from providers.meta_cloud.scan import scan
from providers.meta_cloud.scrub import scrub

#: Meta carries every kind of ours (wire.md §5.1); an address request works in India only.
_FULL: Level = "full"
_PARTIAL: Level = "partial"
_LEVELS: dict[str, Level] = {kind.__struct_config__.tag: _FULL for kind in get_args(Outbound)} | {
    "address_request": _PARTIAL
}


class Numbered(Protocol):
    """Settings that name a number and its account."""

    @property
    def phone_number_id(self) -> str: ...

    @property
    def waba_id(self) -> str: ...


S = TypeVar("S", bound=Numbered, contravariant=True)


class CloudNumber(Generic[S]):
    """The part of `gateway.provider.Provider` that is Meta's at every host; *S* are the host's settings."""

    redelivers = True
    signs_address = False
    capabilities = Capabilities(_LEVELS, LIMITS, MEDIA)
    backlog: Backlog | None = None
    witness: Witness | None = None
    answer: WebhookAnswer | None = None

    def number(self, settings: S) -> str:
        """The phone number id, which every webhook names."""
        return settings.phone_number_id

    def account(self, settings: S) -> str:
        """The WhatsApp Business Account."""
        return settings.waba_id

    def scan(self, body: bytes) -> tuple[str, ...]:
        """See `scan.scan`."""
        return scan(body)

    def scrub(self, body: bytes) -> bytes:
        """See `scrub.scrub`."""
        return scrub(body)
