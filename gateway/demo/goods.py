"""What the fruit stand sells."""

from __future__ import annotations

from msgspec import Struct


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
