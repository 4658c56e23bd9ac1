"""`CliContext`: what a command of a plugin (``gateway <plugin> …``) gets beside its options."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from gateway.provider import StoredFile
    from gateway.store.port import Db

P = ParamSpec("P")
T = TypeVar("T")


class CliContext(Struct, frozen=True):
    """*config* is the gateway.toml, *tenant* what --tenant named, "" when it was left out.

    The command runs in the terminal: it reads its files, asks and prints there. What touches the database is
    a function of the plugin's that `work` runs where the database is, also beside a gateway that runs."""

    config: Path
    tenant: str
    send: Callable[[Callable[..., Any], Sequence[Any], Mapping[str, Any]], Awaitable[Any]]
    put: Callable[[bytes, str, bool], Awaitable[StoredFile]]

    async def work(
        self, function: Callable[Concatenate[Db, P], Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ``await function(db, …)`` as one transaction for the tenant, and return what it returns. It has
        to be an ``async def`` of one of the plugin's modules; what it takes and returns has to be of types
        that JSON knows. It may take some seconds: send a thousand rows at a time, not a million."""
        result: T = await self.send(function, args, kwargs)
        return result

    async def keep(self, data: bytes, *, filename: str = "", public: bool = False) -> StoredFile:
        """Keep *data*, at most 5 MiB, as a file of the tenant's, as `JobContext.keep`; also beside a gateway
        that runs. Raises `GatewayError`."""
        return await self.put(data, filename, public)
