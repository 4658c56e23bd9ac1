"""What the Graph side answers, and the statuses that follow."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import aiohttp
import pytest

from providers.meta_cloud.simulator import MetaSimulator

CONTACT = "+254700000001"
TEXT: dict[str, Any] = {"type": "text", "text": {"body": "Hi"}}


async def test_a_send_is_accepted_as_meta_accepts_it(sim: MetaSimulator, business) -> None:
    """The answer has Meta's shape, the message is kept in `accepted` and shown to the contact."""
    status, answer = await business.send(**TEXT, biz_opaque_callback_data="part-1")
    [accepted] = sim.accepted
    assert status == 200
    assert answer == {
        "messaging_product": "whatsapp",
        "contacts": [{"input": CONTACT, "wa_id": "254700000001"}],
        "messages": [{"id": accepted.message_id}],
    }
    assert accepted.correlation == "part-1"
    assert accepted.body["text"] == {"body": "Hi"}
    assert [message.text for message in sim.inbox(CONTACT)] == ["Hi"]


async def test_a_user_id_is_an_address(sim: MetaSimulator, business) -> None:
    """A known user id in `recipient` reaches its contact, and the answer names no phone."""
    user_id = sim.contact(CONTACT).user_id
    _, answer = await business.send(**TEXT, to="", recipient=user_id)
    assert answer["error"]["code"] == 131008
    async with aiohttp.ClientSession() as session:
        url = f"{sim.api_base}/v25.0/{sim.number}/messages"
        body = {"messaging_product": "whatsapp", "recipient": user_id, **TEXT}
        headers = {"Authorization": f"Bearer {sim.access_token}"}
        async with session.post(url, json=body, headers=headers) as response:
            answer = await response.json()
    assert answer["contacts"] == [{"input": user_id, "user_id": user_id}]
    assert len(sim.inbox(CONTACT)) == 1


async def test_statuses_follow(sim: MetaSimulator, business) -> None:
    """sent, delivered and read come in order, with our own id; the price is in two of them."""
    await business.send(**TEXT, biz_opaque_callback_data="part-1")
    await sim.settle()
    assert [status["status"] for status in business.statuses] == ["sent", "delivered", "read"]
    assert {status["biz_opaque_callback_data"] for status in business.statuses} == {"part-1"}
    assert ["pricing" in status for status in business.statuses] == [True, True, False]
    assert all(business.signed)
    assert sim.ticks(sim.accepted[0].message_id) == "read"


async def test_statuses_can_be_batched_and_shuffled(sim: MetaSimulator, business) -> None:
    """Batched statuses share webhooks; shuffled, no status is lost or invented."""
    sim.batch, sim.shuffle_statuses, sim.rng = 5, True, Random(1)
    for _ in range(4):
        await business.send(**TEXT)
    await sim.settle()
    told = [(status["id"], status["status"]) for status in business.statuses]
    assert len(business.values) < 12
    assert sorted(told) == sorted(
        (accepted.message_id, name) for accepted in sim.accepted for name in ("sent", "delivered", "read")
    )
    assert told != sorted(told)


async def test_an_unreachable_contact_fails_later(sim: MetaSimulator, business) -> None:
    """The send is accepted, then fails with 131026 in a webhook without contacts."""
    sim.unreachable.add(CONTACT)
    status, _ = await business.send(**TEXT)
    await sim.settle()
    [value] = business.values
    assert status == 200
    assert "contacts" not in value
    assert value["statuses"][0]["errors"][0]["code"] == 131026
    assert sim.inbox(CONTACT) == []


async def test_a_reaction_only_gets_sent(sim: MetaSimulator, business) -> None:
    """Reactions are never delivered or read (wire.md 1.6)."""
    await business.send(type="reaction", reaction={"message_id": "wamid.x", "emoji": "👍"})
    await sim.settle()
    assert [status["status"] for status in business.statuses] == ["sent"]


async def test_a_wrong_token_is_190(sim: MetaSimulator, business) -> None:
    """A token that is not the current one gets HTTP 401 with code 190."""
    status, answer = await business.send(token="old", **TEXT)
    assert (status, answer["error"]["code"]) == (401, 190)
    assert answer["error"].keys() >= {"message", "type", "code", "error_data", "fbtrace_id"}
    sim.access_token = "new"
    assert (await business.send(**TEXT))[0] == 401
    assert (await business.send(token="new", **TEXT))[0] == 200


async def test_another_number_is_33(sim: MetaSimulator, business) -> None:
    """A phone number id that is not ours does not exist."""
    status, answer = await business.send(node="999", **TEXT)
    assert (status, answer["error"]["code"]) == (400, 33)


async def test_refusals_accept_nothing(sim: MetaSimulator, business) -> None:
    """With `refuse` at 1 every send gets a passing error and no message exists."""
    sim.refuse, sim.rng = 1.0, Random(3)
    answers = [(await business.send(**TEXT))[1]["error"] for _ in range(12)]
    assert {error["code"] for error in answers} == {131016, 130429}
    assert all(error.get("is_transient") for error in answers if error["code"] == 131016)
    assert sim.accepted == []


@pytest.mark.parametrize("hang", [0.0, 0.01])
async def test_lost_answers_still_accept(sim: MetaSimulator, business, hang: float) -> None:
    """With `lose_answers` at 1 the connection breaks, but the message is on its way."""
    sim.lose_answers, sim.hang = 1.0, hang
    with pytest.raises((aiohttp.ClientError, ConnectionResetError)):
        await business.send(**TEXT)
    assert len(sim.accepted) == len(sim.inbox(CONTACT)) == 1


async def test_the_same_seed_misbehaves_the_same(sim: MetaSimulator, business) -> None:
    """A seeded `rng` repeats its refusals."""
    sim.refuse = 0.5

    async def run() -> list[int]:
        sim.rng = Random(11)
        return [(await business.send(**TEXT))[0] for _ in range(8)]

    first = await run()
    assert await run() == first
    assert len(Counter(first)) > 1


async def test_read_receipts_are_kept(sim: MetaSimulator, business) -> None:
    """A read receipt is no message."""
    answer = await business.send(status="read", message_id="wamid.x", typing_indicator={"type": "text"})
    assert answer == (200, {"success": True})
    assert sim.marked_read == ["wamid.x"]
    assert sim.accepted == []
    assert (await business.send(status="gone"))[1]["error"]["code"] == 100
    assert (await business.send(status="read"))[1]["error"]["code"] == 131008


async def test_what_is_no_json_object_is_100(sim: MetaSimulator, business) -> None:
    """A body that cannot be read is an invalid parameter, not a crash."""
    url = f"{sim.api_base}/v25.0/{sim.number}/messages"
    headers = {"Authorization": f"Bearer {sim.access_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for body in (b"{", b"[]", b"[" * 100_000, b"\xff"):
            async with session.post(url, data=body) as answer:
                assert (await answer.json())["error"]["code"] == 100


async def test_the_control_surface_does_what_the_methods_do(sim: MetaSimulator, business) -> None:
    """Another process can let contacts speak, read inboxes and turn the knobs."""
    async with aiohttp.ClientSession(f"{sim.api_base}/simulator/") as http:

        async def post(path: str, body: Any) -> tuple[int, Any]:
            async with http.post(path, json=body) as answer:
                return answer.status, await answer.json()

        status, said = await post("says", {"contact": CONTACT, "text": "hello"})
        assert (status, said["id"]) == (200, business.values[0]["messages"][0]["id"])
        await business.send(**TEXT)
        async with http.get("inbox", params={"contact": CONTACT}) as answer:
            assert [message["text"] for message in (await answer.json())["messages"]] == ["Hi"]
        async with http.get("accepted") as answer:
            assert [message["id"] for message in (await answer.json())["messages"]] == [
                sim.accepted[0].message_id
            ]
        assert (await post("taps", {"contact": CONTACT, "id": "yes"}))[0] == 400
        assert (await post("sends", {"contact": CONTACT, "kind": "location"}))[0] == 200
        assert await post("knobs", {"refuse": 1.0, "seed": 7, "unreachable": [CONTACT]}) == (200, {})
        assert (sim.refuse, sim.unreachable) == (1.0, {CONTACT})
        assert (await post("knobs", {"temper": 1}))[0] == 400
        business.answers = [500] * 100
        assert (await post("says", {"contact": CONTACT, "text": "hello"}))[0] == 502
