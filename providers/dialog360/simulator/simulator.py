"""The simulator as tests, the demo and `gateway chat` use it."""

from __future__ import annotations

import secrets
from typing import Any

from gateway.clock import Clock
from gateway.simulator import SignedWebhook
from providers.dialog360.simulator.configs import Configs
from providers.dialog360.simulator.door import HubDoor
from providers.dialog360.simulator.emitter import Checks, HubEmitter
from providers.meta_cloud.simulator import MetaSimulator
from providers.meta_cloud.simulator.calls import Door

#: The host that Meta's addresses name, and that the key must never be sent to: only what is moved to
#: 360dialog's own host can be fetched.
LOOKASIDE = "https://lookaside.fbsbx.com"
#: Seconds in which a webhook must be answered (wire.md §3.2).
PATIENCE = 5.0
HEADER = "X-Gateway-Secret"


class Dialog360Simulator(MetaSimulator):
    """360dialog's servers for the numbers of one account, on a free port of 127.0.0.1.

    All that Meta's simulator can, it can: contacts, fates, templates, limits and knobs are the same. *checks*
    says how webhooks prove themselves: by the header, by the platform's signature, or by both.
    """

    emits = HubEmitter
    _emitter: HubEmitter

    def __init__(
        self,
        *,
        api_key: str = "",
        header_value: str = "",
        platform_secret: str = "",
        phone_number_id: str = "401122334455667",
        display_phone_number: str = "15550104477",
        waba_id: str = "198700112233445",
        webhook_url: str = "",
        checks: Checks = "both",
        clock: Clock | None = None,
    ) -> None:
        super().__init__(
            app_secret=platform_secret,
            access_token=api_key,
            phone_number_id=phone_number_id,
            display_phone_number=display_phone_number,
            waba_id=waba_id,
            webhook_url=webhook_url,
            clock=clock,
        )
        self.answer_within = PATIENCE
        self._emitter.checks = checks
        self._emitter.route = lambda line, field: self._emitter.target(line.phone_number_id).url
        self._emitter.header = {HEADER: header_value or secrets.token_hex(32)}
        self._old_values: tuple[str, ...] = ()
        #: 360dialog's own paths; `most` is how many templates a page has at most.
        self.configs = Configs(self._hub, self._emitter, self.book)

    def _door(self) -> Door:
        self._hub = HubDoor(self, self._lines)
        return self._hub

    async def start(self, port: int = 0) -> None:
        """Serve; `api_base` then says where. Addresses of files name Meta's host all the same."""
        await super().start(port)
        self._graph.media.base = LOOKASIDE

    @property
    def refuse_own(self) -> str:
        """The name of the refusal (`refusals.REFUSALS`) that every call gets; "" for none."""
        return self._hub.refuse_own

    @refuse_own.setter
    def refuse_own(self, value: str) -> None:
        self._hub.refuse_own = value

    def rotate_secret(self) -> None:
        """New proof of webhooks; `channel_settings` has the old one too."""
        super().rotate_secret()
        self._old_values = (self._emitter.header[HEADER], *self._old_values[:1])
        self._emitter.header = {HEADER: secrets.token_hex(32)}

    def sign(self, body: bytes) -> SignedWebhook:
        """*body* as an authentic webhook to the first number. A header alone vouches for no body."""
        proof = self._emitter.proof(body, self._emitter.target(self.number).url)
        names = tuple(name.lower() for name in proof)
        headers = {"Content-Type": "application/json", **proof}
        covers: tuple[Any, ...] = () if self._emitter.checks == "header" else ("body",)
        return SignedWebhook(headers, body, names, covers=covers)

    def channel_settings(self, number: str = "") -> dict[str, Any]:
        """What goes into `[tenants.channels.settings]` for *number*, the first one if left out. Start the
        simulator first."""
        line, emitter = self._lines.named(number), self._emitter
        made: dict[str, Any] = {
            "phone_number_id": line.phone_number_id,
            "waba_id": line.waba_id,
            "api_key": self._hub.key(line),
            "api_base": self.api_base,
        }
        if emitter.checks != "signature":
            made["webhook_header"] = {"name": HEADER, "value": [emitter.header[HEADER], *self._old_values]}
        if emitter.checks != "header":
            made["platform_secret"] = [self.app_secret, *self.old_secrets]
        return made
