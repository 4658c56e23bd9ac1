"""Says what it hears in every place of a message where words can stand."""

from gateway import Button, Buttons, Chat, CtaUrl, Document, List, Message, Row, Section, hook


@hook.on_message
async def echo(message: Message, chat: Chat) -> None:
    """Text, buttons, list, link and document, all with the same words."""
    words = message.text
    await chat.say(words)
    await chat.send(Buttons(words, [Button("one", words[:20])], header=words[:60], footer=words[:60]))
    rows = [Row("row", words[:24], words[:72])]
    await chat.send(List(words, button=words[:20], sections=[Section(words[:24], rows)]))
    await chat.send(CtaUrl(words, words[:20], "https://example.org/shop"))
    await chat.send(Document(data=b"words", filename=f"{words[:30]}.txt", caption=words))
