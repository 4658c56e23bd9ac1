"""Where a webhook came from: the forwarded-for rule, and channels that take webhooks from some places."""

from __future__ import annotations

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from gateway.pipeline.source import SOURCE, allowed, source
from gateway.settings.networks import Networks

OURS = Networks(["10.0.0.0/8", "fd00::/8"])
foreign = st.ip_addresses(network="203.0.113.0/24") | st.ip_addresses(network="2001:db8::/32")
ours = st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="fd00::/8")
anything = st.lists(
    st.text(max_size=40) | st.lists(foreign | ours, max_size=4).map(lambda found: ", ".join(map(str, found))),
    max_size=3,
)


@given(foreign, anything)
def test_a_foreign_peer_is_where_it_came_from(peer: object, forged: list[str]) -> None:
    """Whatever it writes into the header."""
    assert source(str(peer), forged, OURS) == str(peer)


@given(foreign, anything, ours, st.lists(ours, max_size=3))
def test_what_a_client_wrote_before_our_proxies_never_counts(
    client: object, forged: list[str], peer: object, between: list[object]
) -> None:
    """Our outermost proxy appends the client's address, the others append one another's."""
    appended = ", ".join(map(str, [client, *between]))

    assert source(str(peer), [*forged, appended], OURS) == str(client)
    assert source(str(peer), [", ".join([*forged, appended])], OURS) == str(client)


@given(foreign | ours, anything)
def test_without_proxies_the_header_is_never_read(peer: object, forged: list[str]) -> None:
    """Nothing is configured, nobody is believed."""
    assert source(str(peer), forged, Networks(())) == str(peer)


@given(st.none() | st.text(max_size=40) | ours.map(str), anything)
def test_the_answer_is_an_address_or_nothing(peer: str | None, forged: list[str]) -> None:
    """Never an error, never free text."""
    found = source(peer, forged, OURS)

    assert found == "" or ipaddress.ip_address(found)


def test_hops_with_ports_and_of_both_versions() -> None:
    """As several proxies write them."""
    assert source("::ffff:10.0.0.1", ["203.0.113.9:4711"], OURS) == "203.0.113.9"
    assert source("fd00::1", ["[2001:db8::5]:443, 10.2.3.4"], OURS) == "2001:db8::5"
    assert source("10.0.0.1", ["203.0.113.9, unknown"], OURS) == ""
    assert source("10.0.0.1", [], OURS) == "10.0.0.1"
    assert source(None, ["203.0.113.9"], OURS) == ""


def test_what_is_allowed() -> None:
    """Nothing configured allows all; otherwise what cannot be placed is refused."""
    networks = Networks(["203.0.113.0/24", "2001:db8::/32"])

    assert allowed(None, {})
    assert allowed(networks, {SOURCE: ["203.0.113.9"]})
    assert allowed(networks, {SOURCE: ["2001:db8::1"]})
    assert not allowed(networks, {SOURCE: ["198.51.100.1"]})
    assert not allowed(networks, {SOURCE: [""]})
    assert not allowed(networks, {})
