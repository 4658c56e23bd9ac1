"""Every route of the API, in the order of its reference."""

from __future__ import annotations

from gateway.api.access.apikeys import ApiKeys
from gateway.api.access.auditlog import Audit
from gateway.api.configure.configuration import configuration
from gateway.api.following.events import Events
from gateway.api.following.webhook_deliveries import WebhookDeliveries
from gateway.api.following.webhooks import Webhooks
from gateway.api.messaging.consents import Consents
from gateway.api.messaging.contacts import Contacts
from gateway.api.messaging.conversations import Conversations
from gateway.api.messaging.erasures import Erasures
from gateway.api.messaging.media import Media
from gateway.api.messaging.messages import Messages
from gateway.api.messaging.templates import Templates
from gateway.api.operating.deadletters import DeadLetters
from gateway.api.operating.doctor import Doctor
from gateway.api.operating.jobs import Jobs
from gateway.api.operating.restored import RestoredApi
from gateway.api.parts import Parts
from gateway.api.route import Route
from gateway.doctor import Patient
from gateway.media.linked import Linked


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
        *Media(line.files, Linked(parts.store, parts.clock, line.fetcher.stir), parts.cursors).routes(),
        *Contacts(parts.channels, parts.clock, parts.cursors).routes(),
        *Consents(parts.clock, parts.cursors).routes(),
        *Erasures(line.files, parts.clock).routes(),
        *DeadLetters(parts.store, parts.channels, parts.clock, parts.cursors).routes(),
        *RestoredApi(parts.store, parts.channels, parts.clock, parts.cursors).routes(),
        *Jobs(parts.jobs, parts.clock, parts.cursors).routes(),
        *Templates(parts.channels, parts.clock, parts.cursors, line.templates.stir).routes(),
        *Events(parts.streams).routes(),
        *Webhooks(parts.deliverer, parts.seal, parts.clock, parts.cursors).routes(),
        *WebhookDeliveries(parts.deliverer, parts.clock, parts.cursors).routes(),
        *configuration(parts),
        *ApiKeys(parts.keys, parts.clock, parts.cursors).routes(),
        *Audit(parts.store, parts.cursors).routes(),
        *Doctor(
            Patient(parts.settings, parts.store, parts.channels, parts.seal, parts.clock, parts.host)
        ).routes(),
    ]
