"""Who changed what: an append-only record, written in the transaction of the change itself."""

from gateway.audit.actor import GATEWAY, Actor
from gateway.audit.note import note

__all__ = ["GATEWAY", "Actor", "note"]
