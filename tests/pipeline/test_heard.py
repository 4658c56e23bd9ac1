"""Which channels are heard, and the alarm when one is not."""

from __future__ import annotations

from msgspec.structs import replace
from structlog.testing import capture_logs

from gateway.clock import SECOND, ManualClock
from gateway.errors import StoreUnavailable
from gateway.observe import Metrics
from gateway.pipeline.heard import NOTE, Heard
from gateway.pipeline.records import RawWebhook
from gateway.registry import mirror
from gateway.settings import Settings
from gateway.settings.model import Server
from gateway.store.port import Store
from tests.pipeline.world import SEAL, channels_of, metrics_of, raw_of, rows, settings_of

HOUR = 3600.0


class World:
    """Two channels, main with an alarm after six hours and side without, and a clock of its own."""

    def __init__(self, store: Store, settings: Settings) -> None:
        tenant = settings.tenants[0]
        main, side = tenant.channels
        tenant = replace(tenant, channels=(replace(main, silence=6 * HOUR), side))
        self.settings = replace(settings, tenants=(tenant,), server=Server(secret=("s" * 32,)))
        self.store, self.clock = store, ManualClock()
        self.metrics: Metrics = metrics_of()
        self.down = 0.0
        self.channels = channels_of(self.settings)
        self.heard = Heard(self.channels, store, self.metrics, self.clock, self.up)
        self.heard.look()

    def up(self) -> float:
        """How long the intake was up."""
        return self.clock.monotonic() - self.down

    def webhook(self, *verified: str) -> None:
        """A webhook that these channels' secrets have signed is durable."""
        self.heard.mark([raw(self.clock, *verified)])

    def after(self, seconds: float) -> list[tuple[str, str]]:
        """*seconds* later: what is logged then, with the channel."""
        self.clock.advance(seconds)
        with capture_logs() as lines:
            self.heard.look()
        return [(line["event"], line["channel"]) for line in lines]

    @property
    def gauges(self) -> tuple[float, float]:
        """Silent channels, and the age of the newest webhook."""
        return tuple(
            self.metrics.value(f"gateway_{name}", provider="fake")
            for name in ("channels_silent", "newest_webhook_seconds")
        )  # type: ignore[return-value]

    async def noted(self) -> dict[str, int]:
        """What the database says of each channel."""
        found = await rows(self.store, "select id, webhook_at from channel order by id")
        return {row["id"]: row["webhook_at"] for row in found}


def raw(clock: ManualClock, *verified: str) -> RawWebhook:
    """A stored webhook of this moment."""
    return replace(raw_of(body=b"[]"), verified=verified, received_at=clock.now())


async def world(store: Store, tmp_path: object) -> World:
    """The world, with its channels in the database."""
    made = World(store, settings_of(tmp_path, numbers={"main": "100", "side": "200"}))  # type: ignore[arg-type]
    await mirror(store, SEAL, made.settings, made.channels, made.clock)
    return made


async def test_silence_is_told_once_and_its_end_too(store: Store, tmp_path: object) -> None:
    """Only for the channel that asks for it."""
    it = await world(store, tmp_path)

    assert it.after(6 * HOUR - 1) == []
    assert it.after(1) == [("channel.silent", "main")]
    assert it.gauges == (1, 6 * HOUR)
    assert it.after(HOUR) == []
    it.webhook("main")
    assert it.after(2) == [("channel.heard", "main")]
    assert it.gauges == (0, 2)
    assert it.after(6 * HOUR - 1) == []
    assert it.after(1) == [("channel.silent", "main")]


async def test_each_channel_that_signed_is_heard_and_no_other(store: Store, tmp_path: object) -> None:
    """A webhook of the other channel is no sign of life of this one; one that both signed is of both."""
    it = await world(store, tmp_path)

    it.after(5 * HOUR)
    it.webhook("side")
    assert it.after(HOUR) == [("channel.silent", "main")]
    it.webhook("main", "side")
    assert it.after(1) == [("channel.heard", "main")]


async def test_time_in_which_we_could_not_hear_is_no_silence(store: Store, tmp_path: object) -> None:
    """The database was away for five hours: those do not count."""
    it = await world(store, tmp_path)

    it.after(HOUR)
    it.down = 5 * HOUR
    assert it.after(6 * HOUR) == []
    assert it.after(4 * HOUR) == [("channel.silent", "main")]


async def test_the_database_learns_of_the_newest_webhook(store: Store, tmp_path: object) -> None:
    """One note for all that came; time in it never goes back."""
    it = await world(store, tmp_path)
    begun = it.clock.now()

    it.webhook("main")
    it.clock.advance(3)
    it.webhook("main")
    it.heard.look()
    await it.heard.note()
    assert await it.noted() == {"main": begun + 3 * SECOND, "side": 0}

    it.heard.mark([replace(raw(it.clock, "main"), received_at=begun)])
    it.heard.look()
    await it.heard.note()
    assert (await it.noted())["main"] == begun + 3 * SECOND


async def test_a_restart_forgets_nothing(store: Store, tmp_path: object) -> None:
    """The channels are written anew at each start, and keep when they were last heard."""
    it = await world(store, tmp_path)
    it.webhook("main")
    it.heard.look()
    await it.heard.note()

    await mirror(store, SEAL, it.settings, it.channels, it.clock)

    assert (await it.noted())["main"] == it.clock.now()


async def test_a_note_that_fails_is_made_later(store: Store, tmp_path: object) -> None:
    """Nothing that came in between is lost by it."""
    it = await world(store, tmp_path)
    write = store.write

    async def away(work: object, *, urgent: bool = False) -> None:
        raise StoreUnavailable("away")

    store.write = away  # type: ignore[method-assign, assignment]
    it.webhook("main")
    it.heard.look()
    await it.heard.note()
    store.write = write  # type: ignore[method-assign]
    it.clock.advance(NOTE)
    it.webhook("side")
    it.heard.look()
    await it.heard.note()

    now = it.clock.now()
    assert await it.noted() == {"main": now - int(NOTE * SECOND), "side": now}
