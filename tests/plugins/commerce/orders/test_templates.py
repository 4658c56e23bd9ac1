"""docs/commerce-templates.toml has what the notices send."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from gateway.testing import Contact, World
from plugins.commerce.orders.notice import KINDS
from tests.plugins.commerce.conftest import SETTINGS
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.orders.placed import place
from tests.plugins.commerce.orders.test_story import act

DOCS = Path(__file__).parents[4] / "docs"
TEMPLATES = tomllib.loads((DOCS / "commerce-templates.toml").read_text())["templates"]


def variables(body: str) -> set[str]:
    """The names in a template's text."""
    return set(re.findall(r"\{\{(\w+)\}\}", body))


def test_every_kind_has_a_template_in_three_languages() -> None:
    """With one set of variables, the one that the page names, and an example for each."""
    made = {(each["name"], each["language"]): each for each in TEMPLATES}
    assert set(made) == {(f"order_{kind}", language) for kind in KINDS for language in ("en", "es", "sw")}
    for (name, _), each in made.items():
        assert variables(each["body"]) == set(each["examples"]) == variables(made[name, "en"]["body"])


@pytest.mark.plugins(
    "commerce", settings={"commerce": SETTINGS | {"templates": {kind: f"order_{kind}" for kind in KINDS}}}
)
async def test_notices_send_what_the_templates_take(world: World, ana: Contact, shelf: Shelf) -> None:
    """Each kind, with a value for each variable and none that is empty."""
    order = await place(world, ana, {"MNG-EA": 1})
    await act(world, order.id, "ship")
    await ana.waits("25h")
    for kind in KINDS:
        kept = await act(world, order.id, f"notices/{kind}")
        told = next(each for each in kept["notices"] if each["kind"] == kind)
        assert (told["state"], told["how"]) == ("sent", "template")
        row = "select content from message where tenant = :tenant and id = :id"
        sent = json.loads(await world.db().value(row, id=told["message"]))
        body = next(each["body"] for each in TEMPLATES if each["name"] == sent["name"])
        assert set(sent["values"]) == variables(body)
        assert all(sent["values"].values())
