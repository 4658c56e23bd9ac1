"""What the tests of the phone talk to, a fruit stand: menus of 3, 4 and 14 choices, pictures, a price list,
a long text, and an order that ends with a place.
"""

from __future__ import annotations

import asyncio

from msgspec import Struct

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


class Fruit(Struct, frozen=True):
    """A fruit: its *id* in replies, what it is called, its price in KES, and a sentence about it."""

    id: str
    name: str
    price: int
    about: str


FRUITS = (
    Fruit("mango", "Mango", 50, "Picked in Makueni two days ago; sweet, with hardly a thread in it."),
    Fruit("banana", "Banana", 10, "Small ones from Meru. They look spotted and taste of honey."),
    Fruit("pineapple", "Pineapple", 120, "From Thika. We peel it for you if you ask before noon."),
    Fruit("passion", "Passion fruit", 15, "Purple, a little wrinkled, and that is how they should be."),
    Fruit("pawpaw", "Pawpaw", 80, "Half a kilo or more. Lime is free with it."),
    Fruit("watermelon", "Watermelon", 200, "Cold ones are in the box at the back."),
    Fruit("avocado", "Avocado", 30, "Tell us when you want to eat it, and we choose one that is ready then."),
    Fruit("orange", "Orange", 20, "For juice. Ten make a litre."),
    Fruit("tangerine", "Tangerine", 15, "Easy to peel; children take two."),
    Fruit("guava", "Guava", 12, "Pink inside. You smell them before you see them."),
    Fruit("lemon", "Lemon", 8, "With tea, with fish, with everything."),
    Fruit("coconut", "Coconut", 90, "From the coast. We open it, you drink it here."),
    Fruit("jackfruit", "Jackfruit", 60, "By the piece: nobody carries a whole one home."),
    Fruit("tamarind", "Tamarind", 25, "A sour handful for a sauce or a drink."),
)

BY_ID = {fruit.id: fruit for fruit in FRUITS}

#: One sentence in four scripts: a text is a text.
GREETING = "Karibu! Добро пожаловать! Καλώς ήρθατε! أهلا وسهلا 🥭"


def story() -> str:
    """A long text, about all of them: more than one provider takes in one message."""
    told = "\n\n".join(f"*{fruit.name}*, KES {fruit.price}. {fruit.about}" for fruit in FRUITS)
    end = "We open at seven, when the first matatu stops, and close at nineteen or when all is sold."
    again = "Tell us what you like, and we keep it for you until the evening. _Nothing is ever sprayed._"
    more = (
        "Мы открываемся в семь утра, когда на площади останавливается первый автобус. Манго привозят из "
        "Макуэни, бананы из Меру, ананасы из Тики; кокосы приезжают с побережья в пятницу. Пробуйте, "
        "нюхайте, спрашивайте: плохого фрукта мы не продадим, а спелый узнаете по запаху. Если вам нужно "
        "много, напишите вечером, и утром ящик будет готов. Привезём домой, в школу или на работу, и "
        "поднимем на любой этаж. Не понравится — вернём деньги или выберем другое, как вам удобнее."
    )
    return f"{GREETING}\n\n{told}\n\n{end}\n\n{again}\n\n{more}"


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
    drawn = await asyncio.to_thread(drawings.picture)
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
