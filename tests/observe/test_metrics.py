"""The metrics: a closed set of series, frozen by docs/metrics.md."""

from __future__ import annotations

import re
import typing
from pathlib import Path

import pytest
from prometheus_client.metrics import MetricWrapperBase

from gateway.observe import Metrics
from gateway.observe.families import FAMILIES

DOC = Path(__file__).parents[2] / "docs" / "metrics.md"
ROW = re.compile(r"^\| `(gateway_\w+)` \| (\w+) \| (.*?) \| (.*?) \| (.*?) \|$", re.M)


def documented() -> dict[str, tuple[str, list[str], str]]:
    """Name → kind, labels, unit as the table of docs/metrics.md says."""
    rows = ROW.findall(DOC.read_text())
    return {name: (kind, re.findall(r"`(\w+)`", labels), unit) for name, kind, labels, _, unit in rows}


def test_the_table_is_the_registry() -> None:
    """docs/metrics.md lists exactly the families there are, with their types and labels."""
    assert {name: row[:2] for name, row in documented().items()} == {
        each.exposed: (each.kind, list(each.labels)) for each in FAMILIES
    }


def test_the_table_lists_every_closed_value() -> None:
    """Each value that a closed label may take is written in its row."""
    text = DOC.read_text()
    rows = {match[1]: match[0] for match in ROW.finditer(text)}
    for family in FAMILIES:
        for label, values in family.labels.items():
            if label == "reason" and family.name == "dead":
                assert all(f"`{value}`" in text for value in values)
            elif not (family.name == "provider_errors" and label == "kind"):
                assert all(value in rows[family.exposed] for value in values), (family.name, label)


def test_units_are_named() -> None:
    """What is measured in seconds says so in its name, and the other way round."""
    assert all(
        (unit == "seconds") == name.endswith("_seconds") for name, (_, _, unit) in documented().items()
    )


def test_attributes_and_families_agree() -> None:
    """Each family is an attribute of Metrics of the same name, and the reverse."""
    declared = typing.get_type_hints(Metrics)
    assert set(declared) == {each.name for each in FAMILIES}
    metrics = Metrics()
    for name, kind in declared.items():
        assert isinstance(getattr(metrics, name), kind)
        assert isinstance(getattr(metrics, name), MetricWrapperBase)


def test_known_series_start_at_zero() -> None:
    """A counter that never moved is shown as 0: the rest once their names are known."""
    metrics = Metrics()
    assert b'gateway_dead_total{reason="poison",stage="plugin"} 0.0' in metrics.render()
    assert b"provider=" not in metrics.render()
    metrics.add_provider("meta_cloud")
    metrics.add_plugin("crm", ("on_message", "on_status"))
    text = metrics.render()
    assert b'gateway_webhook_requests_total{provider="meta_cloud",result="shed"} 0.0' in text
    assert b'gateway_provider_errors_total{kind="auth",provider="meta_cloud"} 0.0' in text
    assert b'gateway_plugin_runs_total{hook="on_status",plugin="crm",result="timeout"} 0.0' in text
    assert b"_created" not in text


def test_a_value_outside_the_set_becomes_other() -> None:
    """A mistake in a label's value is counted, but makes one series at most."""
    metrics = Metrics()
    for index in range(10):
        metrics.dead.labels("send", f"+3460011122{index}").inc()
    assert metrics.value("gateway_dead_total", stage="send", reason="other") == 10
    assert b"34600" not in metrics.render()


def test_labels_by_position_and_by_name_are_one_series() -> None:
    """Both ways to name a child reach the same counter."""
    metrics = Metrics()
    metrics.in_doubt.labels("meta_cloud", "reset").inc()
    metrics.in_doubt.labels(cause="reset", provider="meta_cloud").inc()
    assert metrics.value("gateway_in_doubt_total", provider="meta_cloud", cause="reset") == 2


def test_bound_children_count() -> None:
    """bind gives the children by the label that is left open."""
    metrics = Metrics()
    runs = metrics.bind(metrics.plugin_runs, plugin="crm", hook="on_message")
    assert set(runs) == {"ok", "error", "timeout", "retry", "put_aside"}
    runs["ok"].inc(3)
    labels = {"plugin": "crm", "hook": "on_message", "result": "ok"}
    assert metrics.value("gateway_plugin_runs_total", **labels) == 3


def test_wrong_labels_are_refused() -> None:
    """Too few or unknown labels are a mistake that shows at once."""
    metrics = Metrics()
    with pytest.raises(ValueError):
        metrics.dead.labels("send")
    with pytest.raises(KeyError):
        metrics.dead.labels(stage="send", why="x")


def test_two_instances_share_nothing() -> None:
    """Each process part or test has a registry of its own."""
    one, two = Metrics(), Metrics()
    one.order_violations.inc()
    assert (one.value("gateway_order_violations_total"), two.value("gateway_order_violations_total")) == (
        1,
        0,
    )
