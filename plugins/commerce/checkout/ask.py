"""The questions of the checkout about who orders: each returns the draft with its answer."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from gateway import Answer, Button, Buttons, Chat, Invalid, fields, inbound
from plugins.commerce.checkout.answers import Email, Name, Offered
from plugins.commerce.checkout.draft import Draft, Known, Pay
from plugins.commerce.checkout.payment import fitting
from plugins.commerce.checkout.slips import meant
from plugins.commerce.common.texts import BUTTON, ROW, clip


def headed(head: str, text: str) -> str:
    """*text* below how far the checkout has come."""
    return f"{head}\n{text}" if head else text


def button(id: str, title: str) -> Button:
    """A button whose words fit."""
    return Button(id, clip(title, BUTTON))


def usable(profile: str) -> str:
    """The name of a profile when it is a person's name; "" for a number, or only signs."""
    try:
        return Name().read(Answer(inbound.Text(profile), profile))
    except Invalid:
        return ""


async def name(chat: Chat, known: Known, draft: Draft, head: str) -> Draft:
    """The customer's name: that of the profile is one tap away."""
    guess = draft.name or known.name or usable(known.profile)
    text = headed(head, chat.t("What is your name?"))
    if not guess:
        return replace(draft, name=await chat.ask("name", text, parse=Name()))
    title = chat.t("Use “{name}”", name=guess)
    question = Buttons(f"{text}\n{chat.t('Tap, or write another name.')}", [button("use", title)])
    found = await chat.ask("name", question, parse=Offered({"use": (title, guess)}, Name()))
    return replace(draft, name=found)


async def email(chat: Chat, known: Known, draft: Draft, head: str) -> Draft:
    """An e-mail address, or none; one with a slip of the finger is offered back as it may be meant."""
    now = draft.email or known.email
    skip = chat.t("Skip")
    text = chat.t("What is your e-mail address? You may skip this.")
    offers: dict[str, tuple[str, str]] = {"skip": (skip, "")}
    buttons = [button("skip", skip)]
    if now:
        text = chat.t("Your e-mail address is {email}. Write another, or tap.", email=now)
        offers["keep"] = (chat.t("Keep it"), now)
        buttons.insert(0, button("keep", chat.t("Keep it")))
    field = Offered(offers, Email(), nothing="skip")
    found = await chat.ask("email", Buttons(headed(head, text), buttons), parse=field)
    if (better := meant(found)) and await chat.confirm(
        "email_meant", chat.t("You wrote {email}. Did you mean {better}?", email=found, better=better)
    ):
        found = better
    return replace(draft, email=found)


async def phone(chat: Chat, known: Known, draft: Draft, head: str) -> Draft:
    """The number that may be called: the one that writes is one tap away."""
    text = headed(head, chat.t("Which phone number may we call about your order?"))
    numbers = dict.fromkeys(filter(None, (draft.phone, known.phone, known.own_phone)))
    if not numbers:
        return replace(draft, phone=await chat.ask("phone", text, parse=fields.phone))
    offers = {f"n{place}": (number, number) for place, number in enumerate(list(numbers)[:3])}
    question = Buttons(
        f"{text}\n{chat.t('Tap, or write another number.')}",
        [button(id, title) for id, (title, _) in offers.items()],
    )
    return replace(draft, phone=await chat.ask("phone", question, parse=Offered(offers, fields.phone)))


async def payment(chat: Chat, known: Known, draft: Draft, head: str) -> Draft:
    """How it is paid; not asked where there is one way only."""
    pays = payments(chat, known, draft)
    if len(pays) == 1:
        return replace(draft, payment=pays[0].id)
    text = headed(head, chat.t("How would you like to pay?"))
    about = [chat.t("{what}: {about}", what=pay.title, about=pay.about) for pay in pays if pay.about]
    options = [button(pay.id, pay.title) for pay in pays]
    if len(options) > 3:
        options = [Button(pay.id, clip(pay.title, ROW)) for pay in pays]
    return replace(draft, payment=await chat.choose("payment", "\n".join([text, *about]), options))


def payments(chat: Chat, known: Known, draft: Draft) -> Sequence[Pay]:
    """The ways to pay that go with how the goods come."""
    way = next((way for way in known.ways if way.id == draft.way), None)
    return fitting(known.pays, way, chat.words)
