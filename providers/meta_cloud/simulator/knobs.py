"""How the simulator may misbehave, and how fast it is. Everything may be changed while it runs."""

from __future__ import annotations

from gateway.simulator.tempered import Tempered


class Knobs(Tempered):
    """The temper that all simulators have, and what only Meta does. docs/simulator.md has the codes."""

    def __init__(self) -> None:
        super().__init__()
        self._speaking()

    def _delivering(self) -> None:
        """How webhooks travel."""
        super()._delivering()
        #: How many copies of a webhook come when it is tried again: one for each subscribed app.
        self.fan_out = 1
        #: Probability that a webhook's 200 does not come back in time, so that it is delivered again.
        self.miss_answers = 0.0
        #: The longest time between two tries.
        self.retry_most = 2.0

    def _telling(self) -> None:
        """Which statuses come, and how many at once."""
        super()._telling()
        #: Probability that `read` comes without `delivered`.
        self.skip_delivered = 0.0
        #: Statuses in one webhook at most. Meta's most is 1,000.
        self.batch = 1
        #: How long an incomplete batch waits.
        self.batch_wait = 0.05
        #: Messages and other updates wait for the batch too, whatever number they are about.
        self.batch_all = False

    def _refusing(self) -> None:
        """What is not accepted, or fails."""
        super()._refusing()
        #: What would be accepted and fail later (131047, 131049, 131062) is refused at once instead.
        self.refuse_at_once = False
        #: Contacts (phone numbers) that get no more marketing templates: accepted, then failed (131049).
        self.marketing_capped: set[str] = set()
        #: "any": every template is taken as approved; "strict": sends are held to the stored templates.
        self.templates = "any"
        #: Templates are held for quality assessment until `release_held`.
        self.hold_templates = False
        #: The account may use Direct Send (wire.md 2.13).
        self.direct_send = True
        #: The account is onboarded to the Marketing Messages API (else 134102).
        self.marketing_onboarded = True
        #: Marketing templates may also go through /messages (else 131063).
        self.marketing_on_cloud_api = True
        #: Seconds for which a new template cannot be used on /marketing_messages (134101).
        self.marketing_sync = 0.0

    def _speaking(self) -> None:
        """What webhooks say."""
        #: Service messages of each number that are free; None, all are. Later ones are `regular`.
        self.free_service: int | None = None
        #: Webhooks as before v24: conversations are charged, statuses have no contacts.
        self.conversations = False
        #: Webhooks name business-scoped user ids, as they do since April 2026.
        self.bsuids = True

    def honest(self) -> None:
        """Refuse whatever Meta refuses: windows, rates, unknown media, templates and messages."""
        self.windows = self.rates = self.media_checks = self.known_messages = True
        self.templates = "strict"

    def retry_as_meta(self) -> None:
        """Try refused webhooks again as Meta does: ever more seldom, for 7 days. See `pass_time`."""
        self.retry_first, self.retry_most, self.retry_for = 10.0, 12 * 3600.0, 7 * 24 * 3600.0
