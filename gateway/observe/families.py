"""Every metric family: its name, what it is for, its labels and their values.

Label values are closed sets, so that the number of series is known: never a phone number, a tenant,
a message id, a URL or the text of an error. Times are seconds. docs/metrics.md is this table for people.
"""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from gateway.model.status import Status
from gateway.policy.facts import Verdict
from gateway.policy.reasons import REASONS as POLICY_REASONS
from gateway.provider import ErrorClass
from gateway.settings.kept import KINDS
from gateway.verify.catalogue import NAMES

Kind = Literal["counter", "gauge", "histogram"]

#: Bucket bounds in seconds, by how long the thing should take.
FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
TURN = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
TRIP = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
DELIVERY = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0, 86400.0)
ROWS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)

REASONS = (
    "unreadable",  # bytes or a piece of them that no parser reads
    "error",  # a plugin raised
    "timeout",  # a plugin missed its deadline
    "poison",  # the process died while it ran, too often
    "put_aside",  # its plugin is put aside
    "not_used",  # its plugin is switched off, or could not be loaded
    "rejected",  # the provider said no for good
    "expired",  # its time was over before it could be sent
    "window_closed",
    "loop",  # two robots talking to each other
    "in_doubt",  # nobody could say whether it was sent
    "restored",  # it may have been sent between a backup and its restore
    "cancelled",
    "foreign_number",  # a number that no channel here has
)

#: What a request to the API may be about: the resources of scopes, and whatever else.
API_RESOURCES = (
    *("messages", "contacts", "conversations", "media", "events", "webhooks", "dead_letters", "templates"),
    *("jobs", "plugins", "channels", "tenant", "keys", "audit", "tenants", "other"),
)

#: Labels whose values are known once things are loaded: see `Metrics.add_provider` and `Metrics.add_plugin`.
OPEN = frozenset({"provider", "plugin", "hook", "version"})


class Family(Struct, frozen=True):
    """One metric family. *labels* maps each label to its values; an open label's are empty."""

    name: str
    kind: Kind
    help: str
    labels: dict[str, tuple[str, ...]] = {}
    buckets: tuple[float, ...] = ()

    @property
    def exposed(self) -> str:
        """The name that a query uses."""
        return f"gateway_{self.name}" + ("_total" if self.kind == "counter" else "")


def _counter(name: str, help: str, /, **labels: tuple[str, ...]) -> Family:
    return Family(name, "counter", help, labels)


def _gauge(name: str, help: str, /, **labels: tuple[str, ...]) -> Family:
    return Family(name, "gauge", help, labels)


def _histogram(name: str, buckets: tuple[float, ...], help: str, /, **labels: tuple[str, ...]) -> Family:
    return Family(name, "histogram", help, labels, buckets)


_ANY: tuple[str, ...] = ()

FAMILIES: tuple[Family, ...] = (
    _counter(
        "webhook_requests",
        "Webhook requests by how they were answered",
        provider=_ANY,
        result=("accepted", "bad_signature", "too_large", "shed", "spooled", "error"),
    ),
    _histogram("webhook_durable_seconds", FAST, "From the request to its bytes being durable", provider=_ANY),
    _histogram("dispatched_seconds", TRIP, "From receipt to the first turn being committed", provider=_ANY),
    _histogram("accepted_seconds", TRIP, "From receipt to the provider accepting the reply", provider=_ANY),
    _histogram("delivered_seconds", DELIVERY, "From acceptance to the delivered status", provider=_ANY),
    _counter(
        "events",
        "Parsed events by what became of them",
        provider=_ANY,
        kind=("message", "status", "event"),
        result=("new", "duplicate", "foreign", "failed"),
    ),
    _histogram("plugin_seconds", TURN, "One run of a plugin's hook", plugin=_ANY, hook=_ANY),
    _counter(
        "plugin_runs",
        "Runs of a plugin's hook by result",
        plugin=_ANY,
        hook=_ANY,
        result=("ok", "error", "timeout", "retry", "put_aside"),
    ),
    _counter(
        "plugin_requests",
        "Requests to addresses of a plugin by how they were answered",
        plugin=_ANY,
        kind=("public_page", "api", "webhook"),
        result=("ok", "refused", "limited", "shed", "error"),
    ),
    _gauge("plugin_put_aside", "Tenants for which the plugin is put aside now", plugin=_ANY),
    _counter(
        "send_attempts",
        "Calls that may send, by outcome",
        provider=_ANY,
        outcome=("accepted", "retry", "rejected", "in_doubt", "refused"),
    ),
    _counter(
        "policy_decisions",
        "Decisions about messages that answer nobody",
        verdict=get_args(Verdict),
        reason=("none", *POLICY_REASONS),
    ),
    _histogram("send_seconds", TRIP, "One call to the provider's send endpoint", provider=_ANY),
    _counter("provider_errors", "Errors of the provider by class", provider=_ANY, kind=get_args(ErrorClass)),
    _counter(
        "in_doubt",
        "Sends whose outcome became unknown, by cause",
        provider=_ANY,
        cause=("timeout", "reset", "server_error", "crash", "no_id"),
    ),
    _counter(
        "in_doubt_resolved",
        "Sends in doubt that were settled, by what settled them",
        provider=_ANY,
        how=("status", "list", "gave_up", "resent"),
    ),
    _counter("resent", "Parts sent again while the first may have arrived", provider=_ANY),
    _counter(
        "signals",
        "Read receipts and typing indicators by result",
        provider=_ANY,
        result=("ok", "failed", "dropped"),
    ),
    _gauge("restored_held", "Messages that wait for a person after a restore"),
    _gauge("backup_last_success_timestamp_seconds", "When the newest backup in [backup] folder was taken"),
    _counter("duplicate_sends", "Parts that turned out to have two provider ids", provider=_ANY),
    _counter("statuses", "Statuses of our messages", provider=_ANY, status=get_args(Status)),
    _counter("order_violations", "Events or replies of a conversation out of order; must stay 0"),
    _counter(
        "jobs",
        "Runs of a plugin's jobs by how they ended",
        plugin=_ANY,
        result=("done", "again", "failed", "dead", "released", "overtaken"),
    ),
    _histogram("job_seconds", TRIP, "One run of a job", plugin=_ANY),
    _counter(
        "dead",
        "Dead letters by stage and reason",
        stage=("parse", "plugin", "job", "send"),
        reason=REASONS,
    ),
    _gauge(
        "queue",
        "Open items waiting",
        name=(
            *("journal", "parse", "events", "outbox", "in_doubt", "spool", "media", "webhook_out"),
            *("events_log", "jobs"),
        ),
    ),
    _gauge(
        "oldest_seconds",
        "Age of the oldest open item",
        name=("journal", "events", "outbox", "in_doubt"),
    ),
    _histogram("commit_batch", ROWS, "Units of work that shared a commit"),
    _histogram("commit_seconds", TURN, "One commit"),
    _counter("retention_removed", "Rows and files that had their time, by kind of data", kind=tuple(KINDS)),
    _gauge(
        "retention_oldest_seconds",
        "How old the oldest of a kind was after the last round of retention",
        kind=tuple(KINDS),
    ),
    _histogram("loop_lag_seconds", FAST, "How late the event loop ran a timer"),
    _counter("loop_blocked", "Times that a plugin blocked the event loop", plugin=_ANY),
    _counter("auth_failures", "Requests without valid credentials", surface=("webhook", "api")),
    _counter(
        "api_requests",
        "Requests to the API by what they are about and the class of the answer's status",
        resource=API_RESOURCES,
        result=("1xx", "2xx", "3xx", "4xx", "5xx"),
    ),
    _counter(
        "api_limited",
        "Requests to the API beyond a limit",
        scope=("key", "tenant", "address", "quota"),
    ),
    _gauge("channel_paused", "Channels that do not send now", reason=("token", "account", "operator")),
    _gauge("channels_silent", "Channels that were not heard for as long as their silence", provider=_ANY),
    _gauge("newest_webhook_seconds", "Age of the newest authentic webhook, or of the process", provider=_ANY),
    _counter(
        "media_fetches",
        "Files of contacts by how their fetch went",
        provider=_ANY,
        result=("stored", "retry", "failed"),
    ),
    _counter(
        "webhook_out",
        "Attempts to deliver an event to an address of a customer",
        result=("delivered", "refused", "unreachable", "blocked"),
    ),
    _histogram("webhook_out_seconds", TRIP, "One attempt to deliver an event"),
    _counter("webhook_out_disabled", "Addresses of customers that were disabled because they failed"),
    _counter("ssrf_blocked", "Links that led to an address that is not public"),
    _counter("inbound_muted", "Messages of contacts who are not answered", reason=("flood", "loop")),
    _counter("loops_stopped", "Conversations stopped because two robots talked to each other"),
    _gauge("processes", "Processes of this database that are there now, as this one sees it"),
    _gauge("shards_owned", "Shares of the numbers that this process owns"),
    _counter(
        "shard_handovers",
        "Shares of the numbers that came and went",
        reason=("taken", "released", "lost"),
    ),
    _counter("lease_lost", "Times that others took this process for dead"),
    _gauge("poke_listening", "1 while other processes can wake this one at once, 0 while it only polls"),
    _gauge("invariant_violations", "Rows that break a promise, by check of `gateway verify`", check=NAMES),
    _gauge("build_info", "1, with what is running as labels", version=_ANY, engine=("sqlite", "postgres")),
)
