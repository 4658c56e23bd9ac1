"""Metrics of plugins: what `register_metrics` returned, as ``gateway_plugin_<plugin>_<name>`` in the
process's registry. `chat.count` writes them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase

from gateway.errors import PluginError
from gateway.hooks.naming import one
from gateway.hooks.offers import Metric
from gateway.hooks.plugin import Plugin
from gateway.observe.logs import get_logger

log = get_logger("gateway.hooks")

#: Sets of label values that one metric may have; those that come later are counted under `OTHER`.
MOST = 100
OTHER = "other"

_KINDS: Mapping[str, type[MetricWrapperBase]] = {"counter": Counter, "gauge": Gauge, "histogram": Histogram}


class _Kept:
    """One metric, and the sets of label values that it has."""

    __slots__ = ("family", "metric", "told", "values")

    def __init__(self, metric: Metric, family: MetricWrapperBase) -> None:
        self.metric, self.family = metric, family
        self.values: dict[tuple[str, ...], Any] = {}
        self.told = False

    def child(self, values: tuple[str, ...]) -> Any:
        if not values:
            return self.family
        found = self.values.get(values)
        if found is None:
            if len(self.values) >= MOST:
                return self._beyond()
            found = self.values[values] = self.family.labels(*values)
        return found

    def _beyond(self) -> Any:
        if not self.told:
            self.told = True
            log.error("plugin.metric_overflows", metric=self.metric.name, most=MOST)
        return self.family.labels(*[OTHER] * len(self.metric.labels))


class PluginMetrics:
    """The metrics of all *plugins*, in *registry*."""

    def __init__(self, registry: CollectorRegistry, plugins: Iterable[Plugin]) -> None:
        self._kept: dict[str, dict[str, _Kept]] = {}
        for plugin in plugins:
            self._kept[plugin.name] = {
                metric.name: _Kept(metric, _family(registry, plugin.name, metric))
                for metric in plugin.offers.metrics
            }

    def count(self, plugin: str, name: str, value: float, labels: Mapping[str, str]) -> None:
        """Add *value* to a counter, observe it in a histogram, set a gauge to it. Raises `PluginError` for a
        metric or labels that the plugin did not register."""
        known = self._kept.get(plugin, {})
        kept = known.get(name)
        if kept is None:
            there = ", ".join(sorted(known)) or "none"
            raise PluginError(
                f"plugin '{plugin}' counts '{name}', which it has not registered (registered are: {there}): "
                f'return Metric("{name}", "…") from register_metrics'
            )
        metric = kept.metric
        if set(labels) != set(metric.labels):
            wanted = ", ".join(f'{label}="…"' for label in metric.labels) or "no label"
            raise PluginError(
                f"plugin '{plugin}' counts '{name}' with the labels {sorted(labels)}; it is registered with "
                f'{sorted(metric.labels)}: chat.count("{name}", {wanted})'
            )
        if not math.isfinite(value) or (metric.kind == "counter" and value < 0):
            raise PluginError(
                f"plugin '{plugin}' counts {value} in '{name}'; a {metric.kind} takes "
                f"{'0 or more' if metric.kind == 'counter' else 'a finite number'}"
            )
        _write(kept.child(tuple([_text(labels[label]) for label in metric.labels])), metric.kind, value)


def exposed(plugin: str, metric: Metric) -> str:
    """The name that a query uses."""
    return f"gateway_plugin_{one(plugin)}_{metric.name}" + ("_total" if metric.kind == "counter" else "")


def _text(value: object) -> str:
    """A label's value, such as /metrics can show it to everybody who asks."""
    return str(value)[:100].encode("utf-8", "replace").decode()


def _write(child: Any, kind: str, value: float) -> None:
    if kind == "counter":
        child.inc(value)
    elif kind == "gauge":
        child.set(value)
    else:
        child.observe(value)


def _family(registry: CollectorRegistry, plugin: str, metric: Metric) -> MetricWrapperBase:
    """The metric, registered. Of two plugins whose names and metrics make one name ("shop" and "shop_extra")
    the first has it, and the other counts where nobody looks: told in the log."""
    name = exposed(plugin, metric).removesuffix("_total")
    more = {"buckets": metric.buckets} if metric.buckets else {}
    make: Any = _KINDS[metric.kind]
    try:
        made: MetricWrapperBase = make(name, metric.help, metric.labels, registry=registry, **more)
    except ValueError as error:
        log.error("plugin.metric_refused", plugin=plugin, metric=metric.name, problem=str(error))
        made = make(name, metric.help, metric.labels, registry=None, **more)
    return made
