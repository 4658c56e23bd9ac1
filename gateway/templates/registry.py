"""The templates of every account, in memory: read at the start and kept up to date from the table.

The table is written by syncs, by webhooks and by other processes; whatever changed is read again every few
seconds, and at once after `stir`.
"""

from __future__ import annotations

import asyncio

from gateway.channels import Channel
from gateway.clock import Clock
from gateway.errors import StoreUnavailable
from gateway.store.port import Row, Store, Tx
from gateway.tasks import stirred
from gateway.templates.known import Known, from_row
from gateway.templates.names import logical, version
from gateway.templates.queries import TEMPLATE

#: Seconds between two looks at the table.
EVERY = 3.0
#: Rows are read again for this long (microseconds): clocks of processes differ, transactions take time.
OVERLAP = 30_000_000
#: The most that reading an account takes (microseconds): a sync is dated by when it began.
LONGEST = 3_600_000_000


class Account:
    """The templates of one account, by provider's name and by the name that we send them by."""

    __slots__ = ("by_logical", "by_name", "synced_at")

    def __init__(self) -> None:
        self.synced_at = 0
        self.by_name: dict[tuple[str, str], Known] = {}
        self.by_logical: dict[str, dict[tuple[str, str], Known]] = {}

    def put(self, known: Known) -> None:
        """Add or replace one."""
        key = (known.name, known.language)
        self.by_name[key] = known
        self.by_logical.setdefault(logical(known.name), {})[key] = known

    def find(self, name: str, language: str) -> Known | None:
        """The template that *name* means. A name with a version ("order_ready_v2") means that one; one
        without means itself, unless something forced a newer version: it is not approved, or it stands for
        another category. Then it is the newest approved version, or while there is none, the newest."""
        if version(name) > 1:
            return self.by_name.get((name, language))
        versions = [one for key, one in self.by_logical.get(name, {}).items() if key[1] == language]
        approved = [one for one in versions if one.definition.status == "APPROVED"]
        exact = next((one for one in approved if one.name == name), None)
        if exact is not None and {one.definition.category for one in approved} == {exact.definition.category}:
            return exact
        alive = [one for one in versions if one.definition.status != "DELETED"]
        return max(approved or alive or versions, key=lambda one: version(one.name), default=None)

    def languages(self, name: str) -> list[str]:
        """The languages in which *name* is there."""
        here = self.by_logical.get(logical(name), {}).values()
        return sorted({one.language for one in here if one.definition.status != "DELETED"})


class Registry:
    """What is known, by (tenant, account)."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._accounts: dict[tuple[str, str], Account] = {}
        self._since = 0
        self._stirred = asyncio.Event()

    async def load(self) -> None:
        """Read everything."""
        self._since = 0
        await self.refresh()

    def account(self, tenant: str, account: str) -> Account:
        """The templates of *tenant*'s *account*; none while nothing is known."""
        return self._accounts.setdefault((tenant, account), Account())

    def of_channel(self, channel: Channel) -> Account | None:
        """The templates of *channel*'s account; None when it names none, or nothing was ever read of it."""
        account = account_of(channel)
        found = self._accounts.get((channel.tenant, account)) if account else None
        return found if found is not None and found.synced_at and found.by_name else None

    def find(self, channel: Channel, name: str, language: str) -> Known | None:
        """The template that a send of *name* in *language* through *channel* means."""
        account = self._accounts.get((channel.tenant, account_of(channel)))
        return account.find(name, language) if account else None

    def incomplete(self, tenant: str, account: str) -> bool:
        """Whether a template of the account is known by name only, or was edited since it was read."""
        there = self._accounts.get((tenant, account))
        return there is not None and any(
            (not one.whole or one.content_at > there.synced_at) and one.definition.status != "DELETED"
            for one in there.by_name.values()
        )

    def waiting(self, tenant: str, account: str) -> bool:
        """Whether a template of the account is in a status that ends by itself: in review, or paused."""
        there = self._accounts.get((tenant, account))
        passing = ("PENDING", "IN_APPEAL", "PAUSED")
        return there is not None and any(one.definition.status in passing for one in there.by_name.values())

    def stir(self) -> None:
        """Something was written just now: look at once."""
        self._stirred.set()

    async def run(self) -> None:
        """Follow the table, for ever."""
        while True:
            await stirred(self._stirred, EVERY)
            self._stirred.clear()
            try:
                await self.refresh()
            except StoreUnavailable:
                pass  # Everybody else says so already; the next look makes up for this one.

    async def refresh(self) -> None:
        """Read what changed since the last time."""
        since, now = self._since - OVERLAP, self._clock.now()

        async def work(tx: Tx) -> tuple[list[Row], list[Row]]:
            changed = await tx.all(TEMPLATE["changed"], since=since)
            return changed, await tx.all(TEMPLATE["syncs_since"], since=since - LONGEST)

        # All at once: templates whose account was not read yet look as if something were missing.
        changed, syncs = await self._store.read(work)
        for row in changed:
            self._put(row, row["tenant"])
        for row in syncs:
            self.account(row["tenant"], row["account"]).synced_at = row["synced_at"]
        self._since = now

    def _put(self, row: Row, tenant: str) -> None:
        account = self.account(tenant, row["account"])
        held = account.by_name.get((row["name"], row["language"]))
        if held is None or held.updated_at != row["updated_at"]:
            account.put(from_row(row, tenant, row["account"]))


def account_of(channel: Channel) -> str:
    """The provider's account that *channel* belongs to; "" when it has none or the settings do not say."""
    directory = getattr(channel.provider, "templates", None)
    return directory.account(channel.settings()) if directory is not None else ""
