"""Channel Gateway: the public SDK. A plugin imports from here, and from nowhere else.

from gateway import Chat, Message, hook

@hook.on_message
async def echo(message: Message, chat: Chat) -> None:
    await chat.say(message.text)
"""

import typing

import gateway.api as _package  # noqa: F401  # there before the function of its name, which then stays
from gateway.chat import Chat
from gateway.errors import (
    FlowCancelled,
    FlowEnded,
    FlowMisused,
    FlowTimeout,
    GatewayError,
    JobFailed,
    Retry,
    SendRefused,
    TooManyTries,
    WindowClosed,
)
from gateway.facts import CommandHelp, Contact, Conversation, Parked, Sent, Tenant
from gateway.flows import fields
from gateway.flows.fields import Answer, Field, Invalid
from gateway.flows.flow import flow
from gateway.flows.question import Option
from gateway.hooks.clicontext import CliContext
from gateway.hooks.handled import Handled
from gateway.hooks.mark import hook
from gateway.hooks.offers import CliCommand, Command, Metric
from gateway.hooks.personal import PersonalData, Subject
from gateway.hooks.seen import EventSeen
from gateway.jobs.context import JobContext
from gateway.jobs.job import Recurring, job
from gateway.jobs.rules import daily, every, weekly
from gateway.language.words import Words
from gateway.message import Message, StatusUpdate
from gateway.model import inbound, notice
from gateway.model.capability import Capabilities, Loss
from gateway.model.event import ChannelEvent
from gateway.model.outbound import (
    AddressRequest,
    Audio,
    Button,
    Buttons,
    CallButton,
    CallPermissionRequest,
    CallStart,
    Card,
    CardAddress,
    CardEmail,
    CardPhone,
    CardUrl,
    Carousel,
    CarouselCard,
    Catalog,
    CatalogStart,
    ContactRequest,
    Contacts,
    CopyCode,
    CtaUrl,
    Day,
    Document,
    FlowForm,
    FlowStart,
    Header,
    Image,
    List,
    Location,
    LocationRequest,
    Money,
    OneTimeCode,
    Pin,
    Place,
    Product,
    ProductHeader,
    ProductList,
    ProductSection,
    ProductsStart,
    QuickReply,
    Reaction,
    Row,
    SavedAddress,
    Section,
    Sticker,
    Template,
    TemplateCard,
    Text,
    UrlSuffix,
    Video,
    Voice,
)
from gateway.pages.answer import Page
from gateway.pages.offer import api, page, public_page, webhook
from gateway.pages.request import ApiRequest, PageRequest
from gateway.pages.route import PluginRoute
from gateway.pages.webhook import WebhookPost, hmac_sha256
from gateway.provider import StoredFile
from gateway.statements import queries

if typing.TYPE_CHECKING:
    from gateway.api.problems import Problem
    from gateway.store.port import Db

__all__ = [
    "AddressRequest",
    "Answer",
    "ApiRequest",
    "Audio",
    "Button",
    "Buttons",
    "CallButton",
    "CallPermissionRequest",
    "CallStart",
    "Capabilities",
    "Card",
    "CardAddress",
    "CardEmail",
    "CardPhone",
    "CardUrl",
    "Carousel",
    "CarouselCard",
    "Catalog",
    "CatalogStart",
    "ChannelEvent",
    "Chat",
    "CliCommand",
    "CliContext",
    "Command",
    "CommandHelp",
    "Contact",
    "ContactRequest",
    "Contacts",
    "Conversation",
    "CopyCode",
    "CtaUrl",
    "Day",
    "Db",
    "Document",
    "EventSeen",
    "Field",
    "FlowCancelled",
    "FlowEnded",
    "FlowForm",
    "FlowMisused",
    "FlowStart",
    "FlowTimeout",
    "GatewayError",
    "Handled",
    "Header",
    "Image",
    "Invalid",
    "JobContext",
    "JobFailed",
    "List",
    "Location",
    "LocationRequest",
    "Loss",
    "Message",
    "Metric",
    "Money",
    "OneTimeCode",
    "Option",
    "Page",
    "PageRequest",
    "Parked",
    "PersonalData",
    "Pin",
    "Place",
    "PluginRoute",
    "Problem",
    "Product",
    "ProductHeader",
    "ProductList",
    "ProductSection",
    "ProductsStart",
    "QuickReply",
    "Reaction",
    "Recurring",
    "Retry",
    "Row",
    "SavedAddress",
    "Section",
    "SendRefused",
    "Sent",
    "StatusUpdate",
    "Sticker",
    "StoredFile",
    "Subject",
    "Template",
    "TemplateCard",
    "Tenant",
    "Text",
    "TooManyTries",
    "UrlSuffix",
    "Video",
    "Voice",
    "WebhookPost",
    "WindowClosed",
    "Words",
    "api",
    "daily",
    "every",
    "fields",
    "flow",
    "hmac_sha256",
    "hook",
    "inbound",
    "job",
    "notice",
    "page",
    "public_page",
    "queries",
    "webhook",
    "weekly",
]

#: What is imported when it is asked for: the homes of these bring servers and drivers with them.
_LATE = {"Db": "gateway.store.port", "Problem": "gateway.api.problems"}


def __getattr__(name: str) -> typing.Any:
    if name not in _LATE:
        raise AttributeError(f"module 'gateway' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LATE[name]), name)
