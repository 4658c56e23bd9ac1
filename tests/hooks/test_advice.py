"""What is said of a message that nobody answered can be pasted, and works."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.hooks.advice import handler_name, quoted, unanswered_message, unanswered_tap


def handler(sentence: str) -> ast.AsyncFunctionDef:
    """The function in *sentence*."""
    _, _, code = sentence.partition(":\n\n")
    [function] = ast.parse(code).body
    assert isinstance(function, ast.AsyncFunctionDef)
    return function


def test_a_tap_is_told_with_its_handler() -> None:
    """The id, the words, who sent the menu, and what to write, word for word."""
    assert unanswered_tap("track", "Track my order", "shop") == (
        "nobody answered the tap on 'track' (Track my order). 'shop' sent that menu; there, or in another "
        "plugin, write:\n\n"
        "@hook.on_message\n"
        "async def track(message: Message, chat: Chat) -> Handled | None:\n"
        '    if message.reply_id != "track":\n'
        "        return None\n"
        '    await chat.say("…")\n'
        "    return Handled"
    )
    assert "In a plugin, write:\n\n@hook" in unanswered_tap("track", "")


def test_a_first_message_without_an_answer_is_told_with_a_handler() -> None:
    """With the plugins that were asked, and without the contact's words."""
    said = unanswered_message("duka", ["shop", "crm"])
    assert said.startswith("nobody answered the first message to tenant 'duka' (asked were: shop, crm).")
    assert handler(said).name == "answer"


@pytest.mark.parametrize(
    ("reply_id", "name"),
    [
        ("order:12", "order_12"),
        ("12", "on_12"),
        ("class", "on_class"),
        ("¿?", "tapped"),
        ("", "tapped"),
        ("Yes please", "yes_please"),
    ],
)
def test_ids_become_names_of_functions(reply_id: str, name: str) -> None:
    """What a function may be called, as near to the id as that goes."""
    assert handler_name(reply_id) == name


@given(st.text(), st.text())
def test_whatever_the_id_the_handler_is_python_for_it(reply_id: str, title: str) -> None:
    """Ids come from outside: what is pasted compares with that very id and does nothing else."""
    [condition, *_] = handler(unanswered_tap(reply_id, title.replace(":", ""))).body
    assert isinstance(condition, ast.If)
    assert isinstance(condition.test, ast.Compare)
    assert ast.literal_eval(condition.test.comparators[0]) == reply_id
    assert ast.literal_eval(quoted(reply_id)) == reply_id
