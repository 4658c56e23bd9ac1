"""Ranges of addresses."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import SettingsError
from gateway.settings import load
from gateway.settings.networks import Networks, parse_address

addresses = st.ip_addresses()
ranges = st.builds(
    lambda address, cut: ipaddress.ip_network(
        f"{address}/{max(0, address.max_prefixlen - cut)}", strict=False
    ),
    addresses,
    st.integers(0, 128),
)


@given(st.lists(ranges, max_size=4), addresses)
def test_an_address_is_in_a_range_as_the_library_says(
    found: list[ipaddress.IPv4Network], address: object
) -> None:
    """The masks computed at load agree with `ipaddress`, for both versions."""
    networks = Networks([str(each) for each in found])

    assert (address in networks) == any(address in each for each in found)  # type: ignore[operator]
    assert bool(networks) == bool(found)


@given(addresses, st.integers(0, 65535))
def test_an_address_is_read_in_every_dress(address: ipaddress.IPv4Address, port: int) -> None:
    """Alone, with blanks, with a port; IPv6 in brackets; IPv4 as IPv6."""
    plain = parse_address(str(address))

    assert plain in (address, getattr(address, "ipv4_mapped", None))
    assert parse_address(f" {address} ") == plain
    dressed = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
    assert parse_address(dressed) == plain
    if address.version == 4:
        assert parse_address(f"::ffff:{address}") == address


@given(st.text())
def test_any_text_is_read_or_not(text: str) -> None:
    """Never an error: a header holds what a stranger wrote."""
    assert parse_address(text) is None or parse_address(str(parse_address(text))) == parse_address(text)


@pytest.mark.parametrize(
    "text", ["", "unknown", "_hidden", "1.2.3", "1.2.3.4.5", "::g", "[", "1.2.3.4, 5.6.7.8"]
)
def test_what_is_no_address(text: str) -> None:
    """What proxies write in place of one, and what is cut."""
    assert parse_address(text) is None


@pytest.mark.parametrize(
    ("key", "written", "where", "problem"),
    [
        ("sources", "31.13.24.1/21", "tenants[0].channels[0].sources[0]", "within the range 31.13.24.0/21"),
        ("sources", "meta.com", "tenants[0].channels[0].sources[0]", "is not a range"),
        ("proxies", "10.0.0.0/99", "server.proxies[0]", "is not a range"),
    ],
)
def test_a_wrong_range_is_refused_at_its_place(
    tmp_path: Path, key: str, written: str, where: str, problem: str
) -> None:
    """The sentence says where and what to write."""
    proxies, sources = (f'{key} = ["{written}"]\n' if key == each else "" for each in ("proxies", "sources"))
    file = tmp_path / "gateway.toml"
    file.write_text(
        f'[server]\nsecret = "{"s" * 32}"\n{proxies}[[tenants]]\nid = "duka"\n'
        f'[[tenants.channels]]\nid = "main"\nprovider = "meta_cloud"\n{sources}'
    )

    with pytest.raises(SettingsError) as caught:
        load(file)

    assert caught.value.where == f"gateway.toml: {where}"
    assert problem in caught.value.problem
    assert "31.13.24.0/21" in caught.value.remedy
