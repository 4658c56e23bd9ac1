"""One attempt: sign, post, and say what came of it. Nothing of an answer is believed but its status."""

from __future__ import annotations

from gateway.clock import SECOND, Clock
from gateway.endpoints.record import Attempt, Endpoint, Result
from gateway.endpoints.signing import headers
from gateway.errors import SealError
from gateway.net import Blocked, FetchFailed, SafeClient, origin, visible_problem
from gateway.observe import Metrics, get_logger
from gateway.settings import WebhookSettings
from gateway.store.seal import Seal

log = get_logger("gateway.endpoints")

#: Bytes of an answer that are read, and characters of it that are kept.
MOST, KEPT = 64 * 1024, 1024


class Poster:
    """Posts events. Its client checks every address where it is connected to."""

    def __init__(self, settings: WebhookSettings, seal: Seal, metrics: Metrics, clock: Clock) -> None:
        self._settings, self._seal, self._metrics, self._clock = settings, seal, metrics, clock
        # Tests run beside what is counted in *in_flight*.
        self._client = SafeClient(metrics, settings.internal, connections=settings.in_flight + 64)
        self._internal = frozenset(origin(each) for each in settings.internal)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()

    def problem(self, url: str) -> str:
        """What can be seen to be wrong with *url*, as words that follow "the link"; "" for nothing."""
        return visible_problem(url, insecure=self._settings.insecure_links, trusted=self._internal)

    async def post(self, endpoint: Endpoint, event: str, body: bytes) -> Attempt:
        """Post *body* as *event* once, counted."""
        at, began = self._clock.now(), self._clock.monotonic()
        attempt = await self._post(endpoint, event, body, at)
        seconds = max(0.0, self._clock.monotonic() - began)
        self._metrics.webhook_out.labels(attempt.result).inc()
        self._metrics.webhook_out_seconds.observe(seconds)
        status, error, response, after = attempt.status, attempt.error, attempt.response, attempt.retry_after
        return Attempt(at, status, attempt.result, int(seconds * SECOND), error, response, after)

    async def _post(self, endpoint: Endpoint, event: str, body: bytes, at: int) -> Attempt:
        try:
            keys = endpoint.secrets(self._seal, at)
        except SealError as error:
            log.error(
                "webhook_out.no_secret", tenant=endpoint.tenant, webhook=endpoint.id, problem=str(error)
            )
            return Attempt(at, 0, "unreachable", error="its secret cannot be opened: replace it")
        sent = {"Content-Type": "application/json", **headers(keys, event, at // SECOND, body)}
        try:
            answer = await self._client.post(
                endpoint.url, body, sent,
                seconds=self._settings.timeout, most=MOST, insecure=self._settings.insecure_links,
            )  # fmt: skip
        except Blocked as error:
            return Attempt(at, 0, "blocked", error=str(error))
        except FetchFailed as error:
            return Attempt(at, 0, "unreachable", error=str(error))
        result: Result = "delivered" if 200 <= answer.status < 300 else "refused"
        error_text = "" if result == "delivered" else f"the answer is {answer.status}"
        response = _text(answer.body)
        return Attempt(at, answer.status, result, 0, error_text, response, answer.retry_after)


def _text(body: bytes) -> str:
    """The beginning of an answer, as text that can be kept and shown."""
    text = body[: KEPT * 4].decode("utf-8", "replace")[:KEPT]
    return "".join(char if char.isprintable() or char in "\n\t" else "\ufffd" for char in text)
