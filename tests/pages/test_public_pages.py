"""Public pages, from the chat's link to the commit."""

from __future__ import annotations

import asyncio

import pytest

from tests.pages.conftest import link_to
from tests.support.house import ANA, House, until


async def get(house: House, url: str, method: str = "GET", **more: object) -> tuple[int, str, dict[str, str]]:
    """A page: status, text and headers; nothing is followed."""
    async with house.session.request(method, url, allow_redirects=False, **more) as answer:  # type: ignore[arg-type]
        return answer.status, await answer.text(), dict(answer.headers)


async def test_a_link_from_the_chat_shows_a_page(any_shop: House) -> None:
    """Filled in, escaped, in the contact's words, and kept by nobody."""
    url = await link_to(any_shop)
    status, text, headers = await get(any_shop, url)

    assert status == 200, text
    assert url.startswith(any_shop.url + "/p/shop/o/")
    assert "Your order 7" in text
    assert "1,234.50" in text
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers
    assert (await get(any_shop, url, "HEAD"))[0] == 200


async def test_a_form_is_kept_whole(any_shop: House) -> None:
    """What a POST says, writes and emits commits together; it leads on to another page."""
    url, sim = await link_to(any_shop), any_shop.lines["duka"].sim
    status, _, headers = await get(any_shop, url, "POST", data={"stars": "5", "who": "Ana <&>"})

    assert status == 303
    assert headers["Location"].startswith(any_shop.url + "/p/shop/o/")
    assert "https://pay.example" in headers["Content-Security-Policy"]
    said = await sim.wait_for(ANA, 2)
    assert said[-1].text == "Thank you for 5 stars, Ana <&>"
    assert ("5 stars",) in await any_shop.rows("select name from contact where tenant = 'duka'")
    await until(
        lambda: any_shop.rows("select 1 from contact where username = 'rated'"), "the listener's turn"
    )


async def test_a_form_that_fails_leaves_nothing(any_shop: House) -> None:
    """No message, no row, no event; the visitor reads a plain page, and no line of code."""
    url, sim = await link_to(any_shop), any_shop.lines["duka"].sim
    status, text, _ = await get(any_shop, url, "POST", data={"stars": "6"})

    assert status == 500
    assert "Something went wrong." in text
    assert "so many stars" not in text
    assert ".py" not in text
    assert len(sim.inbox(ANA)) == 1
    assert ("6 stars",) not in await any_shop.rows("select name from contact")
    assert await any_shop.rows("select count(*) from event") == [(0,)]


@pytest.mark.parametrize("how", ["write", "say", "emit"])
async def test_a_get_changes_nothing(any_shop: House, how: str) -> None:
    """Whatever looks at links before people do can do no harm: the handler is refused."""
    url, sim = await link_to(any_shop), any_shop.lines["duka"].sim

    assert (await get(any_shop, f"{url}?how={how}"))[0] == 500
    assert len(sim.inbox(ANA)) == 1
    assert ("x",) not in await any_shop.rows("select name from contact")


async def test_what_goes_wrong_is_logged_with_its_line(
    shop: House, capfd: pytest.CaptureFixture[str]
) -> None:
    """An exception names file and line of the plugin, an unknown name those of the template."""
    url = await link_to(shop)
    for how in ("raise", "undefined", "write"):
        assert (await get(shop, f"{url}?how={how}"))[0] == 500

    told = capfd.readouterr().out
    assert "raised RuntimeError" in told
    assert "shop.py:" in told
    assert "a secret detail" not in told
    assert "broken.html" in told
    assert "a GET changes nothing" in told
    assert await shop.metric("gateway_plugin_requests_total", kind="public_page", result="error") == 3
    assert await shop.metric("gateway_plugin_runs_total", hook="public_page", result="error") == 3


async def test_links_that_open_nothing(shop: House) -> None:
    """A changed one, one for another page, one of a plugin that is not there: the same kind page."""
    url = await link_to(shop)
    token = url.rpartition("/")[2]
    flipped = url[:-8] + ("A" if url[-8] != "A" else "B") + url[-7:]
    for wrong in (flipped, url[:-1], f"{shop.url}/p/shop/hidden/{token}", f"{shop.url}/p/nobody/o/{token}"):
        status, text, headers = await get(shop, wrong)
        assert (status, "This link leads nowhere." in text) == (404, True), wrong
        assert "default-src 'none'" in headers["Content-Security-Policy"]


async def test_a_link_expires(shop: House) -> None:
    """Then its page says so."""
    url = await link_to(shop, "1s")
    await asyncio.sleep(2.1)
    status, text, _ = await get(shop, url)

    assert status == 410
    assert "This link has expired." in text


async def test_a_plugin_that_is_put_out_of_use(any_shop: House) -> None:
    """Its links lead nowhere from then on, and somewhere again when it is back; without a restart."""
    url = await link_to(any_shop)
    lines = any_shop.lines["duka"]
    assert any_shop.gateway is not None
    for plugins, expected in (((), 404), (("shop",), 200)):
        lines.plugins = plugins
        any_shop.write()
        any_shop.gateway.directory.reread()
        assert (await get(any_shop, url))[0] == expected


async def test_a_page_that_hangs(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ended after its time, and takes no more than its plugin's places meanwhile."""
    monkeypatch.setattr("gateway.pages.work.DEADLINE", 0.5)
    monkeypatch.setattr("gateway.pages.work.AT_ONCE", 2)
    monkeypatch.setattr("gateway.pages.work.PATIENCE", 0.1)
    url = await link_to(shop)
    asked = await asyncio.gather(*(get(shop, f"{url}?how=slow") for _ in range(5)))

    assert sorted(status for status, _, _ in asked) == [500, 500, 503, 503, 503]
    assert (await get(shop, url))[0] == 200


async def test_who_looks_too_often_waits(shop: House) -> None:
    """One link, and links that are not ours, only so often; other visitors of the address go on."""
    url = await link_to(shop)
    many = [(await get(shop, f"{shop.url}/p/shop/o/wrong{n}"))[0] for n in range(35)]
    assert many.count(404) in (30, 31, 32)
    assert 429 in many
    assert (await get(shop, url))[0] == 200
    hammered = await asyncio.gather(*(get(shop, url) for _ in range(60)))
    assert {status for status, _, _ in hammered} <= {200, 429, 503}
    limited = [headers for status, _, headers in hammered if status == 429]
    assert limited
    assert int(limited[0]["Retry-After"]) >= 1


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "null"}, 303),
        ({}, 303),
    ],
)
async def test_a_form_comes_from_its_page(shop: House, headers: dict[str, str], expected: int) -> None:
    """As far as a browser tells: one that another place sends is refused."""
    url = await link_to(shop)

    assert (await get(shop, url, "POST", data={"stars": "1"}, headers=headers))[0] == expected


async def test_forms_have_bounds(shop: House) -> None:
    """Of size, of type, and of what a method may be."""
    url = await link_to(shop)

    assert (await get(shop, url, "POST", data={"who": "x" * 70_000}))[0] == 413
    assert (await get(shop, url, "POST", json={"stars": 1}))[0] == 415
    assert (await get(shop, url, "POST", data=b"&".join(b"a=1" for _ in range(600))))[0] == 413
    status, _, headers = await get(shop, url, "DELETE")
    assert (status, headers["Allow"]) == (405, "GET, POST")


async def test_words_are_never_html(shop: House) -> None:
    """A handler that returns a text has it shown as it is."""
    assert shop.gateway is not None
    assert shop.gateway.line is not None
    url = shop.gateway.line.links.make("shop", "duka", "/hidden", {"any": "value"}, 60, "es")
    status, text, _ = await get(shop, url)

    assert status == 200
    assert "plain &lt;b&gt;words&lt;/b&gt; of duka" in text


async def test_files_of_a_plugin(shop: House) -> None:
    """Those in its folder, for ever when their address says which; nothing beside it."""
    text = (await get(shop, await link_to(shop)))[1]
    address = text.partition('<img src="')[2].partition('"')[0]
    status, body, headers = await get(shop, shop.url + address)

    assert (status, headers["Content-Type"]) == (200, "image/svg+xml")
    assert "immutable" in headers["Cache-Control"]
    assert body.startswith("<svg")
    plain = address.partition("?")[0]
    assert "immutable" not in (await get(shop, shop.url + plain))[2]["Cache-Control"]
    for wrong in ("%2e%2e/shop.py", "..%2fshop.py", "../shop.py", "nothing.svg", "", "dot.svg/"):
        assert (await get(shop, f"{shop.url}/p/shop/static/{wrong}"))[0] == 404


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("{{ 7 * 7 }}{% for x in range(9) %}", "{{ 7 * 7 }}{% for x in range(9) %}"),
        ("{0.__class__} {name}", "{0.__class__} {name}"),
        ("\" onload='x", "&#34; onload=&#39;x"),
    ],
)
async def test_what_contacts_write_is_text(shop: House, written: str, shown: str) -> None:
    """On a page it is shown as it was written: no markup, no template, no format."""
    url = await link_to(shop)
    [(who,)] = await shop.rows("select id from contact where tenant = 'duka'")
    await shop.api("PATCH", f"/p/shop/contacts/{who}", json={"name": written})
    status, text, _ = await get(shop, url)

    assert status == 200
    assert shown in text
    assert "<script" not in text
