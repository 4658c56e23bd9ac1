"""Commands of plugins: which words of a contact are one.

What a contact writes is a command when its first words are: the longest, in the contact's language, the
tenant's, or English. Of two plugins that claim the same words the first in the tenant's order has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from gateway.facts import COMMAND
from gateway.hooks.handled import Handled
from gateway.hooks.host import Host
from gateway.hooks.offers import Command
from gateway.hooks.plugin import Call
from gateway.language.codes import base
from gateway.language.fold import fold
from gateway.model import inbound
from gateway.model.event import MessageReceived
from gateway.pipeline.plan import Claim

if TYPE_CHECKING:
    from gateway.chat import Chat
    from gateway.message import Message
    from gateway.pipeline.records import OpenEvent

#: Characters of a word; no command has a longer one.
LONGEST = 100
#: Sets of plugins whose words are remembered.
KEPT = 1_000


class Found(Struct, frozen=True):
    """A command, and the plugin that has it."""

    plugin: str
    command: Command


class Index(Struct, frozen=True):
    """The words of some plugins' commands as they are compared, by language; *longest* is how many words the
    longest has, *always* whether one of them is heard while a flow waits."""

    words: Mapping[str, Mapping[str, Found]]
    named: Mapping[str, Found]
    longest: int
    first: frozenset[str]
    always: bool = False

    def likely(self, text: str) -> bool:
        """Whether *text* begins as a command does, in whichever language: what most texts do not."""
        return any(_word(word) in self.first for word in text.split(None, 1)[:1])

    def read(self, text: str, languages: Sequence[str]) -> tuple[Found, str] | None:
        """The command that *text* is in one of *languages*, and what follows its words."""
        tables = [table for table in map(self.words.get, languages) if table]
        if not tables:
            return None
        first = [_word(word) for word in text.split(None, self.longest)[: self.longest]]
        for count in range(len(first), 0, -1):
            said = " ".join(first[:count])
            for table in tables:
                found = table.get(said)
                if found is not None:
                    rest = "".join(text.split(None, count)[count:]).strip()
                    if found.command.takes or not any(map(str.isalnum, rest)):
                        return found, rest
        return None


def _word(written: str) -> str:
    """One word as it is compared; "" for what is too long to be one."""
    return fold(written) if len(written) <= LONGEST else ""


def words_of(command: Command) -> Iterator[tuple[str, str]]:
    """Each (language, words) of *command*, as they were written."""
    said = command.words if isinstance(command.words, Mapping) else {"en": command.words}
    for language, several in said.items():
        for words in several:
            yield base(language), words


def index_of(plugins: Sequence[tuple[str, Sequence[Command]]]) -> Index | None:
    """The commands of *plugins*, in this order; None when they have none."""
    words: dict[str, dict[str, Found]] = {}
    named: dict[str, Found] = {}
    longest, first = 0, set[str]()
    for plugin, commands in plugins:
        for command in commands:
            found = Found(plugin, command)
            named[f"{plugin}.{command.name}"] = found
            for language, said in words_of(command):
                folded = [fold(word) for word in said.split()]
                longest = max(longest, len(folded))
                first.update(folded[:1])
                words.setdefault(language, {}).setdefault(" ".join(folded), found)
    if not named:
        return None
    always = any(found.command.always for found in named.values())
    return Index(words, named, longest, frozenset(first), always)


class Commands:
    """The commands of every tenant's plugins. *order* names a tenant's plugins, *spoken* the languages in
    which a message is read."""

    def __init__(
        self, host: Host, order: Callable[[str], Sequence[str]], spoken: Callable[[OpenEvent], Sequence[str]]
    ) -> None:
        self._host, self._order, self._spoken = host, order, spoken
        self._known: dict[tuple[str, ...], Index | None] = {}

    def of(self, tenant: str) -> Index | None:
        """The commands of *tenant*; None when it has none."""
        key = tuple(self._order(tenant))
        try:
            return self._known[key]
        except KeyError:
            if len(self._known) >= KEPT:
                self._known.clear()
            plugins = [
                (name, self._host.plugins[name].offers.commands) for name in key if name in self._host.plugins
            ]
            made = self._known[key] = index_of(plugins)
            return made

    def claim(self, opened: OpenEvent) -> Claim | None:
        """The plugin whose command the message *opened* is."""
        index = self.of(opened.tenant)
        if index is None or not isinstance(opened.event, MessageReceived):
            return None
        content = opened.event.content
        if isinstance(content, inbound.Text):
            read = self._read(index, content.text, opened)
        elif isinstance(content, inbound.ButtonReply | inbound.ListReply):
            read = self._reply(index, content, opened)
        else:
            return None
        return _claim(*read) if read is not None else None

    def always(self, opened: OpenEvent) -> bool:
        """Whether *opened* is nothing but the typed words of a command that is heard while a flow waits."""
        index = self.of(opened.tenant)
        if index is None or not index.always or not isinstance(opened.event, MessageReceived):
            return False
        content = opened.event.content
        if isinstance(content, inbound.ButtonReply | inbound.ListReply):
            typed = content.typed
        else:
            typed = content.text if isinstance(content, inbound.Text) else ""
        read = self._read(index, typed, opened)
        return read is not None and read[0].command.always and not any(map(str.isalnum, read[1]))

    def _reply(
        self, index: Index, content: inbound.ButtonReply | inbound.ListReply, opened: OpenEvent
    ) -> tuple[Found, str] | None:
        """A tap on a command that was offered; or words that are an option and a command."""
        if content.id.startswith(COMMAND):
            name, _, rest = content.id.removeprefix(COMMAND).partition(" ")
            found = index.named.get(name)
            return (found, rest) if found is not None else None
        return self._read(index, content.typed, opened)

    def _read(self, index: Index, text: str, opened: OpenEvent) -> tuple[Found, str] | None:
        return index.read(text, self._spoken(opened)) if index.likely(text) else None


def _claim(found: Found, rest: str) -> Claim:
    run = found.command.run

    async def call(message: Message, chat: Chat) -> Handled | None:
        return await run(message, chat, rest)

    return Claim("first", found.plugin, "command", cast(Call, call))
