"""What to write, said when a message was answered by nobody: a handler that can be pasted into a plugin."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence

_HANDLER = """\
@hook.on_message
async def {name}(message: Message, chat: Chat) -> Handled | None:
{condition}    await chat.say("…")
    return Handled"""
_CONDITION = "    if message.reply_id != {id}:\n        return None\n"
#: What of an id or a title is shown: they come from outside, and go into a log.
_LONGEST = 80


def unanswered_tap(reply_id: str, title: str, plugin: str = "") -> str:
    """For a tap on *reply_id*, whose words are *title*; *plugin* sent the menu, "" when that is not known."""
    words = f" ({_shown(title)})" if title else ""
    where = "In a plugin, write"
    if plugin:
        where = f"'{plugin}' sent that menu; there, or in another plugin, write"
    handler = _HANDLER.format(name=handler_name(reply_id), condition=_CONDITION.format(id=quoted(reply_id)))
    return f"nobody answered the tap on '{_shown(reply_id)}'{words}. {where}:\n\n{handler}"


def unanswered_message(tenant: str, plugins: Sequence[str]) -> str:
    """For the first message of *tenant*, which none of its *plugins* answered."""
    handler = _HANDLER.format(name="answer", condition="")
    asked = ", ".join(plugins)
    return (
        f"nobody answered the first message to tenant '{tenant}' (asked were: {asked}). In a plugin, write:"
        f"\n\n{handler}"
    )


def handler_name(reply_id: str) -> str:
    """A function's name made of *reply_id*: "order:12" gives "order_12"."""
    name = re.sub(r"\W+", "_", reply_id[:_LONGEST], flags=re.ASCII).strip("_").lower()
    if not name:
        return "tapped"
    return f"on_{name}" if name[0].isdigit() or keyword.iskeyword(name) else name


def quoted(text: str) -> str:
    """*text* as a Python literal in double quotes, whatever is in it."""
    literal = repr(text)
    return f'"{literal[1:-1]}"' if literal[0] == "'" and '"' not in literal else literal


def _shown(text: str) -> str:
    """One line of *text*, cut where it is long."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
