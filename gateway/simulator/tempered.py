"""The knobs that every simulator of this project has: what `Temper` asks for, and more, with usual values."""

from __future__ import annotations

from random import Random


class Tempered:
    """A simulator's temper. Probabilities are 0 to 1, times are seconds. A provider's own knobs extend the
    section that they belong to, and change what is usual."""

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
        #: Probability that a message is refused with a passing error; nothing is accepted.
        self.refuse = 0.0
        #: Time before an answer.
        self.delay = 0.0
        #: Time between the acceptance of a message, with all that follows from it, and its answer.
        self.hold_answers = 0.0

    def _delivering(self) -> None:
        """How webhooks travel."""
        #: How often each webhook is delivered, all copies at the same time.
        self.duplicate_webhooks = 1
        #: How long a webhook may take to be answered.
        self.answer_within = 10.0
        #: Time before a webhook goes out.
        self.webhook_delay = 0.0
        #: Span within which each webhook is held at random, so that webhooks overtake each other.
        self.reorder = 0.0
        #: Time until a webhook that was not taken is tried again.
        self.retry_first = 0.05
        #: The time within which all tries of a webhook fall.
        self.retry_for = 60.0

    def _telling(self) -> None:
        """Which statuses come."""
        #: The statuses that a delivered message gets.
        self.statuses: tuple[str, ...] = ("sent", "delivered", "read")
        #: Time before each status.
        self.status_delay = 0.02
        #: Statuses of a message go out in random order.
        self.shuffle_statuses = False
        #: Contacts (phone numbers) that cannot be reached: accepted, then failed.
        self.unreachable: set[str] = set()
        #: contact (phone number) -> the code that every message to it fails with after it was accepted.
        self.fails: dict[str, int] = {}

    def _refusing(self) -> None:
        """What is not accepted, or fails."""
        #: Every call of the API is refused with this code; 0: none.
        self.refuse_with = 0
        #: The customer service window is enforced. Off, anything may be sent to contacts who never wrote.
        self.windows = False
        #: The provider's limits of how fast and how much hold.
        self.rates = False
        #: Messages a second and number, if `rates` hold.
        self.throughput = 80.0
        #: Seconds until a submitted template is approved; None leaves it to `book.approve`, `book.reject`.
        self.review_delay: float | None = 0.0
        #: Files of the business are judged.
        self.media_checks = False
        #: What a message or a typing indicator is about must be a message that exists.
        self.known_messages = False

    def chance(self, probability: float) -> bool:
        """Whether something of this *probability* happens now."""
        return probability > 0 and self.rng.random() < probability
