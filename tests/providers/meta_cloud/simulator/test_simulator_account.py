"""What numbers and accounts say and take: fields, callbacks, blocks, profile, registration (wire.md 2.8)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from gateway.clock import ManualClock
from providers.meta_cloud.simulator import MetaSimulator
from tests.providers.meta_cloud.simulator.graph_client import graph, refused

ANA, BEN = "+34600111222", "+34600111333"
WABA = "198700112233445"
TEXT = {"type": "text", "text": {"body": "Hi"}}


@pytest.fixture
async def sim() -> AsyncIterator[MetaSimulator]:
    """A simulator whose time stands still until it is passed."""
    simulator = MetaSimulator(
        access_token="token", app_secret="app-secret", verify_token="verify-me", clock=ManualClock()
    )
    simulator.status_delay = simulator.batch_wait = simulator.retry_first = 0.002
    async with simulator:
        yield simulator


class Elsewhere:
    """Another URL, which takes webhooks once its handshake was right."""

    def __init__(self) -> None:
        self.url = ""
        self.taken = 0

    async def take(self, request: web.Request) -> web.Response:
        """A handshake or a webhook."""
        if request.method == "GET":
            right = request.query["hub.verify_token"] == "mine"
            return web.Response(text=request.query["hub.challenge"] if right else "no")
        self.taken += 1
        return web.Response()


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    """One, on a free port."""
    made, app = Elsewhere(), web.Application()
    app.add_routes([web.route("*", "/hook", made.take)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


async def test_a_number_says_how_it_is(sim: MetaSimulator) -> None:
    """The fields that are asked for, and the id; one that does not exist is error 100."""
    names = (
        "display_phone_number,verified_name,quality_rating,throughput,status,"
        "whatsapp_business_manager_messaging_limit,webhook_configuration,health_status"
    )
    _, told = await graph(sim, "GET", sim.number, fields=names)
    assert told.keys() == {*names.split(","), "id"}
    assert told["health_status"]["can_send_message"] == "AVAILABLE"
    assert await refused(sim, "GET", sim.number, fields="status,mood") == 100
    sim.facts[sim.number] = {"status": "BANNED", "quality_rating": "RED"}
    _, told = await graph(sim, "GET", sim.number, fields="status,quality_rating,health_status")
    assert (told["status"], told["quality_rating"]) == ("BANNED", "RED")
    assert told["health_status"]["can_send_message"] == "BLOCKED"


async def test_an_account_says_how_it_is(sim: MetaSimulator) -> None:
    """Its health, and its numbers."""
    _, told = await graph(sim, "GET", WABA, fields="health_status,marketing_messages_lite_api_status")
    assert told["health_status"]["entities"][0]["entity_type"] == "WABA"
    assert told["marketing_messages_lite_api_status"] == "ONBOARDED"
    sim.add_number("77", "15550104478", WABA)
    _, told = await graph(sim, "GET", f"{WABA}/phone_numbers", fields="display_phone_number")
    assert [row["id"] for row in told["data"]] == [sim.number, "77"]


async def test_nodes_and_edges_that_are_not_there(sim: MetaSimulator) -> None:
    """An unknown object is 33, an unknown edge 100."""
    assert await refused(sim, "GET", "999") == 33
    assert await refused(sim, "GET", f"{sim.number}/shoes") == 100
    assert await refused(sim, "DELETE", sim.number) == 100


async def test_overrides_go_number_account_app(sim: MetaSimulator, business, elsewhere: Elsewhere) -> None:
    """A webhook goes to the number's URL, else the account's, else the app's; "" takes one away."""
    mine = {"override_callback_uri": elsewhere.url, "verify_token": "mine"}
    assert await refused(sim, "POST", f"{WABA}/subscribed_apps", mine) == 0
    _, told = await graph(sim, "GET", f"{WABA}/subscribed_apps")
    assert told["data"][0]["override_callback_uri"] == elsewhere.url
    await sim.says(ANA, "one")
    assert (elsewhere.taken, len(business.bodies)) == (1, 0)
    own = {"webhook_configuration": {"override_callback_uri": sim.webhook_url, "verify_token": "verify-me"}}
    assert await refused(sim, "POST", sim.number, own) == 0
    await sim.says(ANA, "two")
    assert (elsewhere.taken, len(business.bodies)) == (1, 1)
    _, told = await graph(sim, "GET", sim.number, fields="webhook_configuration")
    assert told["webhook_configuration"] == {
        "phone_number": sim.webhook_url,
        "whatsapp_business_account": elsewhere.url,
        "application": sim.webhook_url,
    }
    gone = {"webhook_configuration": {"override_callback_uri": "", "verify_token": ""}}
    assert await refused(sim, "POST", sim.number, gone) == 0
    await sim.says(ANA, "three")
    assert (elsewhere.taken, len(business.bodies)) == (2, 1)


async def test_an_override_is_for_messages_only(sim: MetaSimulator, business, elsewhere: Elsewhere) -> None:
    """Other fields go to the app's URL."""
    mine = {"override_callback_uri": elsewhere.url, "verify_token": "mine"}
    await graph(sim, "POST", f"{WABA}/subscribed_apps", mine)
    await sim.reports("account_review_update", {"decision": "APPROVED"})
    assert (elsewhere.taken, len(business.bodies)) == (0, 1)


async def test_a_handshake_that_fails_changes_nothing(sim: MetaSimulator, elsewhere: Elsewhere) -> None:
    """A wrong answer, a closed port, a long URL and a missing token are refused."""
    path = f"{WABA}/subscribed_apps"

    def to(url: str, token: str = "mine") -> dict[str, str]:
        return {"override_callback_uri": url, "verify_token": token}

    assert await refused(sim, "POST", path, to(elsewhere.url, "other")) == 2200
    assert await refused(sim, "POST", path, to("http://127.0.0.1:9/hook")) == 2200
    assert await refused(sim, "POST", path, to(elsewhere.url.ljust(201, "x"))) == 100
    assert await refused(sim, "POST", path, {"override_callback_uri": elsewhere.url}) == 131008
    assert await refused(sim, "POST", sim.number, {"webhook_configuration": to("ftp://x")}) == 131009
    _, told = await graph(sim, "GET", path)
    assert "override_callback_uri" not in told["data"][0]


async def test_an_app_can_leave(sim: MetaSimulator, business) -> None:
    """After DELETE no app is subscribed and nothing is sent; POST brings it back."""
    path = f"{WABA}/subscribed_apps"
    await graph(sim, "DELETE", path)
    assert (await graph(sim, "GET", path))[1] == {"data": []}
    await sim.says(ANA, "into the void")
    assert business.bodies == []
    await graph(sim, "POST", path)
    assert len((await graph(sim, "GET", path))[1]["data"]) == 1
    await sim.says(ANA, "hello")
    assert len(business.bodies) == 1


def users(*phones: str) -> dict[str, Any]:
    """The body of a block."""
    return {"messaging_product": "whatsapp", "block_users": [{"user": phone} for phone in phones]}


async def test_who_wrote_can_be_blocked(sim: MetaSimulator, business) -> None:
    """Sends to a blocked user are 130403; unblocked, they go out."""
    path = f"{sim.number}/block_users"
    await sim.says(ANA, "hello")
    _, answer = await graph(sim, "POST", path, users(ANA))
    assert answer["block_users"] == {"added_users": [{"input": ANA, "wa_id": "34600111222"}]}
    assert (await business.send(to=ANA, **TEXT))[1]["error"]["code"] == 130403
    _, listed = await graph(sim, "GET", path)
    assert [row["wa_id"] for row in listed["data"]] == ["34600111222"]
    _, answer = await graph(sim, "DELETE", path, users(ANA))
    assert answer["block_users"]["removed_users"][0]["input"] == ANA
    assert (await business.send(to=ANA, **TEXT))[0] == 200


async def test_a_block_can_fail_in_part(sim: MetaSimulator, business) -> None:
    """Who did not write within a day cannot be blocked: 139100, and the others are."""
    path = f"{sim.number}/block_users"
    await sim.says(BEN, "long ago")
    await sim.pass_time(hours=25)
    await sim.says(ANA, "hello")
    status, answer = await graph(sim, "POST", path, users(ANA, BEN))
    assert (status, answer["error"]["code"]) == (400, 139100)
    assert [user["input"] for user in answer["block_users"]["added_users"]] == [ANA]
    [failed] = answer["block_users"]["failed_users"]
    assert (failed["input"], len(failed["errors"])) == (BEN, 1)
    parent = {"messaging_product": "whatsapp", "block_users": [{"user_id": "ES.ENT.1"}]}
    assert await refused(sim, "POST", path, parent) == 100
    by_id = {"messaging_product": "whatsapp", "block_users": [{"user_id": sim.contact(ANA).user_id}]}
    assert await refused(sim, "DELETE", path, by_id) == 0


@pytest.mark.parametrize(
    ("field", "most"), [("about", 139), ("address", 256), ("description", 512), ("email", 128)]
)
async def test_a_profile_has_limits(sim: MetaSimulator, field: str, most: int) -> None:
    """A field at its limit is kept and told, one longer is refused."""
    path = f"{sim.number}/whatsapp_business_profile"
    assert await refused(sim, "POST", path, {"messaging_product": "whatsapp", field: "x" * most}) == 0
    assert await refused(sim, "POST", path, {"messaging_product": "whatsapp", field: "x" * (most + 1)}) == 100
    _, told = await graph(sim, "GET", path, fields=field)
    assert told["data"] == [{"messaging_product": "whatsapp", field: "x" * most}]


async def test_a_profile_has_two_websites(sim: MetaSimulator) -> None:
    """Of 256 characters each."""
    path = f"{sim.number}/whatsapp_business_profile"
    for sites, code in ((2, 0), (3, 131009)):
        body = {"messaging_product": "whatsapp", "websites": ["https://example.org"] * sites}
        assert await refused(sim, "POST", path, body) == code
    body = {"messaging_product": "whatsapp", "websites": ["x" * 257]}
    assert await refused(sim, "POST", path, body) == 100


async def test_registration(sim: MetaSimulator, business) -> None:
    """Deregistered, nothing is sent (133010); a wrong PIN is 133005; ten tries in 72 hours (133016)."""
    pin = {"messaging_product": "whatsapp", "pin": "123456"}
    path = f"{sim.number}/register"
    assert await refused(sim, "POST", path, pin) == 0
    assert await refused(sim, "POST", f"{sim.number}/deregister") == 0
    assert (await business.send(**TEXT))[1]["error"]["code"] == 133010
    assert await refused(sim, "POST", path, {**pin, "pin": "654321"}) == 133005
    assert await refused(sim, "POST", path, {**pin, "pin": "12"}) == 131009
    assert [await refused(sim, "POST", path, pin) for _ in range(8)] == [0] * 7 + [133016]
    assert (await business.send(**TEXT))[0] == 200
    await sim.pass_time(hours=73)
    assert await refused(sim, "POST", path, pin) == 0


async def test_settings(sim: MetaSimulator) -> None:
    """The identity check can be turned on, and is told."""
    change = {"user_identity_change": {"enable_identity_key_check": True}}
    assert await refused(sim, "POST", f"{sim.number}/settings", change) == 0
    assert (await graph(sim, "GET", f"{sim.number}/settings"))[1] == change
    wrong = {"user_identity_change": {"enable_identity_key_check": "yes"}}
    assert await refused(sim, "POST", f"{sim.number}/settings", wrong) == 131009


async def test_an_honest_simulator(sim: MetaSimulator, business) -> None:
    """`honest` turns on what Meta enforces."""
    sim.honest()
    template = {"type": "template", "template": {"name": "visit", "language": {"code": "es"}}}
    assert (await business.send(**template))[1]["error"]["code"] == 132001
    assert (await business.send(type="image", image={"id": "9"}))[1]["error"]["code"] == 100
    await business.send(**TEXT)
    await sim.settle()
    assert business.statuses[0]["errors"][0]["code"] == 131047
