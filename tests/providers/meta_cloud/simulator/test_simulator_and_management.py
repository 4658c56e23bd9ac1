"""The provider's templates and registration work against the simulator, over HTTP."""

from __future__ import annotations

from typing import Any, TypeVar

import aiohttp
import msgspec

from gateway.model.template import (
    Sample,
    TemplateButtonDefinition,
    TemplateDefinition,
    TemplateHeader,
)
from gateway.provider import HttpAnswer, Steps
from gateway.simulator import samples
from providers.meta_cloud import provider
from providers.meta_cloud.simulator import MetaSimulator

T = TypeVar("T")
DEFINITION = TemplateDefinition(
    name="visit_reminder",
    language="es",
    category="utility",
    body="Hola {{first_name}}, te esperamos.",
    header=TemplateHeader(kind="image", sample="door.png"),
    footer="Ruiz SL",
    examples={"first_name": "Ana"},
    buttons=[
        TemplateButtonDefinition("quick_reply", "Confirmar"),
        TemplateButtonDefinition(
            "url", "Ver", url="https://example.org/{{1}}", example="https://example.org/v1"
        ),
    ],
)
FILES = {"door.png": Sample("door.png", "image/png", samples.png())}


async def conduct(steps: Steps[T]) -> T:
    """Make the calls of *steps*, as the gateway does; the result."""
    answer: HttpAnswer | None = None
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                request = next(steps) if answer is None else steps.send(answer)
            except StopIteration as done:
                result: T = done.value
                return result
            async with session.request(
                request.method, request.url, headers=request.headers, data=request.body
            ) as told:
                lower = {name.lower(): value for name, value in told.headers.items()}
                answer = HttpAnswer(told.status, lower, await told.read())


def settings(sim: MetaSimulator) -> Any:
    """The channel's settings, decoded."""
    return msgspec.convert(sim.channel_settings(), provider.Settings)


async def test_templates_as_code(sim: MetaSimulator, business) -> None:
    """A template with a sample is created, approved, listed as it was written, edited and deleted."""
    directory, own = provider.templates, settings(sim)
    made = await conduct(directory.create(DEFINITION, own, FILES))
    assert made.status == "PENDING"
    await sim.settle()
    [listed] = await conduct(directory.list(own))
    assert (listed.provider_id, listed.status, listed.body) == (
        made.provider_id,
        "APPROVED",
        DEFINITION.body,
    )
    assert listed.buttons == DEFINITION.buttons
    assert listed.examples == DEFINITION.examples
    changed = msgspec.structs.replace(listed, footer="Ruiz e hijos")
    await conduct(directory.edit(changed, own, FILES))
    await sim.settle()
    [listed] = await conduct(directory.list(own))
    assert (listed.footer, listed.status) == ("Ruiz e hijos", "APPROVED")
    await conduct(directory.delete(listed, own))
    assert await conduct(directory.list(own)) == ()


async def test_many_templates_are_listed(sim: MetaSimulator, business) -> None:
    """Every page is read."""
    own = settings(sim)
    for n in range(60):
        plain = TemplateDefinition(f"t{n}", "es", "utility", body="Gracias por venir")
        await conduct(provider.templates.create(plain, own, {}))
    assert len(await conduct(provider.templates.list(own))) == 60


async def test_register_and_check(sim: MetaSimulator, business) -> None:
    """After `register` the webhooks go to the callback, and `check` finds nothing wrong."""
    own, callback = settings(sim), sim.webhook_url
    sim.webhook_url = ""
    assert await conduct(provider.registration.register(callback, own))
    findings = await conduct(provider.registration.check(callback, own))
    assert [finding for finding in findings if not finding.ok] == []
    await sim.says("+34600111222", "hello")
    assert len(business.bodies) == 1
    sim.facts[sim.number] = {"status": "RESTRICTED", "quality_rating": "RED"}
    findings = await conduct(provider.registration.check(callback, own))
    assert {finding.what for finding in findings if not finding.ok} >= {"number", "quality"}
