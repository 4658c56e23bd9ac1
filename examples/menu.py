"""A menu: buttons, a list behind one of them, and what comes back when somebody taps or writes "2"."""

from gateway import Button, Buttons, Chat, Handled, List, Message, Row, Section, hook

FRUIT = {"mango": ("Mango", "KES 50"), "kiwi": ("Kiwi", "KES 30"), "papaya": ("Papaya", "KES 80")}


@hook.on_message
async def menu(message: Message, chat: Chat) -> Handled | None:
    if message.reply_id in FRUIT:
        name, price = FRUIT[message.reply_id]
        await chat.say(f"{name} is {price} today.")
    elif message.reply_id == "fruit":
        rows = [Row(id, name, price) for id, (name, price) in FRUIT.items()]
        await chat.send(List("What do you like?", button="Fruit", sections=[Section("Fresh today", rows)]))
    elif message.reply_id == "hours":
        await chat.say("We are open from 8 to 18, every day but Sunday.")
    else:
        buttons = [Button("fruit", "Fruit and prices"), Button("hours", "Opening hours")]
        await chat.send(Buttons("Welcome! What can we do for you?", buttons))
    return Handled
