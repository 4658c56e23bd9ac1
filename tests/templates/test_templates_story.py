"""Templates as code, from the file to the contact's phone, against the simulated provider."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from providers.meta_cloud.simulator.graph import APP_ID
from tests.pipeline.agreed import agree
from tests.support.house import ANA, House, until
from tests.templates.conftest import Cli

ORDER = """\
[[templates]]
name = "order_ready"
language = "en_US"
category = "%s"
body = "Hi {{1}}, order {{2}} is ready."
examples = ["Ana", "17"]

[[templates.buttons]]
kind = "url"
text = "See it"
url = "https://duka.example/o/{{1}}"
example = "https://duka.example/o/17"
"""


SELLER = """\
from gateway import SendRefused, Template, hook

@hook.on_message
async def sell(message, chat):
    try:
        await chat.send(Template("order_ready", "en_US", values=["Ana"]))
    except SendRefused as error:
        await chat.say(error.code)
        await chat.send(Template("order_ready", "en_US", values=["Ana", "1"], buttons=["1"]))
"""


def write(house: House, text: str) -> str:
    """The file of templates; its path."""
    path = house.folder / "templates.toml"
    path.write_text(text)
    return str(path)


async def send(house: House, **template: Any) -> tuple[int, Any]:
    """Send the template through the API."""
    message = {"type": "template", "name": "order_ready", "language": "en_US", **template}
    return await house.api("POST", json={"channel": "duka-main", "to": ANA, "message": message})


def photo(path: Path) -> None:
    """A picture of two megabytes."""
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 2_000_000)


def known(house: House, name: str) -> str:
    """The status that sends are held against."""
    assert house.gateway is not None
    assert house.gateway.line is not None
    account = house.gateway.line.templates.account("duka", "198700112233445")
    found = account.by_name.get((name, "en_US"))
    return found.definition.status if found else ""


async def test_from_the_file_to_the_phone(house: House, cli: Cli) -> None:
    """Applied, in review, approved by webhook; a wrong send is refused here, a right one arrives."""
    sim = house.sim
    await house.start()
    file = write(house, ORDER % "utility")

    code, out, err = await cli("apply", "--file", file, "--dry-run")
    assert (code, out.splitlines()[0]) == (0, "+ create    order_ready en_US"), out + err
    assert list(sim.book.of("198700112233445")) == []
    code, out, err = await cli("apply", "--file", file)
    assert code == 0, out + err
    assert "order_ready en_US: PENDING, utility" in out
    await until(lambda: known(house, "order_ready") == "PENDING", "the row is taken up")
    values = {"values": ["Ana", "17"], "buttons": ["17"]}
    status, problem = await send(house, **values)
    assert (status, problem["code"]) == (422, "template_not_sendable"), problem

    await sim.book.approve("order_ready")
    await until(lambda: known(house, "order_ready") == "APPROVED", "the webhook is folded")
    status, problem = await send(house, values=["Ana"], buttons=["17"])
    assert (status, problem["code"]) == (422, "template_mismatch")
    assert "values must be a list of 2, given 1" in problem["detail"]
    status, problem = await send(house, name="order_redy", **values)
    assert (status, problem["code"]) == (422, "template_not_synced")
    status, _ = await send(house, **values)
    assert status == 202
    [arrived] = await sim.wait_for(ANA, 1)
    assert (arrived.kind, sim.accepted[0].body["template"]["name"]) == ("template", "order_ready")
    assert sim.accepted[0].body["template"]["components"][1] == {
        "type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "17"}],
    }  # fmt: skip
    assert len(sim.accepted) == 1

    code, out, _ = await cli("apply", "--file", file)
    assert (code, out.splitlines()[0]) == (0, "= unchanged order_ready en_US")


async def test_another_category_becomes_the_next_version(house: House, cli: Cli) -> None:
    """An approved name keeps its category: `_v2` is made, and sent under the old name once approved."""
    sim = house.sim
    await house.start()
    await cli("apply", "--file", write(house, ORDER % "utility"))
    await sim.book.approve("order_ready")
    file = write(house, ORDER % "marketing")

    code, out, err = await cli("apply", "--file", file)
    assert code == 0, out + err
    assert "+ rename    order_ready en_US as order_ready_v2: order_ready is APPROVED as utility" in out
    assert "order_ready_v2 en_US: PENDING, marketing; sent as order_ready" in out
    await until(lambda: known(house, "order_ready_v2") == "PENDING", "the new row is taken up")
    values = {"values": ["Ana", "17"], "buttons": ["17"]}
    assert (await send(house, **values))[0] == 202
    await sim.wait_for(ANA, 1)
    await sim.book.approve("order_ready_v2")
    await until(lambda: known(house, "order_ready_v2") == "APPROVED", "the webhook is folded")
    code, refused = await send(house, **values)
    assert (code, refused["code"]) == (422, "no_opt_in")
    assert house.gateway is not None
    await agree(house.gateway.store)
    assert (await send(house, **values))[0] == 202
    await sim.wait_for(ANA, 2)

    sent = [accepted.body["template"]["name"] for accepted in sim.accepted]
    assert sent == ["order_ready", "order_ready_v2"]
    code, out, _ = await cli("apply", "--file", file)
    assert (code, out.splitlines()[0]) == (0, "= unchanged order_ready en_US as order_ready_v2")


async def test_a_paused_template_is_refused_here(house: House, cli: Cli) -> None:
    """The webhook about the pause stops the next send before the provider is asked, and ends with it."""
    sim = house.sim
    await house.start()
    await cli("apply", "--file", write(house, ORDER % "utility"))
    await sim.book.approve("order_ready")
    await until(lambda: known(house, "order_ready") == "APPROVED", "approved")
    await sim.book.pause("order_ready")
    await until(lambda: known(house, "order_ready") == "PAUSED", "paused")

    status, problem = await send(house, values=["Ana", "17"], buttons=["17"])

    assert (status, problem["code"]) == (422, "template_not_sendable")
    assert "FIRST_PAUSE" in problem["detail"]
    assert sim.accepted == []


async def test_what_was_taken_has_its_answer_when_the_template_is_paused_since(
    house: House, cli: Cli
) -> None:
    """The same Idempotency-Key and body: the stored 202, and nothing goes twice; another key is refused."""
    sim = house.sim
    await house.start()
    await cli("apply", "--file", write(house, ORDER % "utility"))
    await sim.book.approve("order_ready")
    await until(lambda: known(house, "order_ready") == "APPROVED", "approved")
    message = {"type": "template", "name": "order_ready", "language": "en_US", "values": ["Ana", "1"]}
    order = {"channel": "duka-main", "to": ANA, "message": {**message, "buttons": ["1"]}}
    first = await house.api("POST", json=order, headers={"Idempotency-Key": "once"})
    assert first[0] == 202, first
    await sim.wait_for(ANA, 1)
    await sim.book.pause("order_ready")
    await until(lambda: known(house, "order_ready") == "PAUSED", "paused")

    assert await house.api("POST", json=order, headers={"Idempotency-Key": "once"}) == first
    status, problem = await house.api("POST", json=order, headers={"Idempotency-Key": "other"})
    assert (status, problem["code"]) == (422, "template_not_sendable")
    assert len(sim.accepted) == 1


async def test_a_plugin_learns_what_does_not_fit(house: House, cli: Cli) -> None:
    """`SendRefused` in the hook carries the code; a plugin's right send goes out."""
    house.plugin("seller", SELLER)
    house.lines["duka"].plugins = ("seller",)
    sim = house.sim
    await house.start()
    await cli("apply", "--file", write(house, ORDER % "utility"))
    await sim.book.approve("order_ready")
    await until(lambda: known(house, "order_ready") == "APPROVED", "approved")

    await sim.says(ANA, "hello")
    refused, right = await sim.wait_for(ANA, 2)

    assert (refused.text, right.kind) == ("template_mismatch", "template")


async def test_samples_are_uploaded(house: House, cli: Cli) -> None:
    """A header's file goes through the resumable upload of the app; without app_id the error names it."""
    sim = house.sim
    house.lines["duka"].settings = {"app_id": ""}
    text = ORDER % "marketing" + '\n[templates.header]\nkind = "image"\nsample = "order.png"\n'
    await house.start()
    file = write(house, text)
    code, _, err = await cli("apply", "--file", file)
    assert code == 2
    assert "order.png" in err
    photo(house.folder / "order.png")
    code, out, _ = await cli("apply", "--file", file)
    assert code == 1
    assert "app_id is not set" in out

    await house.stop()
    house.lines["duka"].settings = {"app_id": APP_ID}
    await house.start()
    code, out, err = await cli("apply", "--file", file)

    assert code == 0, out + err
    [record] = sim.book.of("198700112233445")
    assert record.part("HEADER")["format"] == "IMAGE"


async def test_without_a_gateway(house: House, cli: Cli) -> None:
    """The commands open the database themselves when nobody serves; wait ends with the review."""
    sim = house.sim
    await house.start()
    await house.stop()
    file = write(house, ORDER % "utility")
    sim.review_delay = 0.0

    code, out, err = await cli("apply", "--file", file, "--wait", "--timeout", "30", "--yes")
    assert code == 0, out + err
    assert "order_ready en_US: APPROVED" in out
    code, out, _ = await cli("list", "--json", "--language", "en_US")
    [one] = json.loads(out)["templates"]
    assert (code, one["status"], one["category"]) == (0, "APPROVED", "utility")
    code, out, _ = await cli("list")
    assert "order_ready  en_US     utility   APPROVED" in out
    assert "Account 198700112233445, read 2" in out


async def test_waiting_for_a_review_that_rejects(house: House, cli: Cli) -> None:
    """`--wait` ends with the verdict and its reason, and exits 1; so it does when the review takes long."""
    sim = house.sim
    await house.start()
    file = write(house, ORDER % "utility")
    waiting = asyncio.create_task(cli("apply", "--file", file, "--wait"))
    await until(lambda: list(sim.book.of("198700112233445")), "submitted")
    await sim.book.reject("order_ready", "SCAM")
    code, out, err = await waiting
    assert code == 1, out + err
    assert "order_ready en_US: REJECTED (SCAM" in out

    again = write(house, ORDER.replace("is ready", "is here") % "utility")
    code, out, _ = await cli("apply", "--file", again, "--wait", "--timeout", "0.1")
    assert code == 1
    assert "~ edit      order_ready en_US" in out
    assert "still in review after 0.1 s: order_ready en_US" in out


async def test_delete_and_apply_again(house: House, cli: Cli) -> None:
    """The name is blocked after the deletion: the template comes back as version 2."""
    sim = house.sim
    await house.start()
    file = write(house, ORDER % "utility")
    await cli("apply", "--file", file)
    await sim.book.approve("order_ready")

    code, _, err = await cli("delete", "order_ready")
    assert (code, "--yes" in err) == (2, True)
    code, out, _ = await cli("delete", "order_ready", "--dry-run")
    assert (code, "Nothing was changed" in out) == (0, True)
    code, out, err = await cli("delete", "order_ready", "--language", "en_US", "--yes")
    assert (code, "order_ready en_US: deleted" in out) == (0, True), out + err
    code, _, err = await cli("delete", "order_ready", "--yes")
    assert (code, "has no template order_ready" in err) == (2, True)
    await until(lambda: known(house, "order_ready") == "DELETED", "taken up")
    assert (await send(house, values=["Ana", "17"], buttons=["17"]))[1]["code"] == "template_not_sendable"

    code, out, err = await cli("apply", "--file", file)
    assert code == 0, out + err
    assert "order_ready_v2 en_US: PENDING, utility; sent as order_ready" in out


async def test_an_edit_and_its_budget(house: House, cli: Cli) -> None:
    """An edit goes to review; a second one of an approved template within a day is refused and explained."""
    sim = house.sim
    await house.start()
    await cli("apply", "--file", write(house, ORDER % "utility"))
    await sim.book.approve("order_ready")
    await until(lambda: known(house, "order_ready") == "APPROVED", "approved")
    code, out, err = await cli("apply", "--file", write(house, ORDER.replace("See it", "Look") % "utility"))
    assert code == 0, out + err
    assert "buttons[0].text: 'See it' -> 'Look'" in out
    code, out, _ = await cli("apply", "--file", write(house, ORDER.replace("See it", "Go") % "utility"))
    assert (code, "wait for the review" in out) == (1, True)

    await sim.book.approve("order_ready")
    code, out, _ = await cli("apply", "--file", write(house, ORDER.replace("See it", "Go") % "utility"))
    assert code == 1
    assert "once in 24 hours and ten times in 30 days" in out


async def test_a_question_without_an_answer(house: House, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-D means no: nothing is done, and no traceback is shown."""
    await house.start()

    def hung_up(question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", hung_up)
    monkeypatch.setattr("sys.stdin", Mock(isatty=lambda: True))
    code, _, err = await cli("apply", "--file", write(house, ORDER % "utility"))
    assert (code, err) == (2, "")
    assert list(house.sim.book.of("198700112233445")) == []


async def test_what_cannot_be_done(house: House, cli: Cli) -> None:
    """A wrong file, a wrong channel and a dead token: exit code 2, and a sentence."""
    sim = house.sim
    await house.start()
    code, _, err = await cli("apply", "--file", write(house, "[[templates]]\nname = 'x'\n"))
    assert (code, "templates[0].language: missing" in err) == (2, True), err
    code, _, err = await cli("list", "--channel", "nobody")
    assert (code, "there is no channel 'nobody'; there are: duka-main" in err) == (2, True)
    sim.access_token = "another"
    code, _, err = await cli("list", "--sync")
    assert (code, "190" in err) == (2, True), err


async def test_the_start_waits_for_no_sync(house: House) -> None:
    """A provider that refuses the list does not keep the gateway from being ready; sends pass unchecked."""
    sim = house.sim
    await sim.start()
    sim.templates = "any"
    house.lines["duka"].settings = {"waba_id": "1"}
    await house.start()
    async with house.session.get(house.url + "/health/ready") as answer:
        assert answer.status == 200

    assert (await send(house, values=["Ana"]))[0] == 202
    await sim.wait_for(ANA, 1)
