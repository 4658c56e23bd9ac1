"""How long each kind of data is kept when nobody says otherwise, and how long it has to be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

from msgspec import Struct

from gateway.settings.policy import Retention

DAY = 86_400.0
#: Nothing is promised for longer: a hundred years.
LONGEST = 36_500 * DAY

#: Who says how long: nobody (so it is the *default*), gateway.toml for all, the tenant, gateway.toml for it.
Source = Literal["default", "installation", "tenant", "file"]


class Kept(Struct, frozen=True):
    """A kind of data, in seconds: kept for *usual* when nobody says otherwise, never for less than *least*,
    for *reason*. *own*: a tenant may say otherwise than the installation."""

    usual: float
    least: float
    reason: str
    own: bool = True


#: In the order in which they are shown, and removed.
KINDS: Mapping[str, Kept] = {
    "journal": Kept(14 * DAY, DAY, "what cannot be read is found and read again within a day", own=False),
    "seen": Kept(14 * DAY, 8 * DAY, "providers repeat a webhook for 7 days", own=False),
    "messages": Kept(365 * DAY, DAY, "a conversation goes on for a day"),
    "statuses": Kept(90 * DAY, DAY, "a status may come before the record of its send"),
    "attempts": Kept(30 * DAY, DAY, "a failure is looked at"),
    "decisions": Kept(90 * DAY, DAY, "a decision is explained"),
    "events": Kept(30 * DAY, DAY, "readers of the log go on where they were"),
    "deliveries": Kept(30 * DAY, 60.0, "a failed delivery is looked at"),
    "dead_letters": Kept(90 * DAY, 7 * DAY, "a person replays or discards them"),
    "media": Kept(90 * DAY, 60.0, "a file is looked at"),
    "idempotency": Kept(2 * DAY, DAY, "clients repeat a request for a day"),
    "signals": Kept(30 * DAY, DAY, "a flow may ask later than the event came"),
    "audit": Kept(730 * DAY, 30 * DAY, "a change is looked into"),
}


class Media(Protocol):
    """A section of gateway.toml that has had a length of its own from before there was `[retention]`."""

    @property
    def keep(self) -> float: ...


class Installation(Protocol):
    """The part of the settings that is needed here."""

    @property
    def retention(self) -> Retention: ...
    @property
    def media(self) -> Media: ...
    @property
    def webhooks(self) -> Media: ...


def kept(kind: str, installation: Installation, own: Retention | None = None) -> tuple[float, bool, bool]:
    """For how many seconds *kind* is kept for a tenant whose own words are *own*; whether that is the
    tenant's word, and whether it is the installation's. Neither: the default."""
    if own is not None and KINDS[kind].own and (seconds := float(getattr(own, kind))):
        return seconds, True, False
    usual = KINDS[kind].usual
    seconds = float(getattr(installation.retention, kind)) or _older(kind, installation) or usual
    return seconds, False, seconds != usual


def _older(kind: str, installation: Installation) -> float:
    """What the older settings say: `[media] keep`, `[webhooks] keep`."""
    if kind == "media":
        return installation.media.keep
    return installation.webhooks.keep if kind == "deliveries" else 0.0
