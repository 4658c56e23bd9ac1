"""docs/media.md against the code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from gateway.media.patience import Reason
from gateway.media.serve import _PRIVATE, _SAFE
from gateway.media.tokens import LONGEST
from gateway.net import client
from tests.support.house import ANA, House
from tests.support.houses import house

__all__ = ["house"]

DOC = (Path(__file__).parents[2] / "docs" / "media.md").read_text()


def test_every_reason_is_explained() -> None:
    """And no other."""
    rows = DOC.partition("| reason |")[2].partition("\n\n")[0]

    assert set(re.findall(r"^\| `(\w+)`", rows, re.M)) == set(get_args(Reason))


def test_the_headers_and_limits_are_those_of_the_code() -> None:
    """What is promised of links, and of the client."""
    assert _SAFE["Content-Security-Policy"] in DOC
    assert _PRIVATE["Cache-Control"] in DOC
    assert LONGEST == 600
    text = " ".join(DOC.split())
    assert (
        f"{client.CONNECT:g} s to connect, {client.PIECE:g} s between two pieces, {client.TOTAL:g} s in all"
        in text
    )


async def test_the_plugin_that_keeps_files_works(house: House) -> None:
    """An invoice is made and sent; a picture gets an address."""
    [source] = re.findall(r"```python\n# invoices\.py\n(.*?)```", DOC, re.DOTALL)
    house.plugin("invoices", source)
    sim = house.line("duka", "invoices")
    await house.start()
    await sim.says(ANA, "invoice")
    [seen] = await sim.wait_for(ANA, 1)
    assert seen.kind == "document"
    body = {"name": "a.png", "data": "iVBORw0KGgo="}
    code, file = await house.api("POST", "/p/invoices/pictures", json=body)
    assert (code, file["mime_type"], file["link"][:7]) == (200, "image/png", "/media/")


def test_the_plugin_is_python() -> None:
    """The examples compile."""
    for block in re.findall(r"```python\n(.*?)```", DOC, re.DOTALL):
        compile(block, "docs/media.md", "exec", flags=0x2000)  # await at the top, as in a hook
