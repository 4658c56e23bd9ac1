"""What PostgreSQL's errors mean for a unit of work."""

from __future__ import annotations

import asyncpg

from gateway.errors import SerializationFailure, StatementFailed, StoreUnavailable

# SQLSTATE classes and codes (PostgreSQL's appendix "Error Codes"): 08 connection, 53 resources (disk full,
# too many connections, memory), 57P shutdown, 58 the system's own I/O, 25006 a server that became read-only.
_READ_ONLY = "25006"
_AWAY = ("08", "53", "57P", "58", _READ_ONLY)
_CROSSED = ("40001", "40P01")
# The session was ended because its transaction did nothing for too long: we were paused. A statement of ours
# that takes too long waits for somebody else; one of a plugin is the plugin's.
_PAUSED, _TOO_LONG = "25P03", "57014"
# A reference of the core's own tables (0008_references): what is referred to was removed meanwhile.
_REFERENCE, _OURS = "23503", "gateway_"


def explain(error: BaseException, *, reading: bool = False, plugin: bool = False) -> BaseException:
    """The gateway's error for what the driver raised; anything that is not the driver's is itself.

    On a reader (*reading*) "read-only" is the statement's fault, elsewhere it is the server's. A statement
    that took too long is the fault of the *plugin* that wrote it.
    """
    if isinstance(error, asyncpg.PostgresError):
        code = error.sqlstate or ""
        ours = code == _REFERENCE and (getattr(error, "constraint_name", "") or "").startswith(_OURS)
        if code in _CROSSED or ours:
            return SerializationFailure(f"PostgreSQL: {error}")
        if code == _PAUSED or (code == _TOO_LONG and not plugin):
            return StoreUnavailable(f"PostgreSQL: {error}")
        if code.startswith(_AWAY) and not (reading and code == _READ_ONLY):
            return StoreUnavailable(f"PostgreSQL: {error}")
        return StatementFailed(f"PostgreSQL: {error}")
    if isinstance(error, asyncpg.InterfaceError):
        # A value that does not fit is a ValueError too; what is left is a connection that was closed.
        return (StatementFailed if isinstance(error, ValueError) else StoreUnavailable)(
            f"PostgreSQL: {error}"
        )
    if isinstance(error, OSError | asyncpg.InternalClientError):
        return StoreUnavailable(f"PostgreSQL: {error!r}")
    return error
