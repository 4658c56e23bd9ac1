"""Templates as code at Twilio: from the file to the contact's phone, by name, as anywhere else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.cli import main
from providers.twilio.simulator import TwilioSimulator
from tests.support.house import ANA, House, until

FILE = """\
[[templates]]
name = "order_ready"
language = "en_US"
category = "utility"
body = "Hi {{first_name}}, order {{number}} is ready."
examples = { first_name = "Ana", number = "17" }
footer = "Duka"

[[templates.buttons]]
kind = "quick_reply"
text = "On my way"

[[templates.buttons]]
kind = "url"
text = "See it"
url = "https://duka.example/o/{{1}}"
example = "https://duka.example/o/17"
"""
VALUES = {"values": {"first_name": "Eva", "number": "42"}, "buttons": ["coming-42", "42"]}
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What the gateway logs is not taken for what a command prints."""
    with capture_logs():
        yield


@pytest.fixture
def twilio(any_house: House) -> TwilioSimulator:
    """The house has one line at Twilio, whose reviewer waits to be told, and which keeps the rules."""
    sim: TwilioSimulator = any_house.line("duka", provider="twilio")
    sim.honest()
    sim.review_delay = None
    return sim


async def templates(house: House, capsys: Captured, *words: str) -> tuple[int, str, str]:
    """`gateway templates WORDS`: its exit code, stdout and stderr."""
    capsys.readouterr()
    code = await asyncio.to_thread(main, ["templates", *words, "--config", str(house.config)])
    out, err = capsys.readouterr()
    return code, out, err


async def send(house: House, **template: Any) -> tuple[int, Any]:
    """Send the template through the API."""
    message = {"type": "template", "name": "order_ready", "language": "en_US", **template}
    return await house.api("POST", json={"channel": "duka-main", "to": ANA, "message": message})


async def test_from_the_file_to_the_phone(
    any_house: House, twilio: TwilioSimulator, capsys: Captured
) -> None:
    """Applied, rejected, corrected, approved; sent by name and outside the window, with names for values."""
    await any_house.start()
    path = any_house.folder / "templates.toml"
    path.write_text(FILE)
    apply = ("apply", "--file", str(path), "--yes")
    code, out, err = await templates(any_house, capsys, *apply)
    assert (code, "order_ready en_US: PENDING, utility" in out) == (0, True), out + err
    (content,) = twilio.book
    assert content.friendly_name == "order_ready(first_name,number,,)"

    twilio.book.reject(content.sid, "TAG_CONTENT_MISMATCH")
    path.write_text(FILE.replace("is ready", "is here"))
    code, out, err = await templates(any_house, capsys, *apply)
    assert (code, "~ edit      order_ready en_US" in out) == (0, True), out + err

    async def refused() -> bool:
        return (await send(any_house, **VALUES))[1].get("code") == "template_not_sendable"

    await until(refused, "the review is taken up")

    twilio.book.approve(content.sid)
    code, out, err = await templates(any_house, capsys, *apply)
    assert (code, out.splitlines()[0]) == (0, "= unchanged order_ready en_US"), out + err

    async def sent() -> bool:
        return (await send(any_house, **VALUES))[0] == 202

    await until(sent, "the approval is taken up")
    (seen,) = await twilio.wait_for(ANA, 1)
    assert (seen.text, seen.footer) == ("Hi Eva, order 42 is here.", "Duka")
    assert seen.options[0].id == "coming-42"
    form = twilio.accepted[0].body
    assert form["ContentSid"] == content.sid
    assert json.loads(form["ContentVariables"]) == {"1": "Eva", "2": "42", "3": "coming-42", "4": "42"}


async def test_what_is_approved_cannot_be_changed(
    any_house: House, twilio: TwilioSimulator, capsys: Captured
) -> None:
    """The file says another text: it is refused with what to do, and the old one is still sent."""
    await any_house.start()
    path = any_house.folder / "templates.toml"
    path.write_text(FILE)
    await templates(any_house, capsys, "apply", "--file", str(path), "--yes")
    (content,) = twilio.book
    twilio.book.approve(content.sid)
    path.write_text(FILE.replace("is ready", "is here"))

    code, out, err = await templates(any_house, capsys, "apply", "--file", str(path), "--yes")

    assert code == 1
    assert "Twilio cannot change the template order_ready; nothing was changed" in out + err
    assert "give it another name in the file, or delete it and apply again" in out + err
    (listed, _, _) = await templates(any_house, capsys, "list", "--sync")
    assert listed == 0

    async def sent() -> bool:
        return (await send(any_house, **VALUES))[0] == 202

    await until(sent, "the approval is taken up")
    (seen,) = await twilio.wait_for(ANA, 1)
    assert seen.text == "Hi Eva, order 42 is ready."


async def test_a_template_that_is_not_known_says_what_to_do(
    any_house: House, twilio: TwilioSimulator
) -> None:
    """Nothing tells the SID of one that the account does not have; one by hand is sent too."""
    await any_house.start()
    sid = twilio.book.add(
        {"twilio/text": {"body": "Hi {{1}}"}}, {"1": "Ana"}, language="en_US", name="made_by_hand"
    )
    status, problem = await send(any_house, name="made_by_nobody", values=["Eva"])
    assert (status, "gateway templates list --sync" in str(problem)) == (422, True), problem
    by_hand = [{"ContentSid": sid, "ContentVariables": {"1": "Eva"}}]

    async def sent() -> bool:
        return (await send(any_house, name="made_by_hand", components=by_hand))[0] == 202

    await until(sent, "the account is read, or was not")
    (seen,) = await twilio.wait_for(ANA, 1)
    assert seen.text == "Hi Eva"
