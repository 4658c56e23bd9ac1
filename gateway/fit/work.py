"""One message on its way through the rules: what the channel carries, what was lost, what is still to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from gateway.fit.marks import quote
from gateway.fit.words import words_for
from gateway.model.capability import Capabilities, Level, Loss
from gateway.model.checks import refuse
from gateway.model.outbound import Outbound

How = Literal["cut", "split", "converted", "dropped"]
#: What the rules call to fit a message that another one became.
Again = Callable[["Work", Outbound], list[Outbound]]

NATIVE: tuple[Level, ...] = ("full", "partial")


class Work:
    """The state of one `fit`. *quoted* are the first words of a message that is answered; they stand above
    the first text that is made, and are "" once that was done."""

    __slots__ = ("_again", "capabilities", "limits", "losses", "quoted", "reply_to", "say", "source")

    def __init__(self, capabilities: Capabilities, language: str, source: str, again: Again) -> None:
        self.capabilities = capabilities
        self.limits = capabilities.limits
        self.say = words_for(language)
        self.losses: list[Loss] = []
        #: The text that `reply_to` names, and the id while the channel carries it.
        self.source, self.quoted, self.reply_to = source, "", ""
        self._again = again

    def lose(self, what: str, how: How, detail: str = "") -> None:
        """Remember a loss, once."""
        loss = Loss(what, how, detail)
        if loss not in self.losses:
            self.losses.append(loss)

    def native(self, kind: str) -> bool:
        """Whether *kind* goes in its own form."""
        return self.capabilities.level(kind) in NATIVE

    def feature(self, name: str, field: str) -> Literal["native", "fallback", "dropped"]:
        """How feature *name* goes. What is dropped becomes a loss of *field*; what is rejected is refused."""
        level = self.capabilities.feature(name)
        if level in NATIVE:
            return "native"
        if level == "fallback":
            return "fallback"
        if level == "rejected":
            refuse(field, "cannot be sent on this channel; leave it out")
        self.lose(field, "dropped", "the channel does not carry it")
        return "dropped"

    def fit(self, message: Outbound) -> list[Outbound]:
        """*message*, which another one became, within the channel's capabilities."""
        return self._again(self, message)

    def answer_to(self, message_id: str) -> None:
        """Quote *message_id*, natively or in words, or lose it."""
        how = self.feature("reply_to", "reply_to")
        if how == "native":
            self.reply_to = message_id
        elif how == "fallback" and self.source.strip():
            self.quoted = quote(self.source)
        elif how == "fallback":
            self.lose("reply_to", "dropped", "the text of the message is not known")

    def open(self, text: str) -> str:
        """*text* with the quoted words above it, when they still have to be said."""
        if not self.quoted:
            return text
        text, self.quoted = f"{self.quoted}\n{text}", ""
        self.lose("reply_to", "converted", "its first words stand above")
        return text
