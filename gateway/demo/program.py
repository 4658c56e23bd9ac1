"""What the demo shows, as data: plugins with their settings, commands that fill them, a conversation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

#: The program that comes with the gateway.
FILE = Path(__file__).with_name("demo.toml")


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """One act, and words that a message to the contact has after it. The contact *says* words, *picks* the
    option whose words begin so, or *sends* another kind of message; the business *asks* its API ("POST
    /p/…", with *body*). *finds* is a pattern whose groups with names are found in that message: {name} stands
    for what was found in the steps that follow."""

    says: str = ""
    picks: str = ""
    sends: str = ""
    asks: str = ""
    body: dict[str, Any] = {}
    expects: str = ""
    finds: str = ""

    def told(self, known: dict[str, str]) -> Step:
        """The step with what was found before in its places."""

        def put(text: str) -> str:
            for name, value in known.items():
                text = text.replace(f"{{{name}}}", value)
            return text

        return msgspec.structs.replace(
            self, says=put(self.says), picks=put(self.picks), asks=put(self.asks), expects=put(self.expects)
        )


class Program(Struct, frozen=True, forbid_unknown_fields=True):
    """*title* is the business's name, *tenant* what gateway.toml says of it beside. *plugins* are installed
    ones, in their order, *settings* theirs by name; *commands* are run when the gateway is up ("commerce
    sample"). *play* is the conversation of ``--once``."""

    title: str
    plugins: tuple[str, ...]
    tenant: dict[str, str] = {}
    settings: dict[str, dict[str, Any]] = {}
    commands: tuple[str, ...] = ()
    play: tuple[Step, ...] = ()


def program(path: Path = FILE) -> Program:
    """The program that is written in *path*."""
    return msgspec.toml.decode(path.read_bytes(), type=Program)
