"""What a provider may have beside webhooks and sends: each is one small port, None where it has not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from gateway.model.finding import Finding
from gateway.model.inbound import Media
from gateway.model.outbound import Template
from gateway.model.template import Sample, TemplateDefinition
from gateway.provider.steps import Download, Steps


class Receipts(Protocol):
    """The signals that a provider has beside messages."""

    def mark_read(self, message_id: str, typing: bool, settings: Any) -> Steps[None]:
        """Mark the contact's message as read, and show that an answer is being written if *typing*."""


class Registration(Protocol):
    """Where a provider sends a channel's webhooks, and how the channel is."""

    def register(self, callback: str, settings: Any) -> Steps[tuple[str, ...]]:
        """Have the channel's webhooks sent to the URL *callback*; a sentence for each thing that was done.

        The provider may call *callback* for a handshake while this runs."""

    def check(self, callback: str, settings: Any) -> Steps[tuple[Finding, ...]]:
        """What the provider says of the channel's token, number, account and webhook. *callback* is "" when
        our own address is not known."""

    def knock(self, callback: str, settings: Any) -> Steps[str]:
        """Ask *callback* as the provider will before it uses it; "" when it answers as it should, else
        what is wrong with what answers there."""


class TemplateDirectory(Protocol):
    """The templates of a provider's account."""

    def account(self, settings: Any) -> str:
        """The account that the channel's templates belong to; "" when the settings do not say."""

    def list(self, settings: Any) -> Steps[tuple[TemplateDefinition, ...]]:
        """Every template of the account, all pages."""

    def create(
        self, definition: TemplateDefinition, settings: Any, samples: Mapping[str, Sample]
    ) -> Steps[TemplateDefinition]:
        """Submit a new one; *definition* with its provider id, status and category.

        *samples* are the files that the definition's headers name with `sample`, by that name. Raises
        `TemplateNameTaken` when only another name will do."""

    def edit(
        self, definition: TemplateDefinition, settings: Any, samples: Mapping[str, Sample]
    ) -> Steps[TemplateDefinition]:
        """Replace the content of the one with *definition*'s provider id, whose status it says."""

    def delete(self, definition: TemplateDefinition, settings: Any) -> Steps[None]:
        """Delete the one with *definition*'s provider id; without an id, all languages of its name."""

    def bind(self, message: Template, definition: TemplateDefinition) -> Template:
        """*message* completed by what only this provider's templates have, such as the id that it is sent
        by; called where the definition is known. May be left out."""


class MediaSource(Protocol):
    """Where the files are that contacts send."""

    def locate(self, media: Media, settings: Any, again: bool) -> Steps[Download]:
        """Where to fetch *media*. *again* when the address that the webhook told did not work any more: ask
        by the file's id. Raises `ProviderError`; "media" when the file is gone for good."""


class Backlog(Protocol):
    """What a provider tells of messages whose webhooks did not reach us."""

    def missed(self, since: int, settings: Any) -> Steps[tuple[bytes, ...]]:
        """Bodies that `parse` understands like webhooks, one for each message to or from the number since
        *since* (microseconds UTC). What was received before is a duplicate and harmless."""


class Witness(Protocol):
    """What a provider tells of what it sent: for a send whose answer was lost, where statuses may be lost
    too."""

    def sent(self, part: Mapping[str, Any], to: str, since: int, settings: Any) -> Steps[tuple[str, ...]]:
        """The ids of messages to the contact *to* since *since* (microseconds UTC) that may be *part*, as
        `render` made it, oldest first. Raises `ProviderError`."""
