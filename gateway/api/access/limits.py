"""How often the API may be asked: token buckets for keys, tenants and addresses, in this process's memory."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from gateway.api.problems import Problem
from gateway.api.route import Caller
from gateway.pipeline.pace import Buckets
from gateway.settings import ApiSettings
from gateway.settings.networks import parse_address

What = Literal["key", "tenant", "address"]

_WORDS: dict[What, str] = {
    "key": "this key asks too often",
    "tenant": "the keys of this tenant ask too often",
    "address": "too many requests without a valid key came from your address",
}


class Limits:
    """The limits of `[api]`. *now* is monotonic seconds, *on_limited* counts a refusal."""

    def __init__(
        self, settings: ApiSettings, now: Callable[[], float], on_limited: Callable[[What], None]
    ) -> None:
        self._keys = Buckets(settings.key_rate, settings.key_burst, now)
        self._tenants = Buckets(settings.tenant_rate, settings.tenant_burst, now)
        self._addresses = Buckets(settings.unauthorized_rate, settings.unauthorized_burst, now)
        self._on_limited = on_limited

    def renew(self, settings: ApiSettings) -> None:
        """Take other limits, from the next request on."""
        for buckets, rate, burst in (
            (self._keys, settings.key_rate, settings.key_burst),
            (self._tenants, settings.tenant_rate, settings.tenant_burst),
            (self._addresses, settings.unauthorized_rate, settings.unauthorized_burst),
        ):
            buckets.rate, buckets.burst = rate, burst

    def admit(self, caller: Caller) -> None:
        """Count a request of *caller*, whose key was found to be good. Raises `Problem` (429), and then
        nothing is counted. An operator's request does not use up what a tenant has."""
        self._refuse("key", self._keys.wait(caller.key))
        if not caller.operator:
            self._refuse("tenant", self._tenants.wait(caller.tenant))
            self._tenants.take(caller.tenant)
        self._keys.take(caller.key)

    def check(self, address: str) -> None:
        """Raise `Problem` (429) when too many wrong keys came from *address*."""
        self._refuse("address", self._addresses.wait(network(address)))

    def wrong(self, address: str) -> None:
        """Count a request without a valid key."""
        self._addresses.take(network(address))

    def _refuse(self, what: What, wait: float) -> None:
        if wait > 0:
            self._on_limited(what)
            seconds = str(math.ceil(wait))
            raise Problem(
                429, "rate_limited", f"{_WORDS[what]}: wait {seconds} s", headers={"Retry-After": seconds}
            )


def network(address: str) -> str:
    """What one client cannot change at will: an IPv4 address, or the first 64 bits of an IPv6 address."""
    found = parse_address(address)
    if found is None:
        return ""
    return str(found) if found.version == 4 else f"{int(found) >> 64:x}/64"
