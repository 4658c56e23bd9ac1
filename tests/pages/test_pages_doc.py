"""docs/pages.md is played: its plugins, its template, and its refusals."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import re
from pathlib import Path

import pytest

from gateway import api, page, public_page, webhook
from gateway.errors import PluginError
from gateway.settings import Settings
from gateway.settings import load as read_settings
from tests.pages.test_checked import good, load, show, taken
from tests.support.house import ANA, House
from tests.support.postgres import Urls

PAGE = (Path(__file__).parents[2] / "docs/pages.md").read_text()
SECRET = "the parcel service's secret"


def blocks(language: str, comment: str) -> dict[str, str]:
    """The snippets of the page by the name of their file."""
    found = re.findall(rf"```{language}\n{comment}\n(.*?)```", PAGE, re.DOTALL)
    return {name.removeprefix("# ").strip("<!- >"): body for name, body in found}


class Shop(House):
    """A house whose tenant has settings for the plugin of the page."""

    def write(self) -> Settings:
        super().write()
        with self.config.open("a") as file:
            file.write(f'\n[tenants.settings.parcels]\nsecret = "{SECRET}"\n')
        return read_settings(self.config)


async def test_the_snippets_work(tmp_path: Path, store_urls: Urls) -> None:
    """A receipt is asked for, looked at and confirmed; a parcel moves; a contact is renamed."""
    house = Shop(tmp_path, store_urls)
    plugins, templates = blocks("python", r"(# \w+\.py)"), blocks("html", r"(<!-- [\w.]+ -->)")
    assert sorted(plugins) == ["feed.py", "orders.py", "parcels.py", "receipts.py"]
    for name, source in plugins.items():
        house.plugin(name.removesuffix(".py"), source)
    (tmp_path / "receipts_templates").mkdir()
    for name, source in templates.items():
        (tmp_path / "receipts_templates" / name).write_text(source)
    sim = house.line("duka", "receipts", "parcels", "orders", "feed")
    try:
        await house.start()
        await sim.says(ANA, "receipt")
        [said] = await sim.wait_for(ANA, 1)
        url = said.text.removeprefix("Here is your receipt: ")
        async with house.session.get(url) as answer:
            text = await answer.text()
            assert (answer.status, "Receipt 7" in text, "KES 95.00" in text) == (200, True, True), text
        async with house.session.post(url, data={"name": "Ana"}) as answer:
            assert (answer.status, "Thank you!" in await answer.text()) == (200, True)
        assert (await sim.wait_for(ANA, 2))[-1].text == "Thank you, Ana!"
        [(where, who)] = await house.rows("select id, contact from conversation")
        await sim.says(ANA, "feed")
        async with house.session.get((await sim.wait_for(ANA, 3))[-1].text) as answer:
            assert await answer.text() == f"id,language\n{who},\n"
        body = json.dumps({"id": "p1", "state": "near", "conversation": where}).encode()
        sign = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        for given, expected in ((sign, 200), ("00", 401), (sign, 200)):
            moved, headers = house.url + "/p/parcels/moved/duka", {"X-Signature": given}
            async with house.session.post(moved, data=io.BytesIO(body), headers=headers) as answer:
                assert answer.status == expected
        assert (await sim.wait_for(ANA, 4))[-1].text == "Your parcel is near."
        path = f"/p/orders/contacts/{who}"
        assert (await house.api("PATCH", path, json={"name": "Ana N."}))[1] == {"id": who, "name": "Ana N."}
        assert (await house.api("GET", path))[1]["name"] == "Ana N."
        assert (await house.api("GET", "/p/orders/contacts/nobody"))[1]["code"] == "no_such_contact"
    finally:
        await house.close()


def test_the_refusals_are_those_of_the_page() -> None:
    """Word for word, but for the place."""
    shown = re.findall(r"^plugin 'shop'.*$", PAGE, re.MULTILINE)
    wrong = [
        [page("GET", "/orders", show)],
        [public_page("GET", "/o", show)],
        [webhook("POST", "/delivery", taken, verify=good)],
        [api("GET", "/orders/{id}", show), api("GET", "/orders/{number}", show)],
    ]
    assert len(shown) == len(wrong)
    for sentence, routes in zip(shown, wrong, strict=True):
        with pytest.raises(PluginError) as error:
            load(*routes)
        told = re.sub(r"\([\w/.-]+\.py:\d+\)", "()", str(error.value))
        assert told == re.sub(r"\(\w+\.py:\d+\)", "()", sentence)
