"""A checkout: a form with a check of each answer, an order in a table of its own, a wait for the payment.

Who tells of the payment is another plugin, which neither knows this one nor is known by it: `till.py` beside
it."""

from msgspec import Struct

from gateway import Chat, FlowTimeout, Handled, Message, fields, flow, hook

SIZES = {"s": "Small", "m": "Medium", "l": "Large"}


class Paid(Struct, frozen=True):
    """What we need to know of a payment."""

    method: str


@hook.on_message
async def buy(message: Message, chat: Chat) -> Handled | None:
    if message.text.lower() != "buy":
        return None
    return await chat.start(checkout)


@flow(timeout="12h", title="Checkout")
async def checkout(chat: Chat) -> None:
    name = await chat.ask("name", "What is your name?", parse=fields.text(longest=60))
    phone = await chat.ask("phone", "Which phone may the courier call?", parse=fields.phone)
    size = await chat.choose("size", "Which size?", SIZES)
    if not await chat.confirm("sure", f"{name}, {phone}, size {SIZES[size]}. Shall we order?"):
        await chat.say("Nothing was ordered.")
        return
    number = await chat.step("order", place, chat, name, phone, size)
    await chat.say(f"Order {number} is reserved. Write PAID {number} within 12 hours.")
    try:
        paid = await chat.wait_for("payment", number, shape=Paid)
    except FlowTimeout:
        await chat.step("release", mark, chat, number, "released")
        await chat.say(f"Order {number} was not paid and is released.")
        return
    await chat.step("pay", mark, chat, number, "paid")
    await chat.say(f"Thank you, {name}! Order {number} is paid by {paid.method} and on its way.")


async def place(chat: Chat, name: str, phone: str, size: str) -> str:
    """Write the order; its number."""
    async with chat.db.begin():
        last = await chat.db.value("select max(number) from checkout_order where tenant = :tenant")
        number = (last or 100) + 1
        await chat.db.run(
            "insert into checkout_order (tenant, number, name, phone, size, state)"
            " values (:tenant, :number, :name, :phone, :size, 'reserved')",
            number=number,
            name=name,
            phone=phone,
            size=size,
        )
    return str(number)


async def mark(chat: Chat, number: str, state: str) -> None:
    """The order is paid, or released."""
    await chat.db.run(
        "update checkout_order set state = :state where tenant = :tenant and number = :number",
        state=state,
        number=int(number),
    )
