"""Templates through 360dialog: made, listed page by page, edited, deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from msgspec.structs import replace

from gateway.model.template import TemplateDefinition
from gateway.provider import ProviderError
from providers.dialog360 import provider
from providers.dialog360.simulator import Dialog360Simulator
from tests.providers.dialog360.simulator.conftest import Business


@dataclass
class Directory:
    """The provider's directory, called over HTTP."""

    business: Business

    async def does(self, what: str, *given: Any) -> Any:
        """Call one of its methods."""
        settings = self.business.settings
        more = ({},) if what in ("create", "edit") else ()
        return await self.business.does(getattr(provider.templates, what)(*given, settings, *more))


@pytest.fixture
def directory(business: Business) -> Directory:
    """The directory of the business."""
    return Directory(business)


def definition(name: str, language: str = "en") -> TemplateDefinition:
    """A small one."""
    return TemplateDefinition(name, language, "utility", body="Hi {{1}}, see you", examples=["Ana"])


async def test_templates_are_made_and_listed(sim: Dialog360Simulator, directory: Directory) -> None:
    """Over more than one page; what was written is what is read."""
    sim.configs.most = 2
    made = [await directory.does("create", definition(f"t{n}")) for n in range(5)]
    assert {one.status for one in made} == {"PENDING"}
    await sim.settle()
    found = await directory.does("list")
    assert {one.name for one in found} == {f"t{n}" for n in range(5)}
    assert {(one.body, one.status) for one in found} == {("Hi {{1}}, see you", "APPROVED")}
    assert {one.provider_id for one in found} == {one.provider_id for one in made}


async def test_one_is_edited_and_deleted(sim: Dialog360Simulator, directory: Directory) -> None:
    """One language by its id, a name with all its languages, and then there is nothing."""
    first = await directory.does("create", definition("a"))
    await directory.does("create", definition("a", "es"))
    await sim.settle()
    edited = replace(first, body="Hello {{1}}, see you", status="APPROVED")
    assert (await directory.does("edit", edited)).status == "PENDING"
    await sim.settle()
    assert {one.body for one in await directory.does("list")} == {"Hello {{1}}, see you", "Hi {{1}}, see you"}
    await directory.does("delete", first)
    assert [one.language for one in await directory.does("list")] == ["es"]
    await directory.does("delete", definition("a"))
    assert await directory.does("list") == ()
    with pytest.raises(ProviderError):
        await directory.does("delete", definition("a"))
