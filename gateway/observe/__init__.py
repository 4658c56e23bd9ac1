"""What an operator sees: metrics, logs, error reports and health."""

from __future__ import annotations

from gateway.observe.health import Health, Probe, disk_probe, folder_probe
from gateway.observe.logs import configure_logging, contact_hash, get_logger
from gateway.observe.metrics import Metrics
from gateway.observe.sentry import configure_sentry, report

__all__ = [
    "Health",
    "Metrics",
    "Probe",
    "configure_logging",
    "configure_sentry",
    "contact_hash",
    "disk_probe",
    "folder_probe",
    "get_logger",
    "report",
]
