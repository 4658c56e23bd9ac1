"""Files: what a contact sends is fetched and kept; it is told of when it is there, and can be sent on."""

from gateway import ChannelEvent, Chat, Handled, Image, Message, hook, notice


@hook.on_message
async def photo(message: Message, chat: Chat) -> Handled | None:
    if message.media is None:
        return None
    await chat.say("Thank you, one moment…")
    return Handled


@hook.on_event
async def arrived(event: ChannelEvent, chat: Chat) -> None:
    if isinstance(event.content, notice.MediaFailed):
        await chat.say("Your file could not be fetched. Please send it again.")
    if not isinstance(event.content, notice.MediaStored):
        return
    file = await chat.media(event.content.message)
    if file is None or not file.mime_type.startswith("image/"):
        await chat.say("We keep it. For the wall we need a picture.")
        return
    await chat.send(Image(stored=file.id, caption=f"On the wall: {file.mime_type}, {file.size} bytes"))
