"""What the API's resources are made of: the running gateway's parts, by name."""

from __future__ import annotations

from msgspec import Struct

from gateway.api.access.keys import Keys
from gateway.api.cursor import Cursors
from gateway.api.following.stream import Streams
from gateway.channels import Channels
from gateway.clock import Clock
from gateway.endpoints.deliver import Deliverer
from gateway.hooks.host import Host
from gateway.jobs.runner import Jobs
from gateway.observe import Metrics
from gateway.pipeline.line import Line
from gateway.settings import Settings
from gateway.store.port import Store
from gateway.store.seal import Seal
from gateway.tenants.directory import Directory
from gateway.tenants.watch import Watch


class Parts(Struct, frozen=True):
    """The parts of one running gateway."""

    settings: Settings
    store: Store
    channels: Channels
    directory: Directory
    watch: Watch
    host: Host
    line: Line
    metrics: Metrics
    clock: Clock
    seal: Seal
    keys: Keys
    cursors: Cursors
    deliverer: Deliverer
    streams: Streams
    jobs: Jobs
