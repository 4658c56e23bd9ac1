"""The matrix of links that must not lead inside, each by every way. Run with -s to see it."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from gateway.net import Blocked, FetchFailed, SafeClient, client
from gateway.observe import Metrics
from tests.net.canary import ROWS, Canary
from tests.net.conftest import Site

Way = Callable[[str], Awaitable[None]]
#: What a resolver would say.
NAMES = {
    "localtest.me": ["127.0.0.1"],
    "localhost": ["127.0.0.1"],
    "localhost.": ["127.0.0.1"],
    "example.com": ["127.0.0.1"],
    "rebind.example.com": ["127.0.0.1"],
}


async def nothing(piece: bytes) -> None:
    """Nothing may come."""
    raise AssertionError(f"{piece!r} came from inside")


async def refused(fetch: Awaitable[object]) -> bool:
    """Whether nothing was fetched; every other end is a failure of the test."""
    try:
        await fetch
    except (Blocked, FetchFailed):
        return True
    return False


async def test_no_link_leads_inside(
    canary: Canary,
    site: Site,
    names: dict[str, list[str]],
    metrics: Metrics,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Directly, behind one redirect, behind two, beside trusted places, and with the look at the URL left
    out: nobody connects to the canary."""
    names |= {name: list(addresses) for name, addresses in NAMES.items()}
    lines = []
    for name, row in ROWS.items():
        url = row.format(port=canary.port)
        told = [f"{name:28}"]
        for way, look in (("direct", True), ("redirect", True), ("two hops", True), ("connect", False)):
            made = SafeClient(metrics)
            with monkeypatch.context() as patch:
                if not look:
                    patch.setattr(client, "visible_problem", lambda url, **more: "")
                ok = await _by(way, made, site, url)
            await made.close()
            told.append(f"{way}: {'refused' if ok else 'FETCHED'}, {canary.connections} connections")
            assert ok, (name, way)
        lines.append(" · ".join(told))
    print("\n" + "\n".join(lines))
    print(f"{len(ROWS)} links × 4 ways: {canary.connections} connections reached the canary")
    assert canary.connections == 0
    assert metrics.value("gateway_ssrf_blocked_total") >= 3 * (len(ROWS) - 5)


async def _by(way: str, made: SafeClient, site: Site, url: str) -> bool:
    """Whether *url* is refused when it is reached in this *way*."""
    if way in ("direct", "connect"):
        return await refused(made.fetch(url, nothing))
    hops = iter(["/again"] if way == "two hops" else [])
    # aiohttp's server refuses to write line breaks into a header, as a client would refuse to read them.
    location = url.replace("\r\n", "%0d%0a").replace("\t", "%09")

    def answer(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": next(hops, location)})

    site.answer = answer
    return await refused(made.fetch(site.origin + "/", nothing, trusted=(site.origin,)))


async def test_the_canary_can_be_reached(canary: Canary, client: SafeClient) -> None:
    """The matrix can fail: whoever trusts the canary gets its secret."""
    got = bytearray()

    async def take(piece: bytes) -> None:
        got.extend(piece)

    place = f"http://127.0.0.1:{canary.port}"
    await client.fetch(place + "/", take, trusted=(place,))

    assert (bytes(got), canary.connections) == (b"secret", 1)


async def test_a_name_that_changes_is_checked_where_it_leads(
    canary: Canary, client: SafeClient, names: dict[str, list[str]], metrics: Metrics
) -> None:
    """It was public when it was looked at, and is not when it is connected to."""
    names["rebind.example.com"] = ["93.184.215.14", "127.0.0.1"]
    assert socket.getaddrinfo("rebind.example.com", 443)[0][4][0] == "93.184.215.14"

    with pytest.raises(Blocked, match="not lead to a public address"):
        await client.fetch("https://rebind.example.com/secret?token=1", nothing)
    assert canary.connections == 0
    assert metrics.value("gateway_ssrf_blocked_total") == 1


async def test_a_name_with_one_bad_address_of_several_is_not_connected_to_there(
    canary: Canary, client: SafeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each address is judged by itself."""
    both = socket.getaddrinfo("127.0.0.1", 443, type=socket.SOCK_STREAM) + socket.getaddrinfo(
        "10.0.0.1", 443, type=socket.SOCK_STREAM
    )
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **named: both)

    with pytest.raises(Blocked):
        await client.fetch("https://two.example.com/", nothing)
    assert canary.connections == 0


async def test_proxies_of_the_environment_are_not_used(
    canary: Canary, client: SafeClient, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy would connect for us, wherever it likes."""
    names["localtest.me"] = ["127.0.0.1"]
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")

    with pytest.raises(Blocked):
        await client.fetch("http://localtest.me/", nothing)
    assert canary.connections == 0


async def test_what_is_logged_names_the_place_and_nothing_else(
    canary: Canary, client: SafeClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """No path, no query, no answer."""
    with pytest.raises(Blocked) as blocked:
        await client.fetch(f"http://127.0.0.1:{canary.port}/path?token=hidden", nothing)

    shown = str(blocked.value) + "".join(capsys.readouterr())
    assert "hidden" not in shown
    assert "secret" not in shown
