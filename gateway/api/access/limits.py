"""How often the API may be asked: token buckets for keys, tenants and addresses, in this process's memory."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from typing import Literal

from gateway.api.problems import Problem
from gateway.api.route import Caller
from gateway.settings import ApiSettings
from gateway.settings.networks import parse_address

What = Literal["key", "tenant", "address"]

#: How many names each kind of bucket remembers. A name that was forgotten has a full bucket again.
REMEMBERED = 20_000
_WORDS: dict[What, str] = {
    "key": "this key asks too often",
    "tenant": "the keys of this tenant ask too often",
    "address": "too many requests without a valid key came from your address",
}


class Buckets:
    """A bucket for each name: *burst* tokens, of which *rate* come back in a second.

    Of a bucket only the moment is kept at which it will be full again, so each question is one look-up.
    """

    def __init__(
        self, rate: float, burst: int, now: Callable[[], float], *, remember: int = REMEMBERED
    ) -> None:
        self.rate, self.burst = rate, burst
        self._now, self._remember = now, remember
        self._full: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full)

    def wait(self, name: str) -> float:
        """Seconds until *name* has a token; 0 when it has one."""
        now = self._now()
        missing = max(0.0, self._full.get(name, now) - now) * self.rate
        # A billionth of a token: what is counted in fractions does not come out even.
        return max(0.0, missing + 1 - self.burst - 1e-9) / self.rate

    def take(self, name: str) -> None:
        """Use a token of *name*."""
        now = self._now()
        self._full[name] = max(now, self._full.pop(name, now)) + 1 / self.rate
        if len(self._full) > self._remember:
            self._full.popitem(last=False)


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
