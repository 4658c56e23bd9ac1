"""Error reports: what leaves, and above all what does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
import sentry_sdk.logger
import sentry_sdk.metrics
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from gateway.observe import configure_sentry, report

DSN = "https://public@sentry.example.com/1"
PHONE = "34600111222"
TEXT = "my secret diagnosis"
TOKEN = "EAAGtoken123"


class Collect(Transport):
    """A transport that keeps what would have been sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Envelope] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent.append(envelope)

    def everything(self) -> str:
        return b"".join(each.serialize() for each in self.sent).decode()

    def events(self) -> list[dict[str, Any]]:
        return [
            json.loads(item.get_bytes()) for each in self.sent for item in each.items if item.type == "event"
        ]


@pytest.fixture
def collect() -> Iterator[Collect]:
    transport = Collect()
    assert configure_sentry(DSN, release="1.2.3", transport=transport)
    with sentry_sdk.isolation_scope():
        yield transport
    sentry_sdk.get_client().close(timeout=0)
    sentry_sdk.get_global_scope().set_client(None)


def fail(body: str) -> None:
    access_token = TOKEN
    raise ValueError(f"cannot read {body} with {access_token}")


def test_nothing_planted_leaves(collect: Collect) -> None:
    """Texts, numbers and tokens in messages, locals, tags, crumbs, contexts and requests stay here."""
    sentry_sdk.add_breadcrumb(
        category="http", message=f"{TEXT} {PHONE}", data={"url": f"https://x?p={PHONE}", "b": TEXT}
    )
    sentry_sdk.set_context("message", {"text": TEXT})
    sentry_sdk.set_user({"id": PHONE, "ip_address": "10.9.8.7"})
    sentry_sdk.set_extra("body", TEXT)
    sentry_sdk.set_tag("contact", PHONE)
    for body in (TEXT, PHONE):
        try:
            try:
                fail(body)
            except ValueError as error:
                raise RuntimeError(f"{TEXT} for {PHONE}") from error
        except RuntimeError as error:
            report(error, stage="plugin", plugin="crm", provider=f"x?token={TOKEN}&n={PHONE}")
    sentry_sdk.capture_message(f"{TEXT} {PHONE} {TOKEN}")
    sentry_sdk.logger.error(f"{TEXT} {PHONE}")
    sentry_sdk.metrics.count(TEXT, 1, attributes={"n": PHONE})
    with sentry_sdk.start_transaction(name=PHONE, op=TEXT):
        pass
    sentry_sdk.flush(timeout=0)
    assert len(collect.events()) == 3
    for planted in (TEXT, PHONE, TOKEN, "10.9.8.7"):
        assert planted not in collect.everything()


def test_what_helps_is_there(collect: Collect) -> None:
    """Types, places, release and the agreed tags arrive, grouped by place and not by text."""
    for body in ("one", "two"):
        try:
            fail(body)
        except ValueError as error:
            report(error, stage="plugin", plugin="crm", tenant="duka")
    first, second = collect.events()
    assert first["release"] == "1.2.3"
    assert first["tags"] == {"stage": "plugin", "plugin": "crm", "tenant": "duka"}
    (error,) = first["exception"]["values"]
    assert error["type"] == "ValueError"
    assert error["stacktrace"]["frames"][-1]["function"] == "fail"
    assert "vars" not in error["stacktrace"]["frames"][-1]
    assert first["fingerprint"] == second["fingerprint"]
    assert first["fingerprint"][:3] == ["plugin", "crm", "ValueError"]


def test_off_without_an_address() -> None:
    """An empty DSN sets nothing up, and reporting is then harmless."""
    assert configure_sentry("") is False
    report(ValueError("x"), stage="parse")
    assert not sentry_sdk.get_client().is_active()
