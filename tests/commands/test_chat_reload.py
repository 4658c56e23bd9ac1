"""`gateway chat` takes in what is saved, keeps the conversation, and says what is wrong with new code."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOP = """\
from gateway import Chat, Handled, Message, hook


@hook.on_message
async def answer(message: Message, chat: Chat) -> Handled:
    row = await chat.db.one(
        "select count(*) as n from message where tenant = :tenant and direction = 'in'"
    )
    who, day = chat.contact.address, f"{{chat.now:%j}}"
    await chat.say(f"{words}: {{row['n']}} by {{who}} at {{day}} in {{chat.language}}")
    return Handled
"""


class Typist:
    """Somebody who types into `gateway chat` and reads what it shows."""

    def __init__(self, *options: str, cwd: Path = ROOT) -> None:
        command = [sys.executable, "-m", "gateway", "chat", *options]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=cwd,
        )
        self.shown = ""
        self._read = 0
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        while more := self.process.stdout.readline():
            self.shown += more

    def types(self, line: str) -> None:
        """One line."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def sees(self, words: str, within: float = 15.0) -> str:
        """What was shown since the last time, once it has *words*."""
        end = time.monotonic() + within
        while words not in self.shown[self._read :]:
            assert time.monotonic() < end, f"{words!r} is not in {self.shown[self._read :]!r}"
            time.sleep(0.02)
        at = self.shown.index(words, self._read) + len(words)
        since, self._read = self.shown[self._read : at], at
        return since

    def leave(self) -> int:
        """End the input; the exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(20)

    def end(self) -> None:
        """Whatever it does, it is over."""
        self.process.kill()
        self.process.wait()
        self._listener.join()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


@pytest.fixture
def typist() -> Iterator[Callable[..., Typist]]:
    """Makes typists, and has them leave."""
    made: list[Typist] = []

    def make(*options: str, cwd: Path = ROOT) -> Typist:
        made.append(Typist(*options, cwd=cwd))
        return made[-1]

    yield make
    for each in made:
        each.end()


def test_saved_code_answers_the_next_message(tmp_path: Path, typist: Callable[..., Typist]) -> None:
    """The database goes on counting; a mistake is told with its line, and the old code answers meanwhile."""
    plugin = tmp_path / "shop.py"
    plugin.write_text(SHOP.format(words="first"))
    chat = typist("--plugin", str(plugin))
    chat.types("hello")
    chat.sees("first: 1 by +254700000001")

    plugin.write_text(SHOP.format(words="other"))
    chat.types("again")
    chat.sees("new code from here on")
    chat.sees("other: 2 by +254700000001")

    plugin.write_text(SHOP.format(words="wrong").replace("await chat.db", "await await chat.db"))
    chat.types("still there?")
    said = chat.sees("the code from before goes on")
    assert "plugin 'shop' cannot be loaded: SyntaxError" in said
    assert "shop.py:6)" in said
    chat.sees("other: 3 by")

    plugin.write_text(SHOP.format(words="mended"))
    chat.types("now?")
    chat.sees("mended: 4 by")
    assert chat.leave() == 0, chat.shown


def test_a_contact_restarts_waits_and_is_somebody_else(tmp_path: Path, typist: Callable[..., Typist]) -> None:
    """Behind the conversation: the gateway starts again, days pass, contacts and languages change."""
    plugin = tmp_path / "shop.py"
    plugin.write_text(SHOP.format(words="shop"))
    chat = typist("--plugin", str(plugin))
    chat.types("/language es")
    chat.sees("nobody knows you yet")
    chat.types("hello")
    day = int(chat.sees(" in ").split(" at ")[1].split(" ")[0])

    chat.types("/restart")
    chat.sees("started again")
    chat.types("/wait 3d")
    chat.sees("(3d later)")
    chat.types("/language es")
    chat.sees("spoken to in es")
    chat.types("hello")
    chat.sees(f"shop: 2 by +254700000001 at {(day + 2) % 365 + 1:03} in es")

    chat.types("/as +254 711 222 333")
    chat.sees("you are +254711222333 now")
    chat.types("hi")
    chat.sees("shop: 3 by +254711222333")
    wrong = {"/wait soon": "/wait 30s", "/wait 99999999d": "for ever", "/as me": "/as +254"}
    for line, words in {**wrong, "/flows": "no conversation"}.items():
        chat.types(line)
        chat.sees(words)
    assert chat.leave() == 0, chat.shown


def test_a_tap_that_nobody_answers_is_shown_with_its_handler(
    tmp_path: Path, typist: Callable[..., Typist]
) -> None:
    """In full, ready to be pasted: and pasted, it answers."""
    plugin = tmp_path / "shop.py"
    plugin.write_text(
        "from gateway import Button, Buttons, Chat, Handled, Message, hook\n\n\n"
        "@hook.on_message\n"
        "async def menu(message: Message, chat: Chat) -> Handled | None:\n"
        "    if message.reply_id:\n"
        "        return None\n"
        "    await chat.send(Buttons('What?', [Button('track', 'Track my order')]))\n"
        "    return Handled\n"
    )
    chat = typist("--plugin", str(plugin))
    chat.types("hello")
    chat.sees("1. Track my order")
    chat.types("1")
    said = chat.sees("return Handled\n")
    assert "nobody answered the tap on 'track' (Track my order). 'shop' sent that menu" in said
    code = said.partition("write:\n\n")[2].replace("…", "On its way.")
    source = plugin.read_text().replace("@hook.on_message", "")
    source = source.replace(
        "    if message.reply_id:\n        return None",
        "    if answer := await track(message, chat):\n        return answer",
    )
    plugin.write_text(
        source.replace("async def menu", "@hook.on_message\nasync def menu")
        + code.replace("@hook.on_message\n", "\n\n")
    )
    chat.types("track my order")
    chat.sees("On its way.")
    assert chat.leave() == 0, chat.shown


FORM = """\
from gateway import Chat, Handled, Message, fields, flow, hook


@hook.on_message
async def begin(message: Message, chat: Chat) -> Handled | None:
    return await chat.start(form) if message.text == "join" else None


@flow
async def form(chat: Chat) -> None:
    age = await chat.ask("age", "How old are you?", parse=fields.integer)
    city = await chat.ask("city", "And where?")
    await chat.say(f"{age} in {city}.")
"""


def test_a_conversation_goes_on_in_new_code(tmp_path: Path, typist: Callable[..., Typist]) -> None:
    """An answer that was given stays; a question that was renamed is told, before anybody answers it."""
    plugin = tmp_path / "shop.py"
    plugin.write_text(FORM)
    chat = typist("--plugin", str(plugin))
    chat.types("join")
    chat.sees("How old are you?")
    chat.types("31")
    chat.sees("And where?")
    chat.types("/flows")
    chat.sees("form waits at 'city'")

    plugin.write_text(FORM.replace("{age} in {city}", "{city} has somebody of {age}"))
    chat.types("Nairobi")
    said = chat.sees("Nairobi has somebody of 31.")
    assert "new code from here on" in said

    chat.types("join")
    chat.types("31")
    chat.sees("And where?")
    plugin.write_text(FORM.replace('"age"', '"years"'))
    chat.types("/flows")
    said = chat.sees("new code from here on")
    assert "plugin 'shop', flow 'form'" in said
    assert "'age'" in said
    assert "'years'" in said


def test_what_fails_is_told_with_its_line_and_the_chat_goes_on(
    tmp_path: Path, typist: Callable[..., Typist]
) -> None:
    """A plugin's exception, and a clock in a flow."""
    plugin = tmp_path / "shop.py"
    source = FORM.replace("await chat.say(f", "time.time()\n    await chat.say(f").replace(
        "from gateway", "import time\n\nfrom gateway", 1
    )
    plugin.write_text(source.replace("return await", "print(message.txt)\n    return await"))
    chat = typist("--plugin", str(plugin))
    said = chat.sees("/quit leaves.")
    chat.types("join")
    said += chat.sees("txt")
    assert re.search(r"plugin 'shop', flow 'form' \(.*shop.py:1\d\): .*time", said)
    said += chat.sees("shop.py:8)")
    assert "plugin 'shop' on_message raised AttributeError: 'Message' object has no attribute 'txt'" in said
    plugin.write_text(source)
    chat.types("join")
    chat.sees("How old are you?")


def test_a_table_comes_with_the_code_that_needs_it(tmp_path: Path, typist: Callable[..., Typist]) -> None:
    """A migration is run when it is saved; one that is refused is told until it is mended."""
    plugin, migrations = tmp_path / "shop.py", tmp_path / "shop_migrations"
    plugin.write_text(SHOP.format(words="first"))
    migrations.mkdir()
    chat = typist("--plugin", str(plugin))
    chat.types("hello")
    chat.sees("first: 1")

    (migrations / "0001_order.sql").write_text("create table shop_order (id text not null);\n")
    plugin.write_text(SHOP.format(words="second"))
    chat.types("hello")
    said = chat.sees("nothing answers until that is mended")
    assert "shop/0001_order: table shop_order has no column tenant" in said

    table = "create table shop_order (tenant text not null, id text not null, primary key (tenant, id));\n"
    (migrations / "0001_order.sql").write_text(table)
    plugin.write_text(
        SHOP.format(words="third")
        .replace("from message", "from shop_order")
        .replace(" and direction = 'in'", "")
    )
    chat.types("hello")
    chat.sees("third: 0")
