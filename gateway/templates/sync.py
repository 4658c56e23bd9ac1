"""Reads an account's templates from its provider into the table: at the start, daily, and when asked.

A list replaces what is there: a template that it does not hold any more is marked DELETED. News that came
by webhook after the list was asked for stay. Nothing waits for a sync; one that fails is tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import aiohttp
from msgspec import Struct

from gateway.channels import Channel, Channels
from gateway.clock import DAY, SECOND, Clock
from gateway.errors import GatewayError
from gateway.model.template import TemplateDefinition
from gateway.observe.logs import get_logger
from gateway.pipeline.call import conduct
from gateway.provider import TemplateDirectory
from gateway.store.port import Scope, Store, Tx
from gateway.templates.fold import tell
from gateway.templates.known import to_row
from gateway.templates.queries import TEMPLATE
from gateway.templates.registry import Registry, account_of

log = get_logger("gateway.templates")

#: Seconds: between two looks for work, between two readings of an account that has gaps, and after a
#: failure at first and at most.
LOOK, AGAIN, RETRY, RETRY_MOST = 2.0, 60.0, 10.0, 1800.0
#: Seconds between two readings while a review or a pause may end: not every provider tells (Twilio does not).
REVIEW = 600.0
#: Seconds for which an account that another process has read need not be read again.
LATELY = 600.0
#: Seconds that one call to the provider may take.
TIMEOUT = 60.0


class Report(Struct, frozen=True):
    """What a sync has found and done."""

    account: str
    templates: int
    vanished: int


def directory_of(channel: Channel) -> TemplateDirectory | None:
    """The provider's templates, for a channel that names its account; else None."""
    return channel.provider.templates if account_of(channel) else None


def session() -> aiohttp.ClientSession:
    """For calls about templates."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT))


async def sync(store: Store | Scope, http: aiohttp.ClientSession, channel: Channel, clock: Clock) -> Report:
    """Read all templates of *channel*'s account, and write what is new. Raises `GatewayError`."""
    directory, account = directory_of(channel), account_of(channel)
    if directory is None:
        raise GatewayError(
            f"channel {channel.id} names no account whose templates could be read; set it in the channel's "
            "settings (Meta: waba_id)"
        )
    asked = clock.now()
    listed = await conduct(http, directory.list(channel.settings()))

    async def work(tx: Tx) -> int:
        return await store_list(tx, (channel.tenant, account), listed, asked, clock.now())

    return Report(account, len(listed), await store.write(work))


async def store_list(
    tx: Tx, whose: tuple[str, str], listed: Sequence[TemplateDefinition], asked: int, now: int
) -> int:
    """Write *listed*, which was asked for at *asked*; how many that were there are gone."""
    tenant, account = whose
    second = asked // SECOND * SECOND
    rows = [to_row(tenant, account, each, asked) | {"asked": second, "now": now} for each in listed]
    await tx.many(TEMPLATE["listed"], rows)
    here = {(each.name, each.language) for each in listed}
    known = await tx.all(TEMPLATE["of_account"], tenant=tenant, account=account)
    gone = [
        {"tenant": tenant, "account": account, "name": row["name"], "language": row["language"],
         "at": second, "asked": asked, "now": now}
        for row in known
        if (row["name"], row["language"]) not in here
        and row["status"] != "DELETED" and row["updated_at"] < asked
    ]  # fmt: skip
    await tx.many(TEMPLATE["vanished"], gone)
    await tell(tx, tenant, account, now)
    await tx.run(TEMPLATE["synced"], tenant=tenant, account=account, at=asked)
    return len(gone)


class Due(Struct):
    """When an account is to be read, by the monotonic clock."""

    channel: Channel
    at: float = 0.0
    failures: int = 0
    read_at: float = 0.0


class Syncs:
    """Keeps every account read: at the start, daily, and soon after a webhook told of something new."""

    def __init__(
        self, store: Store, channels: Channels, registry: Registry, clock: Clock, *, others: bool = False
    ) -> None:
        """With *others* other processes read accounts too, each as long as it leads."""
        self._store, self._channels, self._registry, self._clock = store, channels, registry, clock
        self._due: dict[tuple[str, str], Due] = {}
        self._others = others

    async def run(self) -> None:
        """For ever."""
        self._due.clear()
        async with session() as http:
            while True:
                self._look()
                now = self._clock.monotonic()
                for key, due in list(self._due.items()):
                    if due.at <= now:
                        await self._read(http, key, due)
                await asyncio.sleep(LOOK)

    def _look(self) -> None:
        """New accounts are due at once, those with gaps soon; an account of several channels once. What
        another process has read lately, before this one led, need not be read at once."""
        known = dict(accounts(self._channels))
        for key in self._due.keys() - known.keys():
            del self._due[key]
        for key, channel in known.items():
            due = self._due.get(key)
            if due is None:
                due = self._due[key] = Due(channel, self._first(key))
            due.channel = channel
            if not due.failures and self._registry.incomplete(*key):
                due.at = min(due.at, due.read_at + AGAIN)
            elif not due.failures and self._registry.waiting(*key):
                due.at = min(due.at, due.read_at + REVIEW)

    def _first(self, key: tuple[str, str]) -> float:
        """When an account that this process has not read yet is due."""
        known = self._registry.account(*key).synced_at
        ago = (self._clock.now() - known) / SECOND
        if self._others and known and 0 <= ago < LATELY:
            return self._clock.monotonic() + LATELY - ago
        return 0.0

    async def _read(self, http: aiohttp.ClientSession, key: tuple[str, str], due: Due) -> None:
        now = self._clock.monotonic()
        words = {"tenant": key[0], "account": key[1], "channel": due.channel.id}
        try:
            report = await sync(self._store, http, due.channel, self._clock)
        except GatewayError as error:
            due.failures += 1
            wait = min(RETRY * 2 ** (due.failures - 1), RETRY_MOST)
            due.at = now + wait
            log.warning("templates.not_synced", problem=str(error), again_in=wait, **words)
            return
        due.failures, due.read_at, due.at = 0, now, now + DAY / SECOND
        self._registry.stir()
        log.info("templates.synced", templates=report.templates, vanished=report.vanished, **words)


def accounts(channels: Iterable[Channel]) -> Iterable[tuple[tuple[str, str], Channel]]:
    """Every (tenant, account) that has templates, with one of its channels."""
    seen: dict[tuple[str, str], Channel] = {}
    for channel in channels:
        if directory_of(channel) is not None:
            seen.setdefault((channel.tenant, account_of(channel)), channel)
    return seen.items()
