"""Fields that a strict type checker refuses: each marked line must give the error beside it."""

from __future__ import annotations

from gateway import Answer, Chat, Field, fields, flow


class Size(Field[int]):
    def read(self, answer: Answer) -> str:  # E: Return type "str" of "read" incompatible with return type
        return answer.text


@flow
async def form(chat: Chat) -> None:
    age: str = await chat.ask("a", "?", parse=fields.integer)  # E: Argument "parse" to "ask" of "Asking"
    await chat.ask("b", "?", parse=fields.integer(lowest=1))  # E: Unexpected keyword argument "lowest"
    await chat.ask("c", "?", parse=fields.integer(low="1"))  # E: Argument "low" to "__call__" of "Integer"
    await chat.ask("d", "?", parse=fields.number)  # E: Module has no attribute "number"
    await chat.ask("e", "?", parse=fields.media("picture"))  # E: Argument 1 to "__call__" of "Media"
    await chat.ask("f", "?", parse=fields.email(5))  # E: "Email" not callable
    amount = await chat.ask("g", "?", parse=fields.money)
    count: str = chat.read(fields.integer, "2")  # E: Incompatible types in assignment
    await chat.say(amount)  # E: Argument 1 to "say" of "Chat" has incompatible type "Amount"
    await chat.say(age + count)
