"""`gateway demo` from outside: the whole product in its own process."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import urllib.request

import pytest
from msgspec.structs import replace

from gateway.channels import load_providers
from gateway.commands.demo import _demo
from gateway.demo import program, script
from gateway.demo.ports import free_port
from gateway.demo.simulators import simulators

GATEWAY = [sys.executable, "-m", "gateway"]


def test_once_plays_a_conversation() -> None:
    """`--once` plays a purchase at every provider, from the menu to the delivery; prints both sides with
    their ticks and what took another form, and exits 0 well within its bound."""
    ran = subprocess.run([*GATEWAY, "demo", "--once"], capture_output=True, text=True, timeout=240)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    played = len(simulators(load_providers()))
    said = " ".join(ran.stdout.split())
    assert ran.stdout.count("▸ Add to cart") == 2 * played
    assert len(set(re.findall(r"Your order (\w{7}) is placed", said))) == played
    assert said.count("was delivered. Enjoy") == played
    assert ran.stdout.count("✓✓ read") >= 24 * played
    assert said.count("(header converted (") >= 1
    assert "missing" not in ran.stdout
    assert "\x1b" not in ran.stdout


async def test_a_missing_reply_is_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A conversation that does not go as written says what is missing, and the command answers 1."""
    monkeypatch.setattr(script, "PATIENCE", 2.0)
    shown = replace(program.program(), play=(program.Step(says="hi", expects="a unicorn"),))
    monkeypatch.setattr(program, "program", lambda: shown)
    assert await _demo(once=True) == 1
    assert "missing: meta_cloud: after 'hi': expected 'a unicorn'" in capsys.readouterr().out


def test_without_once_it_stays_up() -> None:
    """It prints its addresses, answers on them, takes a contact's message, and stops on SIGTERM."""
    with subprocess.Popen([*GATEWAY, "demo"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            told = ""
            while "Ctrl-C" not in told:
                line = process.stdout.readline()
                assert line, told
                told += line
            ready = re.search(r"http://\S+/health/ready", told)
            wish = re.search(r"curl -d '(.*)' (http://\S+)", told)
            assert ready is not None
            assert wish is not None
            phone = re.search(r"http://127\.0\.0\.1:\d+/[\w-]{20,}/", told)
            assert phone is not None
            for url in (ready[0], phone[0], f"{phone[0]}page/main.js"):
                with urllib.request.urlopen(url, timeout=5) as answer:
                    assert answer.status == 200
            with urllib.request.urlopen(wish[2], wish[1].encode(), timeout=5) as answer:
                assert answer.status == 200
            answered = ""
            while "What would you like to do?" not in answered:
                line = process.stdout.readline()
                assert line, answered
                answered += line
        finally:
            process.terminate()
        assert process.wait(10) == 0


def test_a_taken_port_is_passed_by() -> None:
    """The first free port from the wanted one on is used."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert port < free_port(port) < port + 20
