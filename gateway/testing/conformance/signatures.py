"""Who is believed: webhooks that the provider signed, for this channel, as they are."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from gateway.simulator import SignedWebhook
from gateway.testing.conformance.case import Case, case, case_for
from gateway.testing.conformance.configuration import BACK, FRONT, SIDE
from gateway.testing.conformance.world import World


def body_is_covered(world: World) -> str:
    """Whether the proof vouches for the body."""
    return "" if "body" in world.sim.signed().covers else "its proof says nothing of the body"


def bytes_are_covered(world: World) -> str:
    """Whether the proof vouches for the very bytes, and the body is JSON."""
    webhook = world.sim.signed()
    if "body" in webhook.covers and "json" not in webhook.headers.get("Content-Type", ""):
        return "its proof covers the fields of a form, whatever their order"
    return body_is_covered(world)


def url_is_covered(world: World) -> str:
    """Whether the proof vouches for the address."""
    return "" if "url" in world.sim.signed().covers else "its proof says nothing of the address"


@case
async def without_proof(world: World) -> None:
    """A webhook without any of its proof is refused with 401, and nobody hears of it."""
    webhook = world.sim.signed(text="no proof")
    bare = {name: value for name, value in webhook.headers.items() if name.lower() not in webhook.proof}
    before = await world.metric("gateway_auth_failures_total", surface="webhook")
    assert await world.post(webhook, headers=bare) == 401
    emptied = {**webhook.headers, **dict.fromkeys(named(webhook), "")}
    assert await world.post(webhook, headers=emptied) == 401
    assert await world.metric("gateway_auth_failures_total", surface="webhook") == before + 2
    await nobody_heard(world, "no proof")


@case_for(body_is_covered)
async def flipped_body(world: World) -> None:
    """One bit of the body that is another, wherever it is, is refused."""
    webhook = world.sim.signed(text="flipped")
    for place in range(0, len(webhook.body), max(1, len(webhook.body) // 16)):
        body = bytearray(webhook.body)
        body[place] ^= 1
        assert await world.post(webhook, body=bytes(body)) == 401, (place, bytes(body))
    for body_of_others in (webhook.body + b" ", webhook.body[:-1], b""):
        assert await world.post(webhook, body=body_of_others) == 401, body_of_others[-20:]
    await nobody_heard(world, "flipped")


@case
async def flipped_proof(world: World) -> None:
    """One character of the proof that is another, cut or doubled, is refused."""
    webhook = world.sim.signed(text="forged")
    for name in named(webhook):
        value = webhook.headers[name]
        middle = len(value) // 2
        other = "7" if value[middle] != "7" else "8"
        for forged in (value[:middle] + other + value[middle + 1 :], value[:middle], value + value, "x"):
            assert await world.post(webhook, headers={**webhook.headers, name: forged}) == 401, forged
    await nobody_heard(world, "forged")


@case_for(bytes_are_covered)
async def written_anew(world: World) -> None:
    """The same JSON in other bytes is refused: what was signed are the bytes."""
    webhook = world.sim.signed(text="written anew")
    anew = json.dumps(json.loads(webhook.body), indent=1).encode()
    assert await world.post(webhook, body=anew) == 401
    await nobody_heard(world, "written anew")


@case
async def two_proofs(world: World) -> None:
    """A header that comes twice, once with what it should hold, is refused: nobody can say which counts."""
    webhook = world.sim.signed(text="twice")
    for name in named(webhook):
        value = webhook.headers[name]
        assert await world.post(webhook, extra=((name, "x" + value[1:]),)) == 401
        wrong = {**webhook.headers, name: "x" + value[1:]}
        assert await world.post(webhook, headers=wrong, extra=((name, value),)) == 401
    await nobody_heard(world, "twice")


@case
async def secret_of_another(world: World) -> None:
    """What is signed with the secret of one tenant's channel opens no other tenant's."""
    kept = world.other.webhook_url
    world.other.webhook_url = world.sim.webhook_url
    try:
        forged = world.other.signed(text="of another")
    finally:
        world.other.webhook_url = kept
    assert await world.post(forged) == 401
    assert await world.post(world.sim.signed(text="of another"), url=world.webhook(BACK)) == 401
    await nobody_heard(world, "of another")


@case
async def to_another_number(world: World) -> None:
    """An authentic webhook that comes to the address of another number of the same account is not taken for
    a message to that number: it is refused, kept aside, or a message to its own number."""
    webhook = world.sim.signed(text="wrong door")
    status = await world.post(webhook, url=world.webhook(SIDE))
    assert status == 401 if "url" in webhook.covers else status in (200, 401)
    await world.quiet()
    assert [heard.channel for heard in world.clerk.of("wrong door")] in ([], [FRONT])


@case_for(url_is_covered)
async def another_address(world: World) -> None:
    """A query or a path that was not signed is refused; what a request says of its host changes nothing."""
    webhook = world.sim.signed(text="the address")
    url = world.sim.webhook_url
    assert await world.post(webhook, url=url + "?to=me") == 401
    headers = {**webhook.headers, "Host": "attacker.example", "X-Forwarded-Host": "attacker.example"}
    assert await world.post(webhook, url=url, headers=headers) == 200
    kept, world.sim.webhook_url = url, f"https://attacker.example{urlsplit(url).path}"
    try:
        forged = world.sim.signed(text="their address")
    finally:
        world.sim.webhook_url = kept
    assert await world.post(forged, url=url, headers={**forged.headers, "Host": "attacker.example"}) == 401
    await nobody_heard(world, "their address")


@case
async def rotation(world: World) -> None:
    """While a secret is rotated, what was signed with the old one and with the new one is taken."""
    contact = world.contact()
    before = world.sim.signed(contact=contact, text="with the old one")
    world.sim.rotate_secret()
    after = world.sim.signed(contact=contact, text="with the new one")
    assert before.headers != after.headers
    await world.restart()
    assert await world.post(after) == 200
    assert await world.post(before) == 200
    assert len(await world.shown(contact, 2)) == 2


def named(webhook: SignedWebhook) -> list[str]:
    """The headers that prove *webhook*, as they are spelt in it."""
    return [name for name in webhook.headers if name.lower() in webhook.proof]


async def nobody_heard(world: World, text: str) -> None:
    """No plugin got a message with *text*, also not after later ones."""
    await world.quiet()
    assert world.clerk.of(text) == []


CASES: tuple[Case, ...] = (
    *(without_proof, flipped_body, flipped_proof, written_anew, two_proofs),
    *(secret_of_another, to_another_number, another_address, rotation),
)
