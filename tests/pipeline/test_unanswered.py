"""A tap or a first message that nobody answered is logged once, with the handler to write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from gateway import Chat, Handled, Message, hook
from gateway.model import inbound
from gateway.model.ids import new_id
from gateway.pipeline.line import Line
from gateway.store.port import Store, Tx
from tests.pipeline.world import host_of, line_of, opened_event, settings_of
from tests.support.logs import logged

HELLO = inbound.Text("hello")
TAP = inbound.ButtonReply("track", "Track my order")


class Answers:
    """Does with each message what its type says: "silent", "says", "handles" or "fails"."""

    def __init__(self, how: str) -> None:
        self.how = how

    @hook.on_message
    async def answer(self, message: Message, chat: Chat) -> Handled | None:
        if self.how == "fails":
            raise KeyError("price")
        if self.how == "says":
            await chat.say("yes?")
        return Handled if self.how == "handles" else None


class Watches:
    """Has no say."""

    @hook.on_any_message
    async def see(self, message: Message, chat: Chat) -> None: ...


def _line(store: Store, tmp_path: Path, **plugins: object) -> Line:
    return line_of(store, settings_of(tmp_path, plugins=tuple(plugins)), host_of(**plugins))


async def _told(line: Line, *contents: inbound.Inbound, **more: Any) -> list[dict[str, Any]]:
    """What is logged of unanswered messages while *contents* come, one after another."""
    with logged() as out:
        for content in contents:
            opened = opened_event(line)
            event = msgspec.structs.replace(opened.event, content=content)  # type: ignore[type-var]
            await line.dispatcher.handle(msgspec.structs.replace(opened, event=event, **more))
    entries = [json.loads(each) for each in out.getvalue().splitlines()]
    return [entry for entry in entries if entry["event"] in ("tap.unanswered", "message.unanswered")]


async def _menu(store: Store, opened_in: str, origin: str) -> None:
    """A menu with the option "track" was sent in a conversation."""
    menu = '{"kind":"buttons","options":[{"id":"buy","title":"Buy"},{"id":"track","title":"Track my order"}]}'
    id = new_id()

    async def write(tx: Tx) -> None:
        await tx.run(
            """insert into message (tenant, id, channel, conversation, contact, direction, type, content,
            provider_message_id, event, origin, parts, at, created_at, raw)
            values ('duka', :id, 'front', :conversation, '', 'out', 'buttons', '{}', '', '', :origin, 1, 5, 5,
            cast(:raw as bytea))""",
            id=id, conversation=opened_in, origin=origin, raw=b"",
        )  # fmt: skip
        await tx.run(
            """insert into menu (tenant, conversation, message, at, menu)
            values ('duka', :conversation, :id, 5, :menu)""",
            id=id, conversation=opened_in, menu=menu,
        )  # fmt: skip

    await store.write(write)


async def test_an_unanswered_tap_is_told_once(store: Store, tmp_path: Path) -> None:
    """With the handler to paste; another id is told by itself."""
    line = _line(store, tmp_path, shop=Answers("silent"))
    told = await _told(line, TAP, TAP, inbound.ListReply("kiwi", "Kiwi"))

    assert [entry["reply_id"] for entry in told] == ["track", "kiwi"]
    assert told[0]["level"] == "warning"
    assert told[0]["problem"].startswith("nobody answered the tap on 'track' (Track my order). In a plugin")
    assert 'if message.reply_id != "track":' in told[0]["problem"]


async def test_who_sent_the_menu_is_named(store: Store, tmp_path: Path) -> None:
    """The plugin; for a menu that was sent over the API nothing is said, its sender hears of the tap."""
    line = _line(store, tmp_path, shop=Answers("silent"))
    conversation = opened_event(line).conversation
    await _menu(store, conversation, "plugin:crm")
    await _menu(store, "elsewhere", "api")

    [told] = await _told(line, TAP, conversation=conversation)
    assert told["plugin"] == "crm"
    assert "'crm' sent that menu" in told["problem"]
    assert await _told(line, inbound.ButtonReply("buy", "Buy"), conversation="elsewhere") == []


async def test_whoever_answers_or_fails_is_no_silence(store: Store, tmp_path: Path) -> None:
    """`Handled`, words, and a failure that was told by itself."""
    for how in ("says", "handles", "fails"):
        assert await _told(_line(store, tmp_path, shop=Answers(how)), TAP, HELLO) == []


async def test_a_first_message_without_an_answer_is_told_once(store: Store, tmp_path: Path) -> None:
    """With the plugins that were asked, without the contact's words; not once anything was answered."""
    line = _line(store, tmp_path, shop=Answers("silent"), watcher=Watches())
    [told] = await _told(line, inbound.Text("my secret"), HELLO)
    assert "(asked were: shop)" in told["problem"]
    assert "secret" not in json.dumps(told)

    shop = Answers("says")
    line = _line(store, tmp_path, shop=shop)
    assert await _told(line, HELLO) == []
    shop.how = "silent"
    assert await _told(line, HELLO) == []


async def test_silence_by_design_is_left_alone(store: Store, tmp_path: Path) -> None:
    """Plugins that only watch, a reaction, and what is run again for one plugin."""
    assert await _told(_line(store, tmp_path, watcher=Watches()), HELLO) == []
    line = _line(store, tmp_path, shop=Answers("silent"))
    assert await _told(line, inbound.Reaction("wamid", "👍")) == []
    assert await _told(line, TAP, HELLO, plugins=("shop",)) == []
