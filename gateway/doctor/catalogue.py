"""Every check by its name: what `docs/doctor.md` lists and what a finding is called."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Where = Literal["machine", "database", "rotation", "work", "channels"]


class Check(Struct, frozen=True):
    """A check: findings that begin with *name* are its own. *wrong* and *warns* say when; "" is never. With
    *online* it asks the internet, and is made with `--online` only."""

    name: str
    group: Where
    wrong: str
    warns: str = ""
    online: bool = False


CHECKS = (
    Check("clock", "machine", "differs by more than 30 s", "differs by more than 2 s"),
    Check("disk", "machine", "less than 2 % or 256 MB free", "less than 10 % free"),
    Check("write", "machine", "4 KB take more than a second to be durable", "more than 100 ms"),
    Check("version", "database", "PostgreSQL older than 13", "SQLite older than 3.51.3"),
    Check("durability", "database", "a setting that loses what was committed"),
    Check("connections", "database", "the processes need more than the server has", "few are left"),
    Check("journal file", "database", "", "the WAL has more than 256 MB"),
    Check("role", "database", "one that row-level security does not bind, or that owns the tables"),
    Check("row security", "database", "a tenant's table without forced policies"),
    Check("grants", "database", "a right that is missing, or one on a partition"),
    Check("migrations", "database", "some are pending", "a plugin left tables and cannot be loaded"),
    Check("latency", "database", "a read or write takes more than a second", "more than 100 ms"),
    Check("secrets", "rotation", "a value that no secret in [server] secret opens", "values under old ones"),
    Check("audit", "rotation", "a row was changed or taken out"),
    Check("dead letters", "work", "", "some are open"),
    Check("spool", "work", "", "webhooks wait there for the database"),
    Check("outbox", "work", "a message is due for more than 15 minutes", "for more than 5 minutes"),
    Check("doubts", "work", "", "sends whose outcome is not known"),
    Check("backup", "work", "", "[backup] folder has none that is new"),
    Check("restored", "work", "", "messages are held after a restore"),
    Check("endpoints", "work", "", "an endpoint for webhooks is disabled"),
    Check("loops", "work", "", "a machine answers what we say, and is not answered"),
    Check("muted", "work", "", "contacts write more than is answered"),
    Check("deliveries", "work", "", "webhooks out are due for more than 15 minutes"),
    Check("retention", "work", "a round takes more than a day", ""),
    Check("channel", "channels", "refused, paused, silent", "held by a person, or never heard"),
    Check("address", "channels", "nothing, or something else, answers at it", online=True),
    Check("provider", "channels", "token, number or account is refused or expired", online=True),
    Check("provider clock", "channels", "differs by more than 30 s", "more than 2 s", online=True),
)
