"""Which IP addresses are public: those that a stranger's URL may lead us to.

`ipaddress` calls some global that are not for us: translations of IPv4 into IPv6, behind which a private
address can stand, relays, and multicast.
"""

from __future__ import annotations

import ipaddress
import socket

from gateway.settings.networks import Address, Networks

_NOT_OURS = Networks(
    (
        "64:ff9b::/96",  # NAT64: the last four bytes are an IPv4 address
        "64:ff9b:1::/48",  # NAT64 of a local network
        "2002::/16",  # 6to4
        "2001::/32",  # Teredo
        "::/96",  # IPv4-compatible
        "fec0::/10",  # site-local, of old
        "5f00::/16",  # segment routing
        "192.88.99.0/24",  # 6to4 relays
    )
)


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could have this address. An IPv4 address that is written as IPv6 is
    judged as what it is."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.scope_id is not None:
            return False
    return address.is_global and not address.is_multicast and address not in _NOT_OURS


def is_public_text(text: str) -> bool:
    """The same of an address as a socket has it; what is no address is not public."""
    try:
        return is_public(ipaddress.ip_address(text))
    except ValueError:
        return False


def literal(host: str) -> Address | None:
    """The address that *host* is, in any spelling that a resolver takes for one: "127.1", "0x7f.1",
    "2130706433", "[::1]". None when it is a name."""
    host = host.removeprefix("[").removesuffix("]")
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError, UnicodeEncodeError):
        return None
