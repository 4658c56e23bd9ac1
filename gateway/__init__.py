"""Channel Gateway: the public SDK. A plugin imports from here, and from nowhere else.

from gateway import Chat, Message, hook

@hook.on_message
async def echo(message: Message, chat: Chat) -> None:
    await chat.say(message.text)
"""

from gateway.chat import Chat, Contact, Conversation, Sent, Tenant
from gateway.errors import GatewayError, Retry, SendRefused, WindowClosed
from gateway.hooks.handled import Handled
from gateway.hooks.mark import hook
from gateway.message import Message, StatusUpdate
from gateway.model import inbound
from gateway.model.capability import Capabilities, Loss
from gateway.model.event import ChannelEvent
from gateway.model.outbound import (
    AddressRequest,
    Audio,
    Button,
    Buttons,
    Card,
    Carousel,
    CarouselCard,
    Catalog,
    ContactRequest,
    Contacts,
    CtaUrl,
    Document,
    FlowForm,
    Header,
    Image,
    List,
    Location,
    LocationRequest,
    Product,
    ProductList,
    ProductSection,
    Reaction,
    Row,
    Section,
    Sticker,
    Template,
    Text,
    Video,
    Voice,
)

__all__ = [
    "AddressRequest",
    "Audio",
    "Button",
    "Buttons",
    "Capabilities",
    "Card",
    "Carousel",
    "CarouselCard",
    "Catalog",
    "ChannelEvent",
    "Chat",
    "Contact",
    "ContactRequest",
    "Contacts",
    "Conversation",
    "CtaUrl",
    "Document",
    "FlowForm",
    "GatewayError",
    "Handled",
    "Header",
    "Image",
    "List",
    "Location",
    "LocationRequest",
    "Loss",
    "Message",
    "Product",
    "ProductList",
    "ProductSection",
    "Reaction",
    "Retry",
    "Row",
    "Section",
    "SendRefused",
    "Sent",
    "StatusUpdate",
    "Sticker",
    "Template",
    "Tenant",
    "Text",
    "Video",
    "Voice",
    "WindowClosed",
    "hook",
    "inbound",
]
