"""What a provider implements: pure functions at the edge of the gateway.

A provider never touches the network, the database, a file or the clock. It verifies and parses bytes,
renders our messages into its own, and conducts a send as a generator that yields what it wants and is given
the answers; the gateway does the calling, the pacing, the retrying and the remembering.

Load it through the entry point group ``gateway.providers``; the object found there is an instance.

port.py     `Provider`: what every one has
offers.py   what not every one has: receipts, registration, templates, media, a backlog, a witness
steps.py    the asks of work at a provider, and what it returns
webhook.py  webhooks: the request, the answer, what was in it
errors.py   failures and what they mean
codes.py    a provider's error codes as a table; told.py, reading what a provider tells of itself
calling.py  calls about an account, as JSON; scrubbing.py, what takes people out of a webhook
rendering.py  what stands around every provider's rendering: who refuses, what is read again
"""

from __future__ import annotations

from gateway.provider.errors import RETRYABLE, ErrorClass, ProviderError, TemplateNameTaken
from gateway.provider.offers import Backlog, MediaSource, Receipts, Registration, TemplateDirectory, Witness
from gateway.provider.port import Provider, Rendered
from gateway.provider.steps import (
    Accepted,
    Ask,
    CallbackUrl,
    Download,
    HttpAnswer,
    HttpRequest,
    MediaLink,
    Note,
    Recall,
    SendSteps,
    Steps,
    StoredFile,
    StoredMedia,
)
from gateway.provider.webhook import Parsed, ParseFailure, WebhookAnswer, WebhookRequest

__all__ = [
    "RETRYABLE",
    "Accepted",
    "Ask",
    "Backlog",
    "CallbackUrl",
    "Download",
    "ErrorClass",
    "HttpAnswer",
    "HttpRequest",
    "MediaLink",
    "MediaSource",
    "Note",
    "ParseFailure",
    "Parsed",
    "Provider",
    "ProviderError",
    "Recall",
    "Receipts",
    "Registration",
    "Rendered",
    "SendSteps",
    "Steps",
    "StoredFile",
    "StoredMedia",
    "TemplateDirectory",
    "TemplateNameTaken",
    "WebhookAnswer",
    "WebhookRequest",
    "Witness",
]
