"""What a plugin's addresses answer while its settings cannot be read: nobody outside is to blame."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.pages.links import Opened
from tests.support.house import House, until
from tests.support.postgres import Urls

TILL = """\
from msgspec import Struct
from gateway import api, hook, public_page, webhook

class Settings(Struct, frozen=True):
    key: str

async def show(request):
    return "the page"

async def sums(request) -> int:
    return 7

async def told(request, chat):
    pass

def signed(request, settings):
    return request.text == settings.key

@hook.register_routes
def routes():
    return [public_page("GET", "/o/{token}", show), api("GET", "/sums", sums, answer=int),
            webhook("POST", "/in/{tenant}", told, verify=signed)]
"""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A till whose key stands in a file that is gone as soon as the gateway has started."""
    secret = tmp_path / "key"
    secret.write_text("the-key-of-duka")
    house = House(tmp_path, Urls(f"sqlite:///{tmp_path / 'gateway.db'}", "", ""))
    house.plugin("till", TILL)
    house.line("duka", "till")
    house.write()
    house.lines["duka"].tenant_options["settings"] = {"till": {"key": {"file": str(secret)}}}
    await house.start()
    assert house.gateway is not None
    assert house.gateway.line is not None
    assert house.gateway.line.plugin_settings.plugins_of("duka") == ("till",)
    secret.unlink()
    yield house
    await house.close()


async def test_who_looks_is_told_that_something_went_wrong(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    """A page of ours, with the headers that every page has; the log says what is missing."""
    assert house.gateway is not None
    assert house.gateway.line is not None
    links = house.gateway.line.links
    path = links.make("till", "duka", "/o", None, 60, "en").removeprefix(house.url)
    async with house.session.get(house.url + path) as answer:
        text = await answer.text()
        assert answer.status == 500
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "Something went wrong." in text
    code, answer_of_api = await house.api("GET", "/p/till/sums")
    assert (code, answer_of_api["code"]) == (500, "internal")
    assert "cannot read" in capfd.readouterr().out
    assert isinstance(links.tokens.open("till", "/o/{token}", path.rpartition("/")[2]), Opened)


async def test_who_posts_is_asked_to_come_back(house: House, tmp_path: Path) -> None:
    """It may be authentic: it is not refused for our trouble, and taken as soon as that is over."""

    async def post() -> int:
        async with house.session.post(house.url + "/p/till/in/duka", data=b"the-key-of-duka") as answer:
            return answer.status

    assert await post() == 503
    (tmp_path / "key").write_text("the-key-of-duka")
    assert await post() == 200
    assert (
        await until(lambda: house.metric("gateway_plugin_requests_total", kind="webhook", result="shed")) == 1
    )
