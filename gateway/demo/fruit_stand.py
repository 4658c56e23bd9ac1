"""A fruit stand: menus of 3, 4 and 14 choices, pictures, a price list, a long text, and an order that ends
with a place. Everything that it needs to know travels in the reply ids, so it keeps nothing.
"""

from __future__ import annotations

import asyncio

from gateway import (
    Button,
    Buttons,
    Card,
    Chat,
    Contacts,
    CtaUrl,
    Document,
    Handled,
    Image,
    List,
    LocationRequest,
    Message,
    Row,
    Section,
    hook,
)
from gateway.demo import drawings
from gateway.demo.goods import BY_ID, FRUITS, Fruit, story

SHOP = "https://example.org/fruit"


@hook.on_message
async def serve(message: Message, chat: Chat) -> Handled | None:
    """Answer a tap by its id and a word by its meaning; anything else gets the menu."""
    await chat.typing()
    await asyncio.sleep(float(chat.settings.get("pause", 0)))  # a person would need a moment too
    action, _, chosen = (message.reply_id or message.text.strip().lower()).partition(":")
    fruit = BY_ID.get(chosen)
    if action == "fruits":
        await chat.send(basket())
    elif action == "all":
        await chat.send(everything())
    elif action == "hours":
        await chat.say("We are open every day from 7 to 19.")
    elif action == "prices":
        await chat.send(await price_list())
    elif action == "long":
        await chat.say(story())
    elif action == "fruit" and fruit is not None:
        await chat.send(await photo(fruit))
        await chat.send(offer(fruit))
    elif action == "order" and fruit is not None:
        await chat.send(LocationRequest(f"Done! One {fruit.name.lower()} for KES {fruit.price}. Where to?"))
    elif action == "shop":
        await chat.send(CtaUrl("Order for the whole office on our page.", "Open the shop", SHOP))
    elif action == "boss":
        await chat.send(Contacts([Card("Ana Ruiz", "+34600999888", company="The fruit stand")]))
    elif message.media is not None:
        await chat.react("❤️")
        await chat.say(f"Thank you for the {message.type}!")
    elif message.location is not None:
        await chat.say("Thank you, we are on our way. 🛵", reply_to=message.provider_message_id)
    else:
        await chat.send(welcome())
    return Handled


def welcome() -> Buttons:
    """The menu."""
    return Buttons(
        "Welcome to the fruit stand! What would you like?\n\n"
        "Other words that we know: *prices*, *shop*, *boss*, and *long* for a long story.",
        [
            Button("fruits", "See the fruits"),
            Button("hours", "Opening hours"),
            Button("all", "Everything we have"),
        ],
        header="Karibu! 🥭",
        footer="Fresh every morning",
    )


def row(fruit: Fruit) -> Row:
    """A fruit to choose."""
    return Row(f"fruit:{fruit.id}", fruit.name, f"KES {fruit.price} each")


def basket() -> List:
    """What is best today, in two sections."""
    return List(
        "Here is what we have today.",
        button="Choose a fruit",
        sections=[
            Section("Sweet", [row(fruit) for fruit in FRUITS[:2]]),
            Section("Sour", [row(fruit) for fruit in FRUITS[2:4]]),
        ],
        header="Today",
        footer="Prices in shillings",
    )


def everything() -> List:
    """All fourteen: more than a list of WhatsApp's can hold."""
    rows = [row(fruit) for fruit in FRUITS]
    return List("Everything that we have.", button="All fruits", sections=[Section("Fruits", rows)])


async def photo(fruit: Fruit) -> Image:
    """A picture of *fruit*, with words."""
    drawn = await asyncio.to_thread(drawings.picture, fruit.id)
    return Image(data=drawn, caption=f"*{fruit.name}*, KES {fruit.price}. {fruit.about}")


async def price_list() -> Document:
    """A document, with words."""
    lines = [f"{fruit.name}: KES {fruit.price}" for fruit in FRUITS]
    drawn = await asyncio.to_thread(drawings.pdf, "The fruit stand", lines)
    return Document(data=drawn, filename="prices.pdf", caption="All our prices.")


def offer(fruit: Fruit) -> Buttons:
    """One fruit, to take or to leave."""
    return Buttons(
        f"{fruit.name}: shall we bring you one?",
        [Button(f"order:{fruit.id}", "Yes, please"), Button("fruits", "Something else")],
    )
