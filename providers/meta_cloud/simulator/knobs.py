"""How the simulator may misbehave, and how fast it is. Everything may be changed while it runs."""

from __future__ import annotations

from random import Random


class Knobs:
    """The simulator's temper. Probabilities are 0 to 1, times are seconds."""

    def __init__(self) -> None:
        self._answering()
        self._delivering()
        self._telling()
        self._refusing()
        self._speaking()

    def _answering(self) -> None:
        """How calls of the Graph API are answered."""
        #: Decides everything random; give a seeded one to repeat a run.
        self.rng = Random()
        #: Probability that a message is accepted and its answer never arrives.
        self.lose_answers = 0.0
        #: How long half of the lost answers hang before the connection closes; 0 closes all at once.
        self.hang = 0.0
        #: Probability that a message is refused with a passing error (131016, 130429); nothing is accepted.
        self.refuse = 0.0
        #: Time before an answer.
        self.delay = 0.0
        #: Time between the acceptance of a message, with all that follows from it, and its answer.
        self.hold_answers = 0.0

    def _delivering(self) -> None:
        """How webhooks travel."""
        #: How often each webhook is delivered, all copies at the same time.
        self.duplicate_webhooks = 1
        #: How many copies of a webhook come when it is tried again: one for each subscribed app.
        self.fan_out = 1
        #: Probability that a webhook's 200 does not come back in time, so that it is delivered again.
        self.miss_answers = 0.0
        #: How long a webhook may take to be answered.
        self.answer_within = 10.0
        #: Time before a webhook goes out.
        self.webhook_delay = 0.0
        #: Span within which each webhook is held at random, so that webhooks overtake each other.
        self.reorder = 0.0

    def _telling(self) -> None:
        """Which statuses come, and how many at once."""
        #: The statuses that a delivered message gets.
        self.statuses: tuple[str, ...] = ("sent", "delivered", "read")
        #: Time before each status.
        self.status_delay = 0.02
        #: Probability that `read` comes without `delivered`.
        self.skip_delivered = 0.0
        #: Statuses in one webhook at most. Meta's most is 1,000.
        self.batch = 1
        #: How long an incomplete batch waits.
        self.batch_wait = 0.05
        #: Messages and other updates wait for the batch too, whatever number they are about.
        self.batch_all = False
        #: Statuses of a message, and those of a batch, go out in random order.
        self.shuffle_statuses = False
        #: Contacts (phone numbers) that cannot be reached: accepted, then failed with 131026.
        self.unreachable: set[str] = set()
        #: contact (phone number) -> the code that every message to it fails with after it was accepted.
        self.fails: dict[str, int] = {}

    def _refusing(self) -> None:
        """What is not accepted, or fails."""
        #: Every call of the Graph API is refused with this code of `errors.TITLES` (4, 80007, 368…); 0: none.
        self.refuse_with = 0
        #: The customer service window is enforced (131047), as Meta does. Off, anything may be sent to
        #: contacts who never wrote.
        self.windows = False
        #: What would be accepted and fail later (131047, 131049, 131062) is refused at once instead.
        self.refuse_at_once = False
        #: The limits of wire.md 2.10 hold: `throughput` messages a second and number (130429), and one in
        #: 6 seconds to the same user, 45 in a burst that is paid for by waiting (131056).
        self.rates = False
        #: Messages a second and number, if `rates` hold.
        self.throughput = 80.0
        #: Contacts (phone numbers) that get no more marketing templates: accepted, then failed (131049).
        self.marketing_capped: set[str] = set()
        #: "any": every template is taken as approved; "strict": sends are held to the stored templates.
        self.templates = "any"
        #: Seconds until a submitted template is approved; None leaves it to `book.approve`, `book.reject`.
        self.review_delay: float | None = 0.0
        #: Templates are held for quality assessment until `release_held`.
        self.hold_templates = False
        #: Media ids in a send must be this number's, alive and of the right type.
        self.media_checks = False
        #: What is reacted to, pinned or marked as read must be a message that exists (131009).
        self.known_messages = False
        #: The account may use Direct Send (wire.md 2.13).
        self.direct_send = True
        #: The account is onboarded to the Marketing Messages API (else 134102).
        self.marketing_onboarded = True
        #: Marketing templates may also go through /messages (else 131063).
        self.marketing_on_cloud_api = True
        #: Seconds for which a new template cannot be used on /marketing_messages (134101).
        self.marketing_sync = 0.0

    def _speaking(self) -> None:
        """What webhooks say, and how long they are tried."""
        #: Service messages of each number that are free; None, all are. Later ones are `regular`.
        self.free_service: int | None = None
        #: Webhooks as before v24: conversations are charged, statuses have no contacts.
        self.conversations = False
        #: Webhooks name business-scoped user ids, as they do since April 2026.
        self.bsuids = True
        #: Time until a webhook that was not answered with 200 is tried again, then twice as long each time.
        self.retry_first = 0.05
        #: The longest time between two tries.
        self.retry_most = 2.0
        #: How long a webhook is tried in all. Meta does so for days (wire.md 1.3): see `retry_as_meta`.
        self.retry_for = 60.0

    def honest(self) -> None:
        """Refuse whatever Meta refuses: windows, rates, unknown media, templates and messages."""
        self.windows = self.rates = self.media_checks = self.known_messages = True
        self.templates = "strict"

    def retry_as_meta(self) -> None:
        """Try refused webhooks again as Meta does: ever more seldom, for 7 days. See `pass_time`."""
        self.retry_first, self.retry_most, self.retry_for = 10.0, 12 * 3600.0, 7 * 24 * 3600.0

    def chance(self, probability: float) -> bool:
        """Whether something of this *probability* happens now."""
        return probability > 0 and self.rng.random() < probability
