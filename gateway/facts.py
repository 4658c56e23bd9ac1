"""What a plugin is told of the world around a message: who, where, for whom, and what became of a send."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from gateway.model.capability import Loss


class Contact(Struct, frozen=True):
    """Who the conversation is with. `address` is what replies go to: "+254…" or a user id."""

    id: str
    name: str
    address: str
    username: str = ""
    #: As a code ("es"): what the contact chose, or what their number's country speaks, or the tenant's.
    language: str = ""

    @property
    def phone(self) -> str:
        """The phone number with its "+", or "" when the provider does not show it."""
        return self.address if self.address.startswith("+") else ""


class Conversation(Struct, frozen=True):
    """One contact on one channel, or a group. `window_until` is when free-form replies end; `window` is
    "open", "closing" in its last two hours, or "closed". `free_until` is set while everything is free of
    charge, after an answer to an ad. `group` is the group's id, "" for a contact's own conversation."""

    id: str
    channel: str
    window_until: datetime
    window_open: bool
    window: Literal["open", "closing", "closed"] = "closed"
    free_until: datetime | None = None
    group: str = ""


class Tenant(Struct, frozen=True):
    """The business that the plugin acts for."""

    id: str
    time_zone: str = "UTC"
    language: str = "en"
    country: str = ""


class Sent(Struct, frozen=True):
    """A message that will be sent when the hook's work commits. `losses` is what the channel could not
    carry; `parts` is 0 when nothing was left to send. `at` is set when it waits for that time; `reason` is
    then "window_ends_before" when the contact has to write again until then, else ""."""

    id: str
    parts: int
    losses: tuple[Loss, ...] = ()
    at: datetime | None = None
    reason: str = ""


class Parked(Struct, frozen=True):
    """A flow of this conversation that was put aside by MENU, HELP or another flow; a tap on a button whose
    id is *reply_id* goes on with it. *title* names it for the contact."""

    plugin: str
    name: str
    title: str
    reply_id: str


#: Before a command's name in the id of an option that runs it when it is chosen.
COMMAND = "command:"


class CommandHelp(Struct, frozen=True):
    """A command of a plugin, as HELP shows it in the contact's language: what to write ("ADD"), what follows
    ("SKU [QTY]", "" when nothing may), and a line of help. A tap on an option whose id is *reply_id* runs
    it."""

    plugin: str
    name: str
    words: str
    takes: str
    help: str

    @property
    def reply_id(self) -> str:
        """The id for a button or a row. What the command takes may follow it, after a space."""
        return f"{COMMAND}{self.plugin}.{self.name}"

    @property
    def usage(self) -> str:
        """What to write, all of it: "ADD SKU [QTY]"."""
        return f"{self.words} {self.takes}".strip()
