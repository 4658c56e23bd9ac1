"""What the pipeline asks about a message before it is rendered."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from gateway.channels import Channel
from gateway.model.outbound import Outbound, Template
from gateway.model.template import TemplateDefinition
from gateway.templates.check import check
from gateway.templates.registry import Account, Registry

#: A message as it is to be rendered. Raises `SendRefused` for a template that does not fit.
Prepare = Callable[[Channel, Outbound], Outbound]
#: Whether a template is a marketing message.
Marketing = Callable[[Channel, Template], bool]


#: What is known of a template, None where nothing is.
Define = Callable[[Channel, Outbound], TemplateDefinition | None]


class Rules(Struct, frozen=True):
    """What is asked about a message before it is sent: see `checked`, `judge` and `defined`."""

    prepare: Prepare
    marketing: Marketing
    define: Define


def unchecked(channel: Channel, message: Outbound) -> Outbound:
    """*message* as it is."""
    return message


def by_itself(channel: Channel, message: Template) -> bool:
    """What the message says of itself, where nobody knows the template's category."""
    return message.marketing


def unknown(channel: Channel, message: Outbound) -> TemplateDefinition | None:
    """Nothing is known of any template."""
    return None


#: Where nothing is known of templates.
NO_RULES = Rules(unchecked, by_itself, unknown)


def rules(registry: Registry) -> Rules:
    """The rules by what *registry* knows."""
    return Rules(checked(registry), judge(registry), defined(registry))


def defined(registry: Registry) -> Define:
    """What *registry* knows of a template, such as the words of its buttons."""

    def define(channel: Channel, message: Outbound) -> TemplateDefinition | None:
        if not isinstance(message, Template):
            return None
        known = registry.find(channel, message.name, message.language)
        return known.definition if known is not None and known.whole else None

    return define


def judge(registry: Registry) -> Marketing:
    """Whether a template is a marketing message: by its category at the provider, when that is known."""

    def marketing(channel: Channel, message: Template) -> bool:
        known = registry.find(channel, message.name, message.language)
        return message.marketing or (known is not None and known.definition.category == "marketing")

    return marketing


def checked(registry: Registry) -> Prepare:
    """Templates are checked and completed by what *registry* knows, and by what their provider wants. Where
    the account was never read whole, or the channel names none, they pass as they are and the provider
    judges."""

    def prepare(channel: Channel, message: Outbound) -> Outbound:
        if not isinstance(message, Template):
            return message
        account = registry.of_channel(channel)
        return message if account is None else _bound(channel, check(message, account), account)

    return prepare


def _bound(channel: Channel, message: Template, account: Account) -> Template:
    """*message* with what only its provider's templates have, such as the id that it is sent by."""
    bind = getattr(getattr(channel.provider, "templates", None), "bind", None)
    known = account.find(message.name, message.language)
    if bind is None or known is None:
        return message
    bound: Template = bind(message, known.definition)
    return bound
