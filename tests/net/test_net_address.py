"""Which addresses are public, and what of a URL can be seen to be wrong."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.net.address import is_public, is_public_text, literal
from gateway.net.url import origin, visible_problem

V4 = st.ip_addresses(v=4)
V6 = st.ip_addresses(v=6)


@pytest.mark.parametrize("text", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8", "1.1.1.1"])
def test_public_addresses(text: str) -> None:
    """Anybody's."""
    assert is_public_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "192.88.99.1",
        "192.0.0.1",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::",
        "2002:808:808::",
        "2001::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd00::1",
        "ff02::1",
        "ff0e::1",
        "2001:db8::1",
        "100::1",
        "nonsense",
    ],
)
def test_addresses_that_are_not_public(text: str) -> None:
    """Private, local, reserved, and those behind which any of them can hide."""
    assert not is_public_text(text)


@given(V4)
def test_an_address_is_judged_alike_in_both_families(address: ipaddress.IPv4Address) -> None:
    """IPv4 that is written as IPv6 is the same address; every other way to wrap it is refused."""
    number = int(address)
    assert is_public(ipaddress.IPv6Address((0xFFFF << 32) + number)) == is_public(address)
    for prefix in ("64:ff9b::", "::", "2002::"):
        shift = 80 if prefix == "2002::" else 0
        assert not is_public(ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) + (number << shift)))


@given(st.one_of(V4, V6))
def test_what_is_public_is_global_and_for_one(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """We never take more than the registry does."""
    if is_public(address):
        assert address.is_global
        inside = (address.is_multicast, address.is_loopback, address.is_private, address.is_link_local)
        assert not any(inside)


@given(V4)
def test_every_spelling_of_a_number_is_seen_through(address: ipaddress.IPv4Address) -> None:
    """Decimal, hexadecimal, octal, short."""
    number, octets = int(address), str(address).split(".")
    spellings = [
        str(number), hex(number), f"0{number:o}", ".".join(hex(int(each)) for each in octets),
        ".".join(f"0{int(each):o}" for each in octets), f"{octets[0]}.{number & 0xFFFFFF}",
    ]  # fmt: skip
    for spelling in spellings:
        assert literal(spelling) == address
        assert bool(visible_problem(f"https://{spelling}/")) == (not is_public(address))


@given(st.text(max_size=80))
def test_any_text_has_an_answer(text: str) -> None:
    """Never an exception; what passes is http(s) to a host without a user."""
    for url in (text, f"https://{text}", f"https://example.com/{text}", f"http://example.com:{text}/"):
        told = visible_problem(url)
        assert isinstance(told, str)
        if not told:
            assert url.lower().startswith(("http://", "https://"))
            assert origin(url)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://example.com/a.jpg", ""),
        ("http://example.com:80/a.jpg", ""),
        ("https://münchen.example/ä.jpg", ""),
        ("https://8.8.8.8/", ""),
        ("https://example.com:22/", "port"),
        ("https://me@example.com/", "user"),
        ("ftp://example.com/", "https://"),
        ("https://localhost/", "public"),
        ("https://exa mple.com/", "spaces"),
        ("https://" + "a" * 5000, "4096"),
    ],
)
def test_what_is_told(url: str, told: str) -> None:
    """In words that follow "the link"."""
    assert told in visible_problem(url)
    assert bool(told) == bool(visible_problem(url))


def test_a_trusted_origin_may_be_anywhere() -> None:
    """With its own port; another port, or a user, is another thing."""
    trusted = {"http://127.0.0.1:9000"}
    assert visible_problem("http://127.0.0.1:9000/a", trusted=trusted) == ""
    assert visible_problem("http://127.0.0.1:9001/a", trusted=trusted)
    assert visible_problem("http://x@127.0.0.1:9000/a", trusted=trusted)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://Example.com:443/a?b", "https://example.com"),
        ("http://example.com:8080/", "http://example.com:8080"),
        ("https://[::1]:9/", "https://[::1]:9"),
        ("ftp://example.com", ""),
        ("/relative", ""),
        ("https://[broken", ""),
    ],
)
def test_origins(url: str, found: str) -> None:
    """As `Download.trusted` spells them."""
    assert origin(url) == found
