"""The keys of a flow's operations: kind, the flows that it lies in, its name, and which time it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gateway.flows.flow import Flow


class Names:
    """Counts what was named: ``ask:order``, the second time ``ask:order#2``; in a part
    ``ask:address/street``."""

    def __init__(self, flow: Flow[..., Any]) -> None:
        self.flow = flow
        self._prefix = ""
        self._seen: dict[str, int] = {}

    def key(self, kind: str, name: str) -> str:
        """The key of the next operation of this name."""
        return self._next(f"{kind}:{self._prefix}{name}")

    @contextmanager
    def inside(self, flow: Flow[..., Any]) -> Iterator[None]:
        """Everything within belongs to *flow*, as a part."""
        outer, prefix = self.flow, self._prefix
        self.flow, self._prefix = flow, self._next(f"{prefix}{flow.name}") + "/"
        try:
            yield
        finally:
            self.flow, self._prefix = outer, prefix

    def _next(self, name: str) -> str:
        count = self._seen[name] = self._seen.get(name, 0) + 1
        return name if count == 1 else f"{name}#{count}"
