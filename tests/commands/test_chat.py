"""`gateway chat` from outside."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gateway.commands.chat import own_settings
from gateway.errors import SettingsError

ROOT = Path(__file__).parents[2]


def chat(typed: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command with *typed* on its stdin."""
    command = [sys.executable, "-m", "gateway", "chat", *options]
    return subprocess.run(command, input=typed, capture_output=True, text=True, timeout=40, cwd=ROOT)


def test_a_pipe_talks_with_a_plugin() -> None:
    """Lines from a pipe are said, the replies are printed, and it ends with the input."""
    ran = chat("hello there\n", "--plugin", "examples/echo.py")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("hello there") == 2


def test_options_are_tapped_by_number_or_words() -> None:
    """A menu can be used with a keyboard."""
    ran = chat("hi\n1\nmango\n1\n", "--plugin", "tests/demo/phone/stall.py")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1. See the fruits" in ran.stdout
    assert "One mango for KES 50" in " ".join(ran.stdout.split())


@pytest.mark.parametrize("provider", ["meta_cloud", "dialog360", "twilio"])
def test_the_provider_can_be_chosen(provider: str) -> None:
    """The same plugin, another wire: a menu that is too long for it is answered by number."""
    ran = chat("all\n2\n", "--plugin", "tests/demo/phone/stall.py", "--provider", provider)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"on a simulated {provider}." in ran.stdout
    assert "Banana: shall we bring you one?" in ran.stdout


def test_an_unknown_provider_is_told() -> None:
    """With those that there are."""
    ran = chat("hi\n", "--plugin", "examples/echo.py", "--provider", "pigeon")
    assert ran.returncode != 0
    assert "twilio" in ran.stdout + ran.stderr


def test_a_broken_plugin_is_told(tmp_path: Path) -> None:
    """An error in the plugin is shown in the conversation, which goes on."""
    plugin = tmp_path / "broken.py"
    plugin.write_text(
        "from gateway import Chat, Message, hook\n\n\n"
        "@hook.on_message\n"
        "async def fail(message: Message, chat: Chat) -> None:\n"
        "    if message.text == 'ok':\n"
        "        await chat.say('fine')\n"
        "    else:\n"
        "        raise KeyError('price of mango')\n"
    )
    ran = chat("hello\nok\n", "--plugin", str(plugin))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "KeyError" in ran.stdout
    assert "broken" in ran.stdout
    assert "  fine" in ran.stdout


def test_it_says_what_to_chat_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a configuration and a plugin, and with a file that is not there, it says what to name."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="--plugin"):
        own_settings(None, None)
    with pytest.raises(SettingsError, match="no such file"):
        own_settings(None, Path("shop.py"))
