"""Answers through the API: free form, to somebody who wrote, also after STOP."""

from __future__ import annotations

from typing import Any

from tests.support.house import House, until

ANA = "+254711000001"


async def _post(house: House, **more: Any) -> tuple[int, Any]:
    body = {"channel": house.lines["duka"].channel, "to": ANA, "message": {"type": "text", "text": "hello"}}
    headers = {"Authorization": f"Bearer {await house.key()}"}
    url = house.url + "/api/v1/messages"
    async with house.session.post(url, json={**body, **more}, headers=headers) as answer:
        return answer.status, await answer.json()


async def _heard(house: House, count: int) -> None:
    sql = "select n from (select count(*) as n from message where direction = 'in') c where n = "
    await until(lambda: house.rows(sql + str(count)), f"{count} messages are stored")


async def test_an_answer_goes_to_who_wrote_again_after_stop(any_house_to_be: House) -> None:
    """STOP ends it like everything else; the next message of the contact may be answered, nothing else."""
    house = any_house_to_be
    house.lines.clear()
    sim = house.line("duka")
    await house.start()
    await sim.says(ANA, "hi")
    await _heard(house, 1)
    assert (await _post(house, purpose="reply"))[0] == 202
    await sim.wait_for(ANA, 2)  # with the echo of the plugin
    await sim.says(ANA, "STOP")
    await sim.wait_for(ANA, 3)  # the confirmation

    status, problem = await _post(house, purpose="reply")
    assert (status, problem["code"]) == (422, "opted_out")
    await sim.says(ANA, "where is my refund?")
    await _heard(house, 3)
    assert (await _post(house))[0] == 422
    assert (await _post(house, purpose="reply"))[0] == 202
    await sim.wait_for(ANA, 5)


async def test_what_is_no_answer_is_told_so(any_house_to_be: House) -> None:
    """A message for later, and one to who has never written."""
    house = any_house_to_be
    house.lines.clear()
    sim = house.line("duka")
    await house.start()

    status, problem = await _post(house, purpose="reply")
    assert (status, problem["code"]) == (422, "window_closed")
    await sim.says(ANA, "hi")
    await _heard(house, 1)
    status, problem = await _post(house, purpose="reply", send_at="2099-01-01T00:00:00Z")
    assert status == 422
    status, problem = await _post(house, purpose="nonsense")
    assert status == 422
