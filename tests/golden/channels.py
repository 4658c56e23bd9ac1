"""The channels of the golden matrix: settings, and what the provider answers to each request."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from gateway.model.outbound import Template
from gateway.model.template import TemplateDefinition
from gateway.provider import HttpAnswer, HttpRequest
from tests.providers.dialog360.conftest import make_settings as dialog360
from tests.providers.meta_cloud.conftest import make_settings as meta_cloud
from tests.providers.twilio.conftest import make_settings as twilio
from tests.providers.twilio.definitions import NUMBERED, listed

Answers = Callable[[HttpRequest], HttpAnswer]


def _said(status: int, body: Any) -> HttpAnswer:
    return HttpAnswer(status, {"content-type": "application/json"}, json.dumps(body).encode())


def _graph(request: HttpRequest) -> HttpAnswer:
    """What the Cloud API says, at Meta or at 360dialog: an upload's id, or a message's."""
    if request.url.endswith("/media"):
        return _said(200, {"id": "900200000000009"})
    return _said(200, {"messages": [{"id": "wamid.T1VUQk9VTkQ="}]})


def _twilio(request: HttpRequest) -> HttpAnswer:
    """What Twilio says: a content's SID, or a message's."""
    if request.url.endswith("/v1/Content"):
        return _said(201, {"sid": "HX" + "0" * 31 + "1"})
    return _said(201, {"sid": "SM" + "0" * 31 + "1", "status": "queued"})


class Golden(Struct, frozen=True):
    """One channel: its settings, its answers, and the definition of the catalogue's template where the
    provider's directory tells more than is written."""

    settings: Any
    answers: Answers
    definition: TemplateDefinition | None = None


CHANNELS: dict[str, Golden] = {
    "meta_cloud": Golden(meta_cloud(), _graph),
    "dialog360": Golden(dialog360(), _graph),
    "twilio": Golden(twilio(), _twilio, listed(NUMBERED)),
}


def bound(provider: Any, message: Any, golden: Golden) -> Any:
    """*message* as it is sent once the directory was read."""
    bind = getattr(provider.templates, "bind", None)
    if golden.definition is None or bind is None or not isinstance(message, Template):
        return message
    return bind(message, golden.definition)
