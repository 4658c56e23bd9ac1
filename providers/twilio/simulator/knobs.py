"""How the simulator may misbehave, and how fast it is. Everything may be changed while it runs."""

from __future__ import annotations

from gateway.simulator.tempered import Tempered


class Knobs(Tempered):
    """The temper that all simulators have, and what only Twilio does. docs/simulator.md has the codes."""

    def _delivering(self) -> None:
        """How webhooks travel."""
        super()._delivering()
        # `rt` in the URL's fragment shortens the one, `tt` the other; `#rc=3&rp=5xx` asks for tries at all.
        self.answer_within = self.retry_for = 15.0
        #: Webhooks are JSON, and the URL carries `bodySHA256`, instead of forms.
        self.json_bodies = False
        #: Webhooks are signed with a shared key (HMAC-SHA256) instead of the auth token (HMAC-SHA1).
        self.shared_key = False

    def _telling(self) -> None:
        """Which statuses come."""
        super()._telling()
        self.statuses = ("queued", "sent", "delivered", "read")
        #: How the pick of a list is told: "list" (ListId, ListTitle) or "button" (ButtonPayload).
        self.list_replies = "list"

    def _refusing(self) -> None:
        """What is not accepted, or fails."""
        super()._refusing()
        #: Calls of the API at the same time, if `rates` hold.
        self.concurrency = 100
        #: STOP opts a contact out until START, and the webhook says so: sends are refused with 21610.
        self.opt_outs = False

    def honest(self) -> None:
        """Refuse whatever Twilio refuses: windows, rates, media that cannot be had, unknown messages."""
        self.windows = self.rates = self.media_checks = self.known_messages = True
