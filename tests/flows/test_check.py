"""`gateway flows check`: open conversations, held against code that is not served yet."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import main
from gateway.commands.flows_open import opened
from gateway.flows.check import Report, check
from gateway.flows.check_words import remedy, sentence
from gateway.hooks.host import Host
from gateway.settings import load
from tests.flows.talk import Talk
from tests.support.house import ANA, BEN, CAT, House

SHOP = """
STARTS = {"shop": None}

async def count(chat: Chat) -> int:
    await chat.db.run("update contact set name = name where tenant = :tenant")
    return 7

class Paid(Struct, tag="paid", frozen=True):
    amount: int

@flow(timeout="12h")
async def shop(chat: Chat) -> None:
    await chat.say("Welcome")
    name = await chat.ask("name", "Who?")
    phone = await chat.ask("phone", "Which phone?", parse=fields.integer)
    stock = await chat.step("stock", count, chat)
    await chat.say(f"{stock} left")
    if await chat.confirm("sure", f"{name}, {phone}?"):
        await chat.wait_for("paid", "7", shape=Paid)
        await chat.say("Thank you")

STARTS["shop"] = shop
"""

NEWER = """
@flow(name="shop", version="2")
async def newer(chat: Chat) -> None:
    await chat.ask("x", "?")
"""


async def _report(talk: Talk, source: str) -> Report:
    """What a check with the code *source* says, beside the running gateway."""
    await talk.idle()
    talk.write(source)
    settings = load(talk.house.config)
    async with opened(settings, Host.load(settings.plugin_paths)) as here:
        return await check(here.store, here.around)


async def _only(talk: Talk, source: str) -> tuple[str, str]:
    report = await _report(talk, source)
    (finding,) = report.findings
    assert (finding.plugin, finding.flow, finding.tenant, finding.count) == ("talks", "shop", "duka", 1)
    assert len(finding.ids) == 1
    return sentence(finding), remedy(finding)


async def test_a_renamed_question_is_found_before_the_deploy(any_house: House) -> None:
    """Answered or waited for; the same code fits, whatever its texts say, and nothing was run or said."""
    talk = await Talk(any_house, SHOP).start()
    await talk.says("shop", 2)
    reworded = SHOP.replace('"Who?"', '"Your name?"').replace(
        'say("Welcome")', 'say("Hi"); await chat.say("!")'
    )
    assert await _report(talk, reworded) == Report(1, ())
    assert await _only(talk, SHOP.replace('"name"', '"full_name"')) == (
        "1 conversation waits at 'name'; the code asks 'full_name' there",
        "name it 'name' again, keep the old function beside it as version=\"1\" and give the new one "
        "another, or let them begin again, with a polite sentence",
    )
    await talk.says("Amina")
    await talk.says("712", 2)
    before = await any_house.rows("select version, log from flow")
    assert (await _report(talk, SHOP)).good
    said, _ = await _only(talk, SHOP.replace('"phone"', '"mobile"'))
    assert said == "'phone' was answered by 1 conversation; the code asks 'mobile' there"
    said, _ = await _only(talk, SHOP.replace('chat.step("stock"', 'chat.step("left"'))
    assert said == "step 'stock' was gone through by 1 conversation; the code does step 'left' there"
    assert await any_house.rows("select version, log from flow") == before
    assert len(talk.seen) == 5


STRICTER = ("parse=fields.integer)", "parse=fields.integer(low=1000))")
ENDS = ("    stock = await", "    return\n    stock = await")
FAILS = ("    stock = await", "    {}['x']\n    stock = await")
GONE = ("@flow(", "async def gone(chat): ...\nshop = 1\n@flow(name='other', ")
ANOTHER_CALL = ("shop(chat: Chat)", "shop(chat: Chat, cart: int)")
ANOTHER_RESULT = ("-> int", "-> list[str]")


MISFITS = [
    (STRICTER, "what 1 conversation recorded of 'phone' is not taken any more: Please write a number"),
    (ENDS, "'stock' was gone through by 1 conversation; the code ends"),
    (FAILS, "1 conversation fails on the way to step 'stock': KeyError: 'x'"),
    (GONE, "1 conversation in this flow, and the plugin has no such flow now"),
    (ANOTHER_CALL, "began with does not fit the function's arguments"),
    (ANOTHER_RESULT, "what 1 conversation recorded of step 'stock' is not taken any more"),
]


async def test_what_else_does_not_fit_is_said(house: House) -> None:
    """A stricter field, an early end, a failure, a flow that is gone, another signature, another result."""
    talk = await Talk(house, SHOP).start()
    await talk.says("shop", 2)
    await talk.says("Amina")
    await talk.says("712", 2)
    await talk.idle()
    await house.stop()
    for (old, new), said in MISFITS:
        assert old in SHOP
        words, _ = await _only(talk, SHOP.replace(old, new))
        assert said in words


async def test_a_conversation_that_waits_for_an_event_is_replayed_up_to_there(house: House) -> None:
    """Also one whose old version is kept beside the new one."""
    talk = await Talk(house, SHOP).start()
    await talk.says("shop", 2)
    await talk.says("Amina")
    await talk.says("712", 2)
    await talk.taps("Yes", 0)
    assert (await _report(talk, SHOP)).good
    said, _ = await _only(talk, SHOP.replace('"paid", "7"', '"settled", "7"'))
    assert said == "1 conversation waits at event 'paid'; the code does event 'settled' there"
    kept = SHOP + NEWER
    assert (await _report(talk, kept)).good


async def test_conversations_with_one_reason_are_one_finding(house: House) -> None:
    """Whatever each of them has answered: ten thousand strangers are one line."""
    talk = await Talk(house, SHOP).start()
    for contact in (ANA, BEN, CAT):
        before = len(talk.sim.inbox(contact))
        for count, words in ((2, "shop"), (3, "Amina"), (4, f"7{len(contact)}{contact[-1]}")):
            await talk.sim.says(contact, words)
            await talk.sim.wait_for(contact, before + count)
    await house.stop()
    picky = SHOP.replace("fields.integer)", "picky)") + PICKY
    talk.write(picky)
    settings = load(house.config)
    async with opened(settings, Host.load(settings.plugin_paths)) as here:
        report = await check(here.store, here.around)
    (finding,) = report.findings
    assert (finding.count, len(finding.ids), report.flows) == (3, 3, 3)
    assert "what 3 conversations recorded of 'phone' is not taken any more: We do not call 7" in sentence(
        finding
    )


PICKY = """
def picky(text):
    raise Invalid("We do not call {it}.", it=text)
"""
CLOCK = ("    name =", "    import time; time.time()\n    name =")


async def test_the_command_says_it_and_its_exit_code(any_house: House) -> None:
    """As a deploy script calls it, beside the gateway that runs."""
    talk = await Talk(any_house, SHOP).start()
    await talk.says("shop", 2)
    await talk.idle()
    talk.write(SHOP.replace('"name"', '"full_name"').replace(*CLOCK))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway", "flows", "check", "--config", str(any_house.config),
        cwd=any_house.folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    told, err = await process.communicate()
    out = told.decode()
    assert (process.returncode, err) == (1, b"")
    assert out.startswith("FAIL plugin 'talks', flow 'shop' (tenant duka, talks.py:")
    assert "note: plugin 'talks', flow 'shop' (talks.py:" in out
    assert out.endswith("1 of 1 open conversations would not go on with this code.\n")


async def test_the_command_answers_programs_and_lists(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """--json has the findings as data, --strict makes remarks count, `list` says what is open."""

    async def gateway(action: str, *more: str) -> tuple[int, str]:
        capsys.readouterr()
        code = await asyncio.to_thread(main, ["flows", action, "--config", str(house.config), *more])
        return code, capsys.readouterr().out

    talk = await Talk(house, SHOP).start()
    await talk.says("shop", 2)
    await talk.idle()
    await house.stop()
    assert await gateway("check") == (0, "ok   1 open conversations fit this code.\n")
    assert "duka    talks   shop  1        ask:name  waiting  1" in (await gateway("list"))[1]
    talk.write(SHOP.replace(*CLOCK))
    assert (await gateway("check"))[0] == 0
    assert (await gateway("check", "--strict"))[0] == 1
    talk.write(SHOP.replace('"name"', '"full_name"'))
    code, text = await gateway("check", "--json")
    answer: dict[str, Any] = json.loads(text)
    assert (code, answer["ok"], answer["flows"], answer["findings"][0]["count"]) == (1, False, 1, 1)
    assert answer["findings"][0]["why"]["recorded"] == "ask:name"


def test_before_the_first_start_nobody_is_in_a_flow(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that the first deploy goes through the same script; an older schema is to be migrated first."""
    config = tmp_path / "gateway.toml"
    config.write_text(f'[server]\nsecret = "{"s" * 40}"\n[store]\nurl = "sqlite:///{tmp_path}/gateway.db"\n')
    assert main(["flows", "check", "--config", str(config)]) == 0
    assert main(["flows", "list", "--config", str(config)]) == 0
    assert capsys.readouterr().out == (
        "ok   0 open conversations fit this code.\nNo conversation is in a flow.\n"
    )
    with closing(sqlite3.connect(tmp_path / "gateway.db")) as old:
        old.execute("create table journal (id int)")
    assert main(["flows", "check", "--config", str(config)]) == 2
    assert "run `gateway migrate` first" in capsys.readouterr().err


def test_a_plugin_that_cannot_be_loaded_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be read fits nothing, also where nobody is in a flow; what is switched off was meant so."""
    (tmp_path / "bot.py").write_text("def greet(:\n")
    config = tmp_path / "gateway.toml"
    config.write_text(
        f'plugin_paths = ["bot.py"]\n[server]\nsecret = "{"s" * 40}"\n'
        f'[store]\nurl = "sqlite:///{tmp_path}/gateway.db"\n'
    )
    assert main(["flows", "check", "--config", str(config)]) == 1
    assert "plugin 'bot' cannot be loaded: SyntaxError" in capsys.readouterr().out
    assert main(["flows", "check", "--config", str(config), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], len(answer["failed"])) == (False, 1)
    monkeypatch.setenv("GATEWAY_PLUGINS", "basics")
    assert main(["flows", "check", "--config", str(config)]) == 0
