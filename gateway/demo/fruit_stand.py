"""A fruit stand: a menu of buttons, a list to choose from, and an order that is confirmed with a tap.

Everything that it needs to know travels in the reply ids, so it keeps nothing.
"""

from __future__ import annotations

from gateway import Button, Buttons, Chat, Handled, List, Message, Row, Section, hook

PRICES = {"mango": 50, "banana": 10, "pineapple": 120, "passion": 15}
NAMES = {"mango": "Mango", "banana": "Banana", "pineapple": "Pineapple", "passion": "Passion fruit"}


@hook.on_message
async def serve(message: Message, chat: Chat) -> Handled | None:
    """Answer a tap by its id, a location by thanking for it, anything else with the menu."""
    action, _, fruit = message.reply_id.partition(":")
    if action == "fruits":
        await chat.send(fruits())
    elif action == "hours":
        await chat.say("We are open every day from 7 to 19.")
    elif action == "fruit" and fruit in PRICES:
        await chat.send(offer(fruit))
    elif action == "order" and fruit in PRICES:
        await chat.say(f"Done! One {NAMES[fruit].lower()} for KES {PRICES[fruit]}. Where shall we bring it?")
    elif message.location is not None:
        await chat.say("Thank you, we are on our way. 🛵")
    else:
        await chat.send(welcome())
    return Handled


def welcome() -> Buttons:
    """The menu."""
    return Buttons(
        "Welcome to the fruit stand! What would you like?",
        [Button("fruits", "See the fruits"), Button("hours", "Opening hours")],
        footer="Fresh every morning",
    )


def fruits() -> List:
    """All fruits with their prices."""
    rows = [Row(f"fruit:{name}", NAMES[name], f"KES {price} each") for name, price in PRICES.items()]
    return List("Here is what we have today.", button="Choose a fruit", sections=[Section("Fruits", rows)])


def offer(fruit: str) -> Buttons:
    """One fruit, to take or to leave."""
    return Buttons(
        f"{NAMES[fruit]}, KES {PRICES[fruit]}. Shall we bring you one?",
        [Button(f"order:{fruit}", "Yes, please"), Button("fruits", "Something else")],
    )
