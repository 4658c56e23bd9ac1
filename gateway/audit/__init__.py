"""Who changed what: an append-only record, written in the transaction of the change itself."""

from gateway.audit.actor import GATEWAY, Actor, command, system_user
from gateway.audit.log import AuditLog, Entry, Wanted
from gateway.audit.note import note

__all__ = [
    "GATEWAY",
    "Actor",
    "AuditLog",
    "Entry",
    "Wanted",
    "command",
    "note",
    "system_user",
]
