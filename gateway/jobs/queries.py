"""The SQL of jobs, by name."""

from __future__ import annotations

from pathlib import Path

from gateway.store.sql import load_queries

JOB = load_queries(Path(__file__).parent.parent / "store" / "queries" / "job.sql")
