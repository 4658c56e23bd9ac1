"""Ranges of addresses as a person writes them: "31.13.24.0/21", "2a03:2880::/32", or one address."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

REMEDY = 'write a range such as "31.13.24.0/21" or "2a03:2880::/32"'


class Networks:
    """A set of ranges, parsed once. Raises ValueError, saying what is wrong, for what is not a range."""

    __slots__ = ("_masks",)

    def __init__(self, written: Iterable[str]) -> None:
        found = [_network(each) for each in written]
        self._masks = {
            version: tuple(
                (int(one.netmask), int(one.network_address)) for one in found if one.version == version
            )
            for version in (4, 6)
        }

    def __contains__(self, address: Address) -> bool:
        number = int(address)
        return any(number & mask == base for mask, base in self._masks[address.version])

    def __bool__(self) -> bool:
        """Whether there is any range at all."""
        return any(self._masks.values())


def parse_address(text: str) -> Address | None:
    """The address in *text*, which may carry a port ("1.2.3.4:5", "[::1]:5") or a zone; None when it is none.

    An IPv4 address that is written as IPv6 (::ffff:1.2.3.4) is the IPv4 address.
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _network(written: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(written)
    except ValueError as error:
        if "host bits" in str(error):
            meant = ipaddress.ip_network(written, strict=False)
            raise ValueError(f"{written[:60]!r} is an address within the range {meant}") from None
        raise ValueError(f"{written[:60]!r} is not a range of addresses") from None
