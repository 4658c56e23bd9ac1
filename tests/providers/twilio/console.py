"""Twilio's Senders and Services as answers to requests, for the tests of registering and looking."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from gateway.provider import HttpAnswer, HttpRequest
from tests.providers.twilio.conftest import ACCOUNT, NUMBER, SENDER
from tests.support.desk import Desk

HERE = "https://gw.example.com/webhooks/twilio/duka-main"
THERE = "https://old.example.com/sms"
OVERRIDES = "rc=3&rp=5xx,ct,rt"
SENDERS = "/v2/Channels/Senders"
SERVICE = "MG" + "7" * 32
WEBHOOK = {"callback_url": f"{HERE}#{OVERRIDES}", "callback_method": "POST", "fallback_url": None}
ONE: dict[str, Any] = {
    "sid": SENDER,
    "sender_id": f"whatsapp:{NUMBER}",
    "status": "ONLINE",
    "profile": {"name": "Duka"},
    "properties": {"quality_rating": "HIGH", "messaging_limit": "1K Customers/24hr"},
    "webhook": WEBHOOK,
}
OTHER = {"sid": "XE" + "9" * 32, "sender_id": "whatsapp:+15550009999"}


class Twilio(Desk):
    """Answers by method and path, the query being part of it where it is written: a JSON value, or (status,
    JSON value)."""

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__(self._told)
        self.answers = answers

    def _told(self, request: HttpRequest) -> HttpAnswer:
        assert not request.sends
        assert request.headers["Authorization"].startswith("Basic ")
        parts = urlsplit(request.url)
        host = "api" if parts.path.startswith("/2010-04-01/") else "messaging"
        assert f"{parts.scheme}://{parts.netloc}" == f"https://{host}.twilio.com"
        key = f"{request.method} {parts.path}"
        told = self.answers.get(f"{key}?{parts.query}", self.answers.get(key, (404, {"code": 20404})))
        status, value = told if isinstance(told, tuple) else (200, told)
        return HttpAnswer(status, {}, value if isinstance(value, bytes) else json.dumps(value).encode())

    @property
    def wrote(self) -> list[tuple[str, Any]]:
        """The path and body of every POST."""
        posts = [each for each in self.calls if each.method == "POST"]
        return [
            (
                urlsplit(each.url).path,
                json.loads(each.body) if each.body[:1] == b"{" else dict(parse_qsl(each.body.decode())),
            )
            for each in posts
        ]


def well(**sender: Any) -> dict[str, Any]:
    """A Twilio where all is well, but for *sender*."""
    return {
        f"GET {SENDERS}": {"senders": [OTHER, ONE], "meta": {"next_page_url": None}},
        f"GET {SENDERS}/{SENDER}": ONE | sender,
        f"POST {SENDERS}/{SENDER}": (202, ONE),
        f"GET /v1/Services/{SERVICE}": {"sid": SERVICE, "use_inbound_webhook_on_number": True},
        f"GET /2010-04-01/Accounts/{ACCOUNT}.json": {"status": "active", "type": "Full"},
        f"POST /v1/Services/{SERVICE}": {"sid": SERVICE},
    }
