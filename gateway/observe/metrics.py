"""The metrics of one process, in a registry of their own.

On hot paths bind the children once: ``runs = metrics.bind(metrics.plugin_runs, plugin="crm",
hook="on_message")``, then ``runs["ok"].inc()``. A bound call costs less than a microsecond.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, TypeVar

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics import MetricWrapperBase

from gateway.observe.families import FAMILIES, OPEN, Family

F = TypeVar("F", bound=MetricWrapperBase)

#: What a value outside a closed set becomes: a mistake in the code must not grow the series.
OTHER = "other"


class _Closed(MetricWrapperBase):
    """A family whose labels take known values only, and whose children are found by one look-up."""

    def close(self, known: Mapping[str, tuple[str, ...]]) -> None:
        """Take the values of each label; an open label has none."""
        self._known = known
        self._children: dict[tuple[str, ...], Any] = {}

    def labels(self, *values: Any, **named: Any) -> Any:
        key = values if not named else tuple(named[label] for label in self._known)
        child = self._children.get(key)
        return child if child is not None else self._fold(key)

    def _fold(self, values: tuple[str, ...]) -> Any:
        folded = [
            value if not known or value in known else OTHER
            for value, known in zip(values, self._known.values(), strict=True)
        ]
        child = super().labels(*folded)
        if folded == list(values):
            self._children[values] = child
        return child


class _Counter(_Closed, Counter): ...


class _Gauge(_Closed, Gauge): ...


class _Histogram(_Closed, Histogram): ...


class Metrics:
    """One instance per process. Each attribute is the family of its name in `gateway.observe.families`."""

    webhook_requests: Counter
    webhook_durable_seconds: Histogram
    dispatched_seconds: Histogram
    accepted_seconds: Histogram
    delivered_seconds: Histogram
    events: Counter
    plugin_seconds: Histogram
    plugin_runs: Counter
    plugin_requests: Counter
    plugin_put_aside: Gauge
    send_attempts: Counter
    policy_decisions: Counter
    send_seconds: Histogram
    provider_errors: Counter
    in_doubt: Counter
    in_doubt_resolved: Counter
    resent: Counter
    signals: Counter
    restored_held: Gauge
    backup_last_success_timestamp_seconds: Gauge
    duplicate_sends: Counter
    statuses: Counter
    order_violations: Counter
    jobs: Counter
    job_seconds: Histogram
    dead: Counter
    queue: Gauge
    oldest_seconds: Gauge
    commit_batch: Histogram
    commit_seconds: Histogram
    retention_removed: Counter
    retention_oldest_seconds: Gauge
    loop_lag_seconds: Histogram
    loop_blocked: Counter
    auth_failures: Counter
    api_requests: Counter
    api_limited: Counter
    channel_paused: Gauge
    channels_silent: Gauge
    newest_webhook_seconds: Gauge
    media_fetches: Counter
    webhook_out: Counter
    webhook_out_seconds: Histogram
    webhook_out_disabled: Counter
    ssrf_blocked: Counter
    inbound_muted: Counter
    loops_stopped: Counter
    processes: Gauge
    shards_owned: Gauge
    shard_handovers: Counter
    lease_lost: Counter
    poke_listening: Gauge
    invariant_violations: Gauge
    build_info: Gauge

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series per counter that nobody reads
        self.registry = CollectorRegistry()
        ProcessCollector(namespace="gateway", registry=self.registry)
        for family in FAMILIES:
            made = _make(family, self.registry)
            setattr(self, family.name, made)
            if not OPEN & family.labels.keys():
                _start(made, family, {})

    def add_provider(self, name: str) -> None:
        """Start every series of a provider at 0, so that a rate over the first event is right."""
        for family in FAMILIES:
            if "provider" in family.labels:
                _start(getattr(self, family.name), family, {"provider": (name,)})

    def add_plugin(self, name: str, hooks: tuple[str, ...] = ()) -> None:
        """Start every series of a plugin and its *hooks* at 0."""
        for family in FAMILIES:
            if "plugin" in family.labels:
                _start(getattr(self, family.name), family, {"plugin": (name,), "hook": hooks})

    def bind(self, family: F, **fixed: str) -> dict[str, F]:
        """The children of *family* by the value of the one label that *fixed* leaves open."""
        found = next(each for each in FAMILIES if getattr(self, each.name) is family)
        (rest,) = found.labels.keys() - fixed.keys()
        return {value: family.labels(**fixed, **{rest: value}) for value in found.labels[rest]}

    def value(self, sample: str, **labels: str) -> float:
        """The current value of a sample such as ``gateway_resent_total``; 0 when it was never touched."""
        return self.registry.get_sample_value(sample, labels) or 0.0

    def render(self) -> bytes:
        """The text for ``/metrics`` (exposition format 0.0.4)."""
        return generate_latest(self.registry)


def _make(family: Family, registry: CollectorRegistry) -> _Closed:
    name, labels = f"gateway_{family.name}", tuple(family.labels)
    made: _Closed
    if family.kind == "counter":
        made = _Counter(name, family.help, labels, registry=registry)
    elif family.kind == "gauge":
        made = _Gauge(name, family.help, labels, registry=registry)
    else:
        made = _Histogram(name, family.help, labels, registry=registry, buckets=family.buckets)
    made.close(family.labels)
    return made


def _start(made: MetricWrapperBase, family: Family, found: Mapping[str, tuple[str, ...]]) -> None:
    """Touch the series of every combination of values; an open label takes those in *found*."""
    choices = [found.get(label, ()) or values for label, values in family.labels.items()]
    for combination in itertools.product(*choices):
        if combination:
            made.labels(*combination)
