"""What runs beside each other from the start of the pipeline to its drain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from gateway.backup.age import Backups
from gateway.clock import Clock
from gateway.contacts.folding import Folding
from gateway.observe import Metrics
from gateway.pipeline.gauges import Gauges, Lag
from gateway.pipeline.resolve import Resolve
from gateway.retention.keeper import Keeper
from gateway.settings import Settings
from gateway.store.port import Store
from gateway.tasks import Run

if TYPE_CHECKING:
    from gateway.pipeline.line import Line

Stage = tuple[str, Run]


def stages(line: Line, settings: Settings, store: Store, metrics: Metrics, clock: Clock) -> list[Stage]:
    """The stages of *line*. A process that only takes in runs those that no event needs."""
    always: list[Stage] = [
        ("cluster", line.cluster.run),
        ("spool", line.spool.run),
        ("heard", line.heard.run),
        ("quotas", line.quotas.run),
        ("templates", line.templates.run),
        ("gauges", Gauges(metrics, clock, line.sender, line.doubts, sizes(line)).run),
        ("lag", Lag(metrics, clock).run),
        ("backups", Backups(settings.backup.folder, metrics).run),
    ]
    if settings.server.intake_only:
        return always
    restored = Resolve(
        store, line.outbox.restored, line.around.channels, line.sender.ask, line.cluster, metrics, clock
    )
    return [
        *always,
        ("restored", restored.run),
        ("parse", line.parser.run),
        ("events_log", line.sequencer.run),
        ("refill", line.refill.run),
        ("doubts", line.doubts.run),
        ("witness", line.witnesses.run),
        ("pauses", line.pauses.run),
        ("syncs", line.syncs.run),
        ("schedule", line.schedule.run),
        ("wakes", line.wakes.run),
        ("recovery", line.recovery.run),
        ("media", line.fetcher.run),
        ("backlog", line.backlogs.run),
        ("retention", Keeper(store, line.directory, line.sweep, metrics, clock).run),
        ("contacts", Folding(store).run),
    ]


def sizes(line: Line) -> Mapping[str, Callable[[], int]]:
    """How much waits, by stage."""
    return {
        "journal": lambda: len(line.journal),
        "parse": lambda: len(line.parser),
        "events": lambda: len(line.lanes),
        "outbox": lambda: len(line.sender.known),
        "in_doubt": lambda: len(line.doubts),
        "media": lambda: len(line.fetcher),
        "events_log": lambda: len(line.sequencer),
    }
