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

    def _answering(self) -> None:
        """How calls of the API are answered."""
        #: Decides everything random; give a seeded one to repeat a run.
        self.rng = Random()
        #: Probability that a message is accepted and its answer never arrives.
        self.lose_answers = 0.0
        #: How long half of the lost answers hang before the connection closes; 0 closes all at once.
        self.hang = 0.0
        #: Probability that a message is refused with a passing error (20429); nothing is accepted.
        self.refuse = 0.0
        #: Time before an answer.
        self.delay = 0.0
        #: Time between the acceptance of a message, with all that follows from it, and its answer.
        self.hold_answers = 0.0

    def _delivering(self) -> None:
        """How webhooks travel."""
        #: How often each webhook is delivered, all copies at the same time.
        self.duplicate_webhooks = 1
        #: How long a webhook may take to be answered; `rt` in the URL's fragment shortens it.
        self.answer_within = 15.0
        #: Time before a webhook goes out.
        self.webhook_delay = 0.0
        #: Span within which each webhook is held at random, so that webhooks overtake each other.
        self.reorder = 0.0
        #: Webhooks are JSON, and the URL carries `bodySHA256`, instead of forms.
        self.json_bodies = False
        #: Webhooks are signed with a shared key (HMAC-SHA256) instead of the auth token (HMAC-SHA1).
        self.shared_key = False
        #: Time until a webhook is tried again, if the fragment of its URL (`#rc=3&rp=5xx`) asks for that.
        self.retry_first = 0.05
        #: The time within which all tries of a webhook fall; `tt` in the URL's fragment shortens it.
        self.retry_for = 15.0

    def _telling(self) -> None:
        """Which statuses come."""
        #: The statuses that a delivered message gets.
        self.statuses: tuple[str, ...] = ("queued", "sent", "delivered", "read")
        #: Time before each status.
        self.status_delay = 0.02
        #: Statuses of a message go out in random order.
        self.shuffle_statuses = False
        #: Contacts (phone numbers) that cannot be reached: accepted, then undelivered with 63024.
        self.unreachable: set[str] = set()
        #: contact (phone number) -> the code that every message to it fails with after it was accepted.
        self.fails: dict[str, int] = {}
        #: How the pick of a list is told: "list" (ListId, ListTitle) or "button" (ButtonPayload).
        self.list_replies = "list"

    def _refusing(self) -> None:
        """What is not accepted, or fails."""
        #: Every call of the API is refused with this code of `errors.REFUSALS` (20003, 20500…); 0: none.
        self.refuse_with = 0
        #: The customer service window is enforced (63016). Off, anything may be sent to contacts who never
        #: wrote.
        self.windows = False
        #: The limits hold: `throughput` (63018) and `concurrency` (20429).
        self.rates = False
        #: Messages a second and sender, if `rates` hold; what is beyond is accepted and fails.
        self.throughput = 80.0
        #: Calls of the API at the same time, if `rates` hold.
        self.concurrency = 100
        #: Seconds until a submitted template is approved; None leaves it to `book.approve`, `book.reject`.
        self.review_delay: float | None = 0.0
        #: Media of the business are fetched and judged: 63019, 63021, 63034.
        self.media_checks = False
        #: What a typing indicator is about must be a message of a contact (20404).
        self.known_messages = False
        #: STOP opts a contact out until START: sends are refused with 21610.
        self.opt_outs = False

    def honest(self) -> None:
        """Refuse whatever Twilio refuses: windows, rates, media that cannot be had, unknown messages."""
        self.windows = self.rates = self.media_checks = self.known_messages = True

    def chance(self, probability: float) -> bool:
        """Whether something of this *probability* happens now."""
        return probability > 0 and self.rng.random() < probability
