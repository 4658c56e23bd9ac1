"""Every route of the API, in the order of its reference."""

from __future__ import annotations

from gateway.api.configuration import configuration
from gateway.api.contacts import Contacts
from gateway.api.conversations import Conversations
from gateway.api.events import Events
from gateway.api.messages import Messages
from gateway.api.parts import Parts
from gateway.api.route import Route
from gateway.api.webhook_deliveries import WebhookDeliveries
from gateway.api.webhooks import Webhooks


def every_route(parts: Parts) -> list[Route]:
    """The routes of all resources."""
    line = parts.line
    return [
        *Messages(
            parts.channels, line.enqueue, line.canceller, parts.clock, parts.cursors, line.files
        ).routes(),
        *Conversations(
            parts.channels, line.enqueue, line.signals, parts.clock, parts.cursors, line.files
        ).routes(),
        *Contacts(parts.channels, parts.clock, parts.cursors).routes(),
        *Events(parts.streams).routes(),
        *Webhooks(parts.deliverer, parts.seal, parts.clock, parts.cursors).routes(),
        *WebhookDeliveries(parts.deliverer, parts.clock, parts.cursors).routes(),
        *configuration(parts),
    ]
