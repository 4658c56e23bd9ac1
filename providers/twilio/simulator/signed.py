"""Webhooks that are authentic and were not sent, and secrets that change."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from gateway.simulator import SignedWebhook
from providers.twilio.simulator import inbound
from providers.twilio.simulator.acts import Acts
from providers.twilio.simulator.signing import Request

#: Who writes when nobody is named.
SOMEBODY = "+254700000099"


class Signing(Acts):
    """Signs, and changes what is signed with."""

    #: The inbound kinds of ours that Twilio tells (wire.md §5.2).
    kinds = inbound.KINDS

    def signed(
        self, kind: str = "text", *, contact: str = "", number: str = "", **fields: Any
    ) -> SignedWebhook:
        """The webhook of a new message; *fields* as for `sends`. The list of messages does not have it."""
        who, line = self._world.contact(contact or SOMEBODY), self._lines.named(number)
        said, files = self._said(line, kind, fields)
        target = self.target(line)
        return shown(
            self._emitter.request(target.url, target.method, self._written(who, line, said, files).params)
        )

    def sign(self, body: bytes) -> SignedWebhook:
        """*body* as an authentic webhook, whatever it is: as a form when it can be one, else as JSON, for
        which Twilio signs the bytes' digest."""
        make = self._signer.posted if is_form(body) else self._signer.raw
        return shown(make(self.target(self._lines.first).url, body, shared=self.shared_key))

    def rotate_secret(self) -> None:
        """Webhooks are signed with a new secret; `channel_settings` has it and the one before."""
        self.credentials.rotate()

    def revoke_token(self) -> None:
        """The API key opens nothing any more; `channel_settings` has a new one."""
        self.credentials.renew()

    def fail_next(self, code: int, contact: str = "") -> None:
        """The next message (to *contact*) is refused with *code*, or accepted and then fails with it when
        that is how Twilio tells of it (63…)."""
        self._fail_next(self._world.contact(contact).phone if contact else "", code)

    def _fail_next(self, phone: str, code: int) -> None:
        later = code >= 30_000 and code not in AT_ONCE
        (self._fates.failures if later else self._api.messages.refusals).add(phone, code)


#: Codes from 30000 on with which the API refuses.
AT_ONCE = frozenset({30409, 63007, 63031, 63038, 63100, 63112, *range(35_111, 35_120)})


def shown(request: Request) -> SignedWebhook:
    """A request that is not sent. Twilio signs the URL too."""
    query = urlsplit(request.url).query
    return SignedWebhook(request.headers, request.body, request.proof, query, ("body", "url"))


def is_form(body: bytes) -> bool:
    """Whether *body* can be read as the parameters of a form."""
    return body.isascii() and b"=" in body and body.lstrip()[:1] not in (b"{", b"[")
