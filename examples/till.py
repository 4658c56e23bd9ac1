"""A till: tells whoever waits for it that an order was paid. It knows nothing of orders but their numbers."""

from collections.abc import Sequence

from msgspec import Struct

from gateway import Chat, Command, Handled, Message, hook


class Payment(Struct, frozen=True, tag="payment"):
    """Somebody paid."""

    order: str
    method: str


@hook.register_events
def events() -> Sequence[type[Struct]]:
    return [Payment]


@hook.register_commands
def commands() -> Sequence[Command]:
    return [Command("paid", ["paid"], "tell that an order is paid", paid, takes="ORDER")]


async def paid(message: Message, chat: Chat, order: str) -> Handled | None:
    chat.emit(Payment(order, "cash"), key=order)
    await chat.say(f"We have noted your payment for {order}.")
    return Handled
