"""What a message is for. "" is a reply: it answers the message at hand, in the conversation of who wrote it.
Everything else answers nobody, and is judged before it is sent.
"""

from __future__ import annotations

from typing import Any, Protocol, cast, get_args

from gateway.channels import Channel
from gateway.errors import SendRefused
from gateway.model.event import MessageReceived
from gateway.model.inbound import System
from gateway.model.inside import Happening
from gateway.model.outbound import Outbound, Template
from gateway.model.template import TemplateDefinition
from gateway.settings.policy import Purpose

#: What the rows of an older version say of their purpose: nothing.
UNSAID = "unsaid"
PURPOSES: tuple[str, ...] = get_args(Purpose)


class Rules(Protocol):
    """What is known of templates (`gateway.templates.desk`)."""

    @property
    def marketing(self) -> Any: ...

    @property
    def define(self) -> Any: ...


def purpose_of(
    rules: Rules, channel: Channel, message: Outbound, said: str, event: Happening | None = None
) -> Purpose | str:
    """What *message* is for: what was *said*, else by its template's category. *event* is that of the turn
    in which it is written, None where there is none. Raises `SendRefused` for what cannot be said of it."""
    if said and said not in PURPOSES:
        raise SendRefused(f"purpose is {said!r}, give one of {', '.join(PURPOSES)}")
    category = _category(rules, channel, message)
    if category == "marketing":
        if said not in ("", "marketing"):
            raise SendRefused(f"purpose is {said!r}, and the message is marketing by its category")
        return "marketing"
    if said or (event is not None and answering(event)):
        return said
    return "authentication" if category == "authentication" else "service"


def answering(event: Happening) -> bool:
    """Whether what is said in a turn of *event* answers it: a message that the contact wrote."""
    return isinstance(event, MessageReceived) and not isinstance(event.content, System)


def _category(rules: Rules, channel: Channel, message: Outbound) -> str:
    """The category of a template, also of one that the provider makes; "" where it is not known."""
    if not isinstance(message, Template):
        return message.category.lower()
    if rules.marketing(channel, message):
        return "marketing"
    known = cast("TemplateDefinition | None", rules.define(channel, message))
    return known.category if known is not None else ""


def stored(purpose: str) -> str:
    """The purpose in a row. What an older version wrote is judged: it may have been a reminder."""
    return "service" if purpose == UNSAID else purpose


def replayed(purpose: str) -> str:
    """The purpose of what is sent again by hand: it is judged, for who was to be answered may have opted out
    since."""
    return stored(purpose) or "service"
