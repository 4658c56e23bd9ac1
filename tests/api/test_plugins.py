"""`/api/v1/plugins`: turned on, ordered and set while the gateway runs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.house import ANA, House, until

TAGGED = """\
from typing import Annotated, Any

from msgspec import Meta, Struct

from gateway import Chat, Message, hook

{declared}

@hook.on_message
async def tag(message: Message, chat: Chat) -> None:
    settings = chat.settings
    word = settings.get("word", "-") if isinstance(settings, dict) else settings.word
    await chat.say("{word} " + str(word))
"""
DECLARED = """\
class Settings(Struct, frozen=True):
    word: str
    key: Annotated[str, Meta(extra_json_schema={"writeOnly": True})] = ""
"""


@pytest.fixture
def plugins(any_house_to_be: House) -> House:
    """Two plugins that no file lists, one of which declares its settings."""
    any_house_to_be.plugin("first", TAGGED.format(word="first", declared=DECLARED))
    any_house_to_be.plugin("second", TAGGED.format(word="second", declared=""))
    return any_house_to_be


async def _change(house: House, name: str, **form: Any) -> dict[str, Any]:
    code, answer = await house.api("PATCH", f"/api/v1/plugins/{name}", json=form)
    assert code == 200, answer
    changed: dict[str, Any] = answer
    return changed


async def _order(house: House) -> list[str]:
    code, answer = await house.api("GET", "/api/v1/plugins")
    assert code == 200
    used = [each for each in answer["items"] if each["enabled"]]
    assert [each["position"] for each in used] == list(range(len(used)))
    return [each["name"] for each in used]


async def test_plugins_are_turned_on_ordered_and_off(plugins: House) -> None:
    """Behind the file's, in the order that was asked for, for the next message."""
    await plugins.start()
    await _change(plugins, "first", enabled=True, settings={"word": "hi"})
    await _change(plugins, "second", enabled=True)
    assert await _order(plugins) == ["echo", "first", "second"]

    await _change(plugins, "second", position=1)
    assert await _order(plugins) == ["echo", "second", "first"]
    await plugins.sim.says(ANA, "hello")
    await until(lambda: len(plugins.sim.inbox(ANA)) >= 3, "three answers")
    assert [each.text for each in plugins.sim.inbox(ANA)] == ["hello", "second -", "first hi"]

    changed = await _change(plugins, "second", enabled=False)
    assert (changed["enabled"], changed["position"], changed["health"]) == (False, None, "unused")
    assert await _order(plugins) == ["echo", "first"]


async def test_settings_are_judged_by_the_plugins_own_struct(plugins: House) -> None:
    """Strictly, with a pointer; the JSON Schema is shown, and what is writeOnly is not."""
    await plugins.start()
    path = "/api/v1/plugins/first"
    for form, pointer in (
        ({"enabled": True}, "/settings/word"),
        ({"settings": {"word": 1}}, "/settings/word"),
        ({"settings": {"word": "a", "wrod": "b"}}, "/settings/wrod"),
        ({"settings": {"word": {"env": "HOME"}}}, "/settings/word"),
        ({"enabled": True, "settings": {"word": "a"}, "position": 0}, "/position"),
        ({"position": 1}, "/position"),
    ):
        code, answer = await plugins.api("PATCH", path, json=form)
        assert (code, answer["errors"][0]["pointer"]) == (422, pointer), form

    shown = await _change(plugins, "first", settings={"word": "a", "key": "a-key-of-many-letters"})
    assert shown["settings"] == {"word": "a", "key": {"set": True, "last4": "ters"}}
    assert shown["schema"]["$defs"]["Settings"]["required"] == ["word"]
    shown = await _change(plugins, "first", settings={"key": None})
    assert shown["settings"] == {"word": "a"}
    shown = await _change(plugins, "second", settings={"word": "b"})
    assert (shown["settings"], shown["schema"]) == ({"word": {"set": True}}, None)
    (row,) = await plugins.rows("select settings from tenant_plugin where plugin = 'first'")
    assert b"word" not in bytes(row[0])


async def test_the_files_plugins_are_the_files(plugins: House) -> None:
    """409 with the place; an unknown plugin is a 404."""
    await plugins.start()
    code, answer = await plugins.api("PATCH", "/api/v1/plugins/echo", json={"enabled": False})
    assert (code, answer["code"]) == (409, "managed_by_file")
    code, answer = await plugins.api("GET", "/api/v1/plugins/nope")
    assert (code, answer["code"]) == (404, "no_such_plugin")


async def test_one_tenants_plugins_are_not_anothers(plugins: House) -> None:
    """Neither in use nor in its settings."""
    await plugins.start()
    await _change(plugins, "first", enabled=True, settings={"word": "mine"})
    code, answer = await plugins.api("GET", "/api/v1/plugins/first", tenant="soko")
    assert (code, answer["enabled"], answer["settings"]) == (200, False, {})
