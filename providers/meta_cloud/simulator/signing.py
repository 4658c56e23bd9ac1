"""Webhooks that are authentic and were not sent: for tests that change them, or send them themselves."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.simulator import SignedWebhook, Traffic
from providers.meta_cloud.simulator import contents, ids
from providers.meta_cloud.simulator.acting import Acting
from providers.meta_cloud.simulator.acts import Around
from providers.meta_cloud.simulator.envelope import Update, encode, payload

#: Who writes when nobody is named.
SOMEBODY = "+254700000099"


class Signing(Acting):
    """Signs, and changes what is signed with."""

    #: What webhooks were signed with before.
    old_secrets: tuple[str, ...] = ()
    #: All kinds of wire.md 1.5; the tap of a template's button is a `button_reply` as well.
    kinds = frozenset({*contents.MIME, *contents.USUAL, "revoke"} - {"button"})

    @property
    def traffic(self) -> Traffic:
        """What goes between the simulator and the gateway."""
        return self._emitter.traffic

    @property
    def webhook_url(self) -> str:
        """Where webhooks go."""
        return self._emitter.webhook_url

    @webhook_url.setter
    def webhook_url(self, value: str) -> None:
        self._emitter.webhook_url = value

    @property
    def app_secret(self) -> str:
        """What webhooks are signed with; may be changed to rotate it."""
        return self._emitter.app_secret

    @app_secret.setter
    def app_secret(self, value: str) -> None:
        self._emitter.app_secret = value

    def rotate_secret(self) -> None:
        """Sign with a new secret; `channel_settings` has both."""
        self.old_secrets = (self.app_secret, *self.old_secrets[:1])
        self.app_secret = secrets.token_hex(16)

    def sign(self, body: bytes) -> SignedWebhook:
        """*body* as an authentic webhook, whatever it is."""
        proof = self._emitter.proof(body)
        names = tuple(name.lower() for name in proof)
        return SignedWebhook({"Content-Type": "application/json", **proof}, body, names)

    def signed(
        self, kind: str = "text", *, contact: str = "", number: str = "", **fields: Any
    ) -> SignedWebhook:
        """The webhook of a new message; *fields* as for `sends`."""
        return self.bundled([{"kind": kind, "contact": contact, "number": number, **fields}])

    def bundled(self, messages: Sequence[Mapping[str, Any]]) -> SignedWebhook:
        """One webhook with *messages*, each the arguments of `signed`."""
        return self.sign(encode(payload([self._told(**message) for message in messages])))

    def _told(self, kind: str = "text", *, contact: str = "", number: str = "", **fields: Any) -> Update:
        around: Around = {"number": number, "reply_to": fields.pop("reply_to", "")}
        content = self._content(kind, number, fields)
        who, line = self._world.contact(contact or SOMEBODY), self._lines.named(number)
        more = self._beside(who, line, content, around)
        return self._written(ids.wamid(), who, line, content.kind, content.payload, more)
