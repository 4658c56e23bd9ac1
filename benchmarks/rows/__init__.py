"""The rows: each module measures one thing and returns its figures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.rows import (
    acks,
    beside,
    cluster,
    echo,
    fairness,
    flows,
    hanging,
    parsing,
    retention,
    shop,
    starting,
    statuses,
    tenants,
    unruly,
)


class Row(NamedTuple):
    """A row by its name on the command line."""

    name: str
    title: str
    measure: Callable[[Bench], Awaitable[list[Figure]]]
    #: Times the seconds that a row may take.
    share: float = 1.0


ROWS = (
    Row("acks", "durable acks beside bare aiohttp and pywa", acks.measure),
    Row("parse", "parse and map one webhook beside pywa's parser", parsing.measure),
    Row("echo", "webhook to accepted reply, everything on", echo.measure),
    Row("hang", "acks while one tenant's plugin hangs in every turn", hanging.measure),
    Row("unruly", "replies while another tenant's plugin raises, never returns or blocks", unruly.measure),
    Row("fairness", "replies beside a tenant with a million messages queued", fairness.measure, 4.0),
    Row("cluster", "acks and turns of one, two and three processes on PostgreSQL", cluster.measure, 2.0),
    Row("flow", "the last turn of a hundred questions beside the first", flows.measure),
    Row("beside", "acks with parse and dispatch beside them", beside.measure),
    Row("status", "status folding beside durable acks", statuses.measure),
    Row("tenants", "a turn with 1, 100 and 10,000 tenants", tenants.measure),
    Row("retention", "acks while a million old rows are removed", retention.measure, 4.0),
    Row("shop", "a shop with 100,000 products and a million orders beside an empty one", shop.measure, 6.0),
    Row("start", "start to ready with 100 channels", starting.measure),
)
