"""What all processes of a database should have alike, and what is wrong when they have not.

Each writes it into its row, so that any of them, and `gateway processes`, can say who differs in what. It
holds no secret: ids of keys that are derived from them, names, versions and a digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

import msgspec
from msgspec import Struct

from gateway.clock import SECOND, Clock, SystemClock
from gateway.observe import get_logger
from gateway.settings import Settings
from gateway.store.seal import Seal

log = get_logger("gateway.cluster")

#: Seconds for which a difference has to last: a file that is saved on all machines arrives one by one.
LASTS = 5.0
#: Seconds by which the machine's clock may differ from the database's: as `gateway doctor` grants.
APART = 2.0

_SECRET = (
    "write the same [server] secret everywhere; to rotate it, the new one stands behind the old one "
    "everywhere first (docs/scaling.md)"
)
_PLUGINS = "install the same everywhere, unless a new version is just on its way: a number's owner runs them"
_TENANTS = "bring the same gateway.toml to every machine, then all go on as it says"


class Setup(Struct, frozen=True):
    """*secrets*: the ids of the keys, the current one's first. *plugins*: those that run, with versions.
    *tenants*: a digest of the tenants, channels and plugins that gateway.toml names, without settings."""

    secrets: tuple[str, ...] = ()
    plugins: dict[str, str] = {}
    tenants: str = ""


class Difference(Struct, frozen=True):
    """In *what* two processes differ (secret, plugins, tenants), in words, and what to do."""

    what: str
    problem: str
    hint: str


class Versioned(Protocol):
    """A plugin."""

    @property
    def version(self) -> str: ...


class Own:
    """What this process has: by gateway.toml as it is now, and the *plugins* that it loaded."""

    def __init__(self, settings: Callable[[], Settings], plugins: Mapping[str, Versioned]) -> None:
        self._settings = settings
        self._plugins = {name: plugin.version for name, plugin in plugins.items()}
        self._known: tuple[Settings, Setup] | None = None

    def __call__(self) -> Setup:
        settings = self._settings()
        if self._known is None or self._known[0] is not settings:
            ids = tuple(Seal([secret]).key_id.hex() for secret in settings.server.secret)
            self._known = settings, Setup(ids, self._plugins, _digest(settings))
        return self._known[1]


def _digest(settings: Settings) -> str:
    told = [
        (each.id, each.time_zone, each.language, each.country, each.plugins,
         [(channel.id, channel.provider) for channel in each.channels])
        for each in settings.tenants
    ]  # fmt: skip
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:12]


def written(setup: Setup | None) -> str:
    """As it stands in the row."""
    return msgspec.json.encode(setup).decode() if setup is not None else ""


def read(text: str) -> Setup | None:
    """What a row says; None when it says nothing that this version knows."""
    try:
        return msgspec.json.decode(text, type=Setup) if text else None
    except msgspec.MsgspecError:
        return None


def differences(ours: Setup, theirs: Setup) -> Iterator[Difference]:
    """In what *theirs* is other than *ours*. Secrets in rotation are no difference."""
    currents = (ours.secrets[:1], theirs.secrets[:1])
    if not all(set(one) <= {*ours.secrets} & {*theirs.secrets} for one in currents):
        yield Difference("secret", "one cannot open what the other seals and signs", _SECRET)
    if found := list(_plugins(ours.plugins, theirs.plugins)):
        yield Difference("plugins", "; ".join(found), _PLUGINS)
    if ours.tenants != theirs.tenants:
        problem = "gateway.toml names other tenants, channels or plugins of tenants"
        yield Difference("tenants", problem, _TENANTS)


def _plugins(ours: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[str]:
    if lacking := sorted(ours.keys() - theirs.keys()):
        yield f"it does not run {', '.join(lacking)}"
    if more := sorted(theirs.keys() - ours.keys()):
        yield f"it alone runs {', '.join(more)}"
    for name in sorted(ours.keys() & theirs.keys()):
        if ours[name] != theirs[name]:
            yield f"it runs {name} {theirs[name] or '?'} instead of {ours[name] or '?'}"


class Comparing:
    """Tells once of each difference that lasts, and of a clock that is wrong."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: dict[tuple[str, Difference], float] = {}
        self.told: set[tuple[str, Difference]] = set()
        self.wrong = False

    def look(self, ours: Setup | None, others: Mapping[str, tuple[str, str]], at: float) -> None:
        """*others*: place and row of each that is there, by id. *at*: by the monotonic clock."""
        found = {
            (process, difference): place
            for process, (place, row) in others.items()
            if ours is not None and (theirs := read(row)) is not None
            for difference in differences(ours, theirs)
        }
        self._since = {key: self._since.get(key, at) for key in found}
        self.told &= found.keys()
        fresh = [key for key, since in self._since.items() if at - since >= LASTS and key not in self.told]
        if fresh:  # in one line: of several at once the log would hold back all but the first
            self.told |= set(fresh)
            said = [f"{found[key]} in its {key[1].what}: {key[1].problem}; {key[1].hint}" for key in fresh]
            log.error("cluster.differs", differs=said)

    def clocks(self, database: int, took: float) -> None:
        """*database*: its time, asked in a read that *took* seconds."""
        apart = (self._clock.now() - database) / SECOND
        wrong = isinstance(self._clock, SystemClock) and not -APART <= apart <= APART + took
        if wrong and not self.wrong:
            side = "ahead of" if apart > 0 else "behind"
            log.error(
                "clock.wrong", problem=f"this machine's clock is {abs(apart):.0f} s {side} the database's",
                hint="set it by NTP: windows, waits and times in the record are as wrong",
            )  # fmt: skip
        elif self.wrong and not wrong:
            log.info("clock.right")
        self.wrong = wrong
