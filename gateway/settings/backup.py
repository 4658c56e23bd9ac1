"""`[backup]` of gateway.toml."""

from __future__ import annotations

from msgspec import Struct

from gateway.settings.durations import Duration


class BackupSettings(Struct, frozen=True):
    """Where backups are: *folder* ("" when gateway.toml does not say), how long `gateway backup` keeps those
    that it wrote there (seconds), and after how long without one `gateway doctor` says so. *pg_bin* is the
    folder of pg_dump and pg_restore, "" for PATH."""

    folder: str = ""
    keep: Duration = 35 * 86_400.0
    late: Duration = 26 * 3_600.0
    pg_bin: str = ""
