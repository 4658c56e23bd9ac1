from gateway import Chat, Message, hook


@hook.on_message
async def echo(message: Message, chat: Chat) -> None:
    await chat.say(message.text)
