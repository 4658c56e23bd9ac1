"""The parts of a running gateway, as an erasure needs them."""

from __future__ import annotations

from gateway.erasure.export import Exporting
from gateway.erasure.personal import Personal
from gateway.erasure.run import Erasing
from gateway.erasure.speak import Speaker
from gateway.erasure.stage import EVERY, Erasures
from gateway.erasure.work import Around
from gateway.hooks.host import Host
from gateway.pipeline.line import Line
from gateway.store.seal import Seal


def erasures(line: Line, host: Host, seal: Seal, *, every: float = EVERY) -> Erasures:
    """The stage of a gateway."""
    around = line.around
    personal, speaker = Personal(host, around.store), Speaker(line)
    acting = Around(
        around.store, around.channels, line.files, seal, around.clock, line.outbox.withdraw, line.waiting.end
    )
    exporting = Exporting(around.store, line.files, personal, around.clock, speaker)
    return Erasures(
        around.store, Erasing(acting, personal, speaker), exporting, lambda: line.cluster.leads, every=every
    )
