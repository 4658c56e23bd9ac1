"""The simulator's webhooks have the shapes of the samples, and our parser reads each of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from providers.meta_cloud import provider
from providers.meta_cloud.simulator import MetaSimulator
from tests.providers.meta_cloud.simulator.shapes import FIELDS, INBOUND, LUCIA, STATUSES

SAMPLES = Path(__file__).parents[3] / "samples" / "meta"
INDEX = json.loads((SAMPLES / "INDEX.json").read_text())
#: What a webhook may have although the sample has not: every field but `messages` comes with the time
#: (wire.md 1.8), a call names the user id (wire.md 1.8).
OPTIONAL = {
    "entry[].time",
    "entry[].changes[].value.calls[].from_user_id",
}
#: A system message names the old user ids, where they are known (1.5: "only in from_user_id if present").
SYSTEM = {
    "entry[].changes[].value.messages[].from_user_id",
    "entry[].changes[].value.messages[].from_parent_user_id",
}


def paths(value: Any, at: str = "") -> set[str]:
    """The path of every key and list in *value*."""
    if isinstance(value, dict):
        inner = [paths(part, f"{at}.{name}".lstrip(".")) for name, part in value.items()]
        return {f"{at}.{name}".lstrip(".") for name in value}.union(*inner)
    if isinstance(value, list):
        return {f"{at}[]"}.union(*(paths(part, f"{at}[]") for part in value)) if value else set()
    return set()


def compare(name: str, body: bytes) -> None:
    """Fail with the differing paths when *body* is not shaped like the sample *name*."""
    sample, ours = paths(json.loads((SAMPLES / f"{name}.json").read_text())), paths(json.loads(body))
    optional = OPTIONAL | SYSTEM if name.startswith("in_system") else OPTIONAL
    assert sorted((sample ^ ours) - optional) == []
    assert provider.parse(body).failures == ()
    assert provider.parse(body).events


def test_every_sample_has_a_recipe() -> None:
    """No message, status or field of the samples is left out."""
    kinds = {"inbound", "status", "field", "error", "user_action"}
    listed = {Path(each["file"]).stem for each in INDEX if each["kind"] in kinds}
    assert INBOUND.keys() | FIELDS.keys() | STATUSES.keys() == listed


@pytest.mark.parametrize("name", INBOUND)
async def test_messages_are_shaped_like_the_samples(sim: MetaSimulator, business, name: str) -> None:
    """Each message of a contact has exactly the keys of its sample."""
    await INBOUND[name](sim)
    compare(name, business.bodies[0])


@pytest.mark.parametrize("name", FIELDS)
async def test_fields_are_shaped_like_the_samples(sim: MetaSimulator, business, name: str) -> None:
    """Each update of another field has exactly the keys of its sample."""
    await FIELDS[name](sim)
    field = json.loads((SAMPLES / f"{name}.json").read_text())["entry"][0]["changes"][0]["field"]
    [body] = [b for b in business.bodies if json.loads(b)["entry"][0]["changes"][0]["field"] == field]
    assert "time" in json.loads(body)["entry"][0]
    compare(name, body)


@pytest.mark.parametrize("name", STATUSES)
async def test_statuses_are_shaped_like_the_samples(sim: MetaSimulator, business, name: str) -> None:
    """Each status has exactly the keys of its sample."""
    request, knobs, wanted = STATUSES[name]
    for knob, value in knobs.items():
        setattr(sim, knob, value)
    person = sim.contact(LUCIA)
    await sim.says(LUCIA, "hola")
    if name == "status_failed_bsuid_131062":
        person.hidden, person.username = True, "lucia.prado"
        answer = await business.send(**request, to=None, recipient=person.user_id)
    else:
        answer = await business.send(**request, to=LUCIA)
    assert answer[0] == 200, answer
    await sim.settle()
    if wanted == "played":
        await sim.plays(LUCIA, sim.accepted[0].message_id)
    told = {
        value["statuses"][0]["status"]: at for at, value in enumerate(business.values) if "statuses" in value
    }
    compare(name, business.bodies[told[wanted]])
