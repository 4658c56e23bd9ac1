"""A form as a conversation: each answer is checked, "back" goes to the question before, "cancel" ends it."""

from gateway import Chat, FlowTimeout, Handled, Invalid, Message, fields, flow, hook


def nickname(text: str) -> str:
    """A parser of our own: what it raises is said to the contact, and the question is asked again."""
    if not text.isalpha():
        raise Invalid("Letters only, please.")
    return text.title()


@hook.on_message
async def begin(message: Message, chat: Chat) -> Handled | None:
    if message.text.lower() != "join":
        return None
    return await chat.start(signup)


@flow(timeout="20h", title="Joining")
async def signup(chat: Chat) -> None:
    try:
        name = await chat.ask("nickname", "How shall we call you?", parse=nickname)
        mail = await chat.ask("mail", "Your e-mail address?", parse=fields.email)
        born = await chat.ask("birthday", "And your birthday?", parse=fields.date(before="today"))
        news = await chat.confirm("news", "May we send you news once a month?")
    except FlowTimeout:
        await chat.say("We stop here for today. Write JOIN to begin again.")
        return
    day = chat.words.date(born, "long")
    await chat.say(f"Welcome, {name}! {mail}, born {day}, {'with' if news else 'without'} news.")
