"""What the tests of sends share: a channel, Twilio's answers, and the form of a request."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from gateway.model.outbound import Outbound
from gateway.provider import Accepted, HttpAnswer, HttpRequest
from providers.twilio.render import render
from providers.twilio.send import send
from providers.twilio.settings import TwilioSettings
from tests.support.desk import Desk

ACCOUNT = "AC" + "0" * 31 + "9"
SETTINGS = TwilioSettings(account_sid=ACCOUNT, auth_token="secret-1", sender="whatsapp:+15550104477")
ANA = "+34600111222"
SID = "SM" + "0" * 31 + "1"


def ok(body: object, status: int = 201) -> HttpAnswer:
    """A success."""
    return HttpAnswer(status, {}, json.dumps(body).encode())


def refusal(status: int, code: int, **headers: str) -> HttpAnswer:
    """A refusal as Twilio writes it."""
    body = {"code": code, "message": "No.", "more_info": f"https://www.twilio.com/docs/errors/{code}"}
    return HttpAnswer(status, {k.replace("_", "-"): v for k, v in headers.items()}, json.dumps(body).encode())


class Twilio(Desk):
    """Takes every message and makes every content, HX…1 first. *refuses* answers the next messages."""

    def __init__(self, *refuses: HttpAnswer) -> None:
        super().__init__(self._said)
        self.refuses = list(refuses)

    def _said(self, request: HttpRequest) -> HttpAnswer:
        if request.url.endswith("/v1/Content"):
            return ok({"sid": f"HX{len(self.made):032x}"})
        return self.refuses.pop(0) if self.refuses else ok({"sid": SID, "status": "queued"})

    @property
    def made(self) -> list[dict[str, Any]]:
        """The contents that were made."""
        return [json.loads(call.body) for call in self.calls if call.url.endswith("/v1/Content")]

    @property
    def forms(self) -> list[dict[str, str]]:
        """The messages that were sent."""
        return [form(call) for call in self.calls if call.sends]

    def send(self, message: Outbound, to: str = ANA, settings: TwilioSettings = SETTINGS) -> Accepted:
        """Render and send a message of one part."""
        (part,) = render(message).parts
        return self.run(send(part, to, "c-1", settings))


def form(request: HttpRequest) -> dict[str, str]:
    """The fields of a form, each of which is there once."""
    pairs = parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)
