"""Metrics of plugins: counted under the plugin's name, refused when they are not registered, bounded."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from gateway.errors import PluginError
from gateway.hooks.host import Host
from gateway.hooks.mark import hook
from gateway.hooks.metrics import MOST, PluginMetrics
from gateway.hooks.offers import Metric


def _plugin(*metrics: Metric) -> Any:
    @hook.register_metrics
    def offered() -> list[Metric]:
        return list(metrics)

    return SimpleNamespace(offered=offered)


Counted = tuple[CollectorRegistry, PluginMetrics]


@pytest.fixture
def counted() -> Counted:
    """The plugin "my-shop" with one metric of each kind."""
    host = Host()
    host.register(
        _plugin(
            Metric("orders", "Orders", labels=("size", "paid")),
            Metric("open", "Open now", "gauge"),
            Metric("waited", "Seconds", "histogram", buckets=(1.0, 5.0)),
        ),
        "my-shop",
    )
    registry = CollectorRegistry()
    return registry, PluginMetrics(registry, host.plugins.values())


def test_each_kind_is_written_under_the_plugins_name(
    counted: Counted,
) -> None:
    """A counter adds, a gauge is set, a histogram observes; labels may come in any order."""
    registry, metrics = counted
    metrics.count("my-shop", "orders", 1, {"size": "small", "paid": "yes"})
    metrics.count("my-shop", "orders", 2, {"paid": "yes", "size": "small"})
    metrics.count("my-shop", "open", 7, {})
    metrics.count("my-shop", "waited", 3, {})

    value = registry.get_sample_value
    assert value("gateway_plugin_my_shop_orders_total", {"size": "small", "paid": "yes"}) == 3
    assert value("gateway_plugin_my_shop_open") == 7
    assert value("gateway_plugin_my_shop_waited_bucket", {"le": "5.0"}) == 1


@pytest.mark.parametrize(
    ("name", "amount", "labels", "said"),
    [
        (
            "sales",
            1,
            {},
            r"counts 'sales', which it has not registered \(registered are: open, orders, waited\)",
        ),
        (
            "orders",
            1,
            {"size": "s"},
            r"""labels \['size'\]; .*: chat.count\("orders", size="…", paid="…"\)""",
        ),
        ("orders", -1, {"size": "s", "paid": "y"}, "counts -1 in 'orders'; a counter takes 0 or more"),
        ("open", float("nan"), {}, "a gauge takes a finite number"),
    ],
)
def test_what_was_not_registered_is_refused(
    counted: Counted,
    name: str,
    amount: float,
    labels: dict[str, str],
    said: str,
) -> None:
    """With the plugin, what is registered, and what to write."""
    with pytest.raises(PluginError, match=said):
        counted[1].count("my-shop", name, amount, labels)


def test_the_series_of_a_metric_are_bounded(counted: Counted) -> None:
    """A plugin that puts ids into labels fills "other", not the memory."""
    registry, metrics = counted
    for number in range(MOST + 50):
        metrics.count("my-shop", "orders", 1, {"size": str(number), "paid": "yes"})
    metrics.count("my-shop", "orders", 1, {"size": "0", "paid": "yes"})

    value = registry.get_sample_value
    assert value("gateway_plugin_my_shop_orders_total", {"size": "other", "paid": "other"}) == 50
    assert value("gateway_plugin_my_shop_orders_total", {"size": "0", "paid": "yes"}) == 2
    assert value("gateway_plugin_my_shop_orders_total", {"size": str(MOST), "paid": "yes"}) is None


def test_two_plugins_never_break_each_others_metrics() -> None:
    """ "shop" with "extra_orders" and "shop_extra" with "orders" make one name: the first has it."""
    host = Host()
    host.register(_plugin(Metric("extra_orders", "a")), "shop")
    host.register(_plugin(Metric("orders", "b")), "shop_extra")
    registry = CollectorRegistry()
    metrics = PluginMetrics(registry, host.plugins.values())

    metrics.count("shop", "extra_orders", 1, {})
    metrics.count("shop_extra", "orders", 5, {})

    assert registry.get_sample_value("gateway_plugin_shop_extra_orders_total") == 1


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        (Metric("a", "h", "sum"), "is of the kind 'sum'; write one of counter, gauge, histogram"),  # type: ignore[arg-type]
        (Metric("a", None), "has no help"),  # type: ignore[arg-type]
        (Metric("a", "h", labels="size"), "labels 'size'; write each once, in a tuple"),  # type: ignore[arg-type]
        (Metric("a", "h", labels=("size", "size")), "write each once"),
        (Metric("a", "h", "histogram", buckets=(math.inf,)), "buckets that are not a histogram's"),
        (Metric("a", "h", "histogram", buckets=(math.nan, 1.0)), "buckets that are not a histogram's"),
        (Metric("a", "h", "histogram", buckets=("x",)), "buckets that are not a histogram's"),  # type: ignore[arg-type]
        (Metric("a", "h", "counter", buckets=(1.0,)), "buckets that are not a histogram's"),
    ],
)
def test_a_metric_that_cannot_be_shown_is_refused_when_it_is_loaded(metric: Metric, words: str) -> None:
    """Not when the gateway starts, nor when somebody asks for /metrics: those are everybody's."""
    with pytest.raises(PluginError) as caught:
        Host().register(_plugin(metric), "shop")
    assert str(caught.value).startswith("plugin 'shop' register_metrics: the metric 'a' ")
    assert words in str(caught.value)
    assert "test_plugin_metrics.py:" in str(caught.value)


def test_a_label_that_is_no_text_that_can_be_written(counted: Counted) -> None:
    """Is shown as well as it can be: /metrics is everybody's."""
    registry, metrics = counted
    metrics.count("my-shop", "orders", 1, {"size": "\ud800", "paid": "yes"})
    assert b'size="?"' in generate_latest(registry)
