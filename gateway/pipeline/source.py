"""Where a webhook came from, when that matters: the peer, or who our own proxies say it was.

A proxy of ours writes the address of its client behind what the client itself had written. So only what
stands behind a peer that is ours is believed, from the right, up to the first address that is not ours:
what that one wrote is its own business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gateway.settings.networks import Address, Networks, parse_address

#: The name under which the journal keeps the address, beside the headers. No header of a client gets there.
SOURCE = "x-gateway-source"
_NOWHERE = ""


def source(peer: str | None, forwarded: Iterable[str], proxies: Networks) -> str:
    """The address that a webhook came from; "" when a proxy of ours names none that can be read.

    *forwarded* are the values of X-Forwarded-For in the order in which they came.
    """
    hop = parse_address(peer or "")
    if hop is None:
        return _NOWHERE
    if not proxies or hop not in proxies:
        return str(hop)
    for written in reversed([each for value in forwarded for each in value.split(",")]):
        hop = parse_address(written)
        if hop is None:
            return _NOWHERE
        if hop not in proxies:
            break
    return str(hop)


def allowed(sources: Networks | None, headers: Mapping[str, Sequence[str]]) -> bool:
    """Whether a channel that takes webhooks from *sources* only takes the one with these kept *headers*."""
    if sources is None:
        return True
    address: Address | None = parse_address("".join(headers.get(SOURCE, ())))
    return address is not None and address in sources
