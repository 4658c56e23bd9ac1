"""Restoring: the whole backup is read and checked first; then the database is made beside what is there,
brought up to date, put into the restored mode and verified; then it takes its place."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from gateway.backup import postgres, sqlite
from gateway.backup.archive import End, Manifest, Opened, Told, checked, copied
from gateway.backup.keys import Key
from gateway.backup.scratch import plainly, scratch
from gateway.backup.settle import Settled, settle
from gateway.channels import Channels, load_providers
from gateway.clock import Clock, SystemClock
from gateway.errors import GatewayError
from gateway.media.keep import Keep
from gateway.ownership import is_owned, sqlite_file
from gateway.settings import Settings
from gateway.store import connect, migrate
from gateway.store.migrate import Component
from gateway.store.postgres.roles import restoring
from gateway.store.sqlite.files import Lock
from gateway.verify.record import Terms
from gateway.verify.run import Verification


class Restored(Struct, frozen=True):
    """What was restored. *aside* is where the old database is, "" when there was none; *applied* are the
    migrations that the backup did not have."""

    manifest: Manifest
    end: End
    settled: Settled
    applied: list[str]
    aside: str


class Plan(Struct, frozen=True):
    """What to restore where. *into* is another file or database than [store] names; *replace* keeps aside
    what is there; *accept* restores what breaks rules too."""

    source: Path
    key: Key | None = None
    into: str = ""
    replace: bool = False
    accept: bool = False
    media: bool = True


async def restore(
    settings: Settings, plan: Plan, components: Sequence[Component], told: Told, clock: Clock | None = None
) -> Restored:
    """Restore. Raises `GatewayError` with nothing changed, or with what is to be done again."""
    settings = _into(settings, plan.into)
    clock = clock or SystemClock()
    if not plan.source.is_file():
        raise GatewayError(f"there is no backup at {plan.source}")
    database = sqlite_file(settings)
    folder = database.parent if database is not None else None
    with plainly("nothing was restored"), scratch(folder, ".restore-") as room:
        made = room / "database"
        with made.open("wb") as file:
            made.chmod(0o600)
            manifest, end = await asyncio.to_thread(checked, plan.source, plan.key, told, file)
        dialect = "postgres" if database is None else "sqlite"
        if manifest.dialect != dialect:
            raise GatewayError(f"this is a backup of {manifest.dialect}, and [store] url names {dialect}")
        work = _Work(settings, plan, components, told, clock, manifest)
        parts = await (work.sqlite(made, database) if database is not None else work.postgres(made))
        return Restored(manifest, end, *parts)


def _into(settings: Settings, into: str) -> Settings:
    if not into:
        return settings
    at = settings.store
    if sqlite_file(settings) is not None:
        return replace(settings, store=replace(at, url=f"sqlite:///{Path(into).absolute()}"))
    names = ("url", "migrate_url", "worker_url", "direct_url")
    urls = {name: postgres.with_database(getattr(at, name), into) for name in names}
    return replace(settings, store=replace(at, **urls))


class _Work(Struct, frozen=True):
    settings: Settings
    plan: Plan
    components: Sequence[Component]
    told: Told
    clock: Clock
    manifest: Manifest

    async def sqlite(self, made: Path, target: Path) -> tuple[Settled, list[str], str]:
        if is_owned(target):
            raise GatewayError(f"a gateway runs on {target}: stop it first (gateway serve ends with SIGTERM)")
        lock = Lock(target)
        lock.take()
        try:
            there = sqlite.filled(target)
            if there and not self.plan.replace:
                raise GatewayError(f"{target} is not empty: --replace --yes restores, and keeps it aside")
            sqlite.intact(made)
            self._counted(sqlite.counts(made))
            await self._media()
            beside = replace(self.settings, store=replace(self.settings.store, url=f"sqlite:///{made}"))
            settled, applied = await self._settled(beside)
            aside = target.with_name(f"{target.name}.before-{_stamp()}") if there else None
            sqlite.put_in_place(made, target, aside)
            return settled, applied, str(aside or "")
        finally:
            lock.release()

    async def postgres(self, made: Path) -> tuple[Settled, list[str], str]:
        url, aside = postgres.owner_url(self.settings.store), ""
        program = postgres.tool("pg_restore", self.settings.backup.pg_bin)
        await postgres.check_version(program, postgres.with_database(url, "postgres"))
        if not await postgres.exists(url):
            await postgres.create(url)
        names, alive = await postgres.state(url)
        if alive:
            raise GatewayError(f"{alive} gateways run on the database: stop them first")
        if postgres.MARK in names:
            await postgres.clear(url)
        elif names:
            if not self.plan.replace:
                raise GatewayError("the database is not empty: --replace --yes restores, and keeps it aside")
            name = urlsplit(url).path.lstrip("/")
            aside = f"{name[:40]}_before_{_stamp()}"
            await postgres.put_aside(url, aside)
            try:
                await postgres.create(url)
            except BaseException:
                await postgres.put_aside(postgres.with_database(url, aside), name)
                raise
        try:
            return *await self._filled(program, url, made), aside
        except GatewayError as error:
            kept = f"; what was there is kept as {aside}" if aside else ""
            again = "no gateway starts on the database until a restore into it is done"
            raise GatewayError(f"{error}; {again}{kept}") from error

    async def _filled(self, program: str, url: str, made: Path) -> tuple[Settled, list[str]]:
        """Fill the empty database *url*, which nobody starts on before it is done."""
        await postgres.mark(url, True)
        await postgres.load(program, url, made)
        async with postgres.connected(url) as connection:
            self._counted(await postgres.counts(connection))
        await self._media()
        settled, applied = await self._settled(self.settings)
        await postgres.mark(url, False)
        return settled, applied

    def _counted(self, found: dict[str, int]) -> None:
        if found != self.manifest.rows:
            wrong = sorted(name for name, n in self.manifest.rows.items() if found.get(name) != n)
            raise GatewayError(f"not every row of the backup is there again, in {', '.join(wrong)[:300]}")

    async def _media(self) -> None:
        """Put the files where files are kept. They never change under their name: again is the same."""
        if not self.plan.media:
            return
        keep, opened = Keep(self.settings.media.store, self.settings.media.options), None
        with scratch(None, ".restore-") as room:
            spill, files, total = room / "file", 0, 0
            opened = Opened(self.plan.source, self.plan.key)
            try:
                for member in opened.members():
                    if not member.tenant:
                        copied(member, None)
                        continue
                    with spill.open("wb") as file:
                        copied(member, file)
                    await keep.put(member.tenant, member.sha256, spill)
                    files, total = files + 1, total + member.size
                    self.told("files", total, files)
            finally:
                opened.close()

    async def _settled(self, settings: Settings) -> tuple[Settled, list[str]]:
        """Bring the schema up to date, write the restored mode, verify."""
        applied = await migrate(settings.store, self.components)
        at = settings.store
        token = restoring.set(True)
        store = connect(at.url, worker_url=at.worker_url, components=self.components, pooler=at.pooler)
        try:
            await store.open(own=True)
            channels = Channels(settings, load_providers(), silent=True)
            now = self.clock.now()
            settled = await settle(store, channels, self.manifest.id, self.manifest.taken_at, now)
            terms = Terms.of(settings.sending, self.clock.now(), running=False)
            report = await Verification(store, terms, settle=0.0).run()
        finally:
            await store.close()
            restoring.reset(token)
        if report.broken and not self.plan.accept:
            broken = {each.check.name: len(each.broken) for each in report.results if each.broken}
            told = ", ".join(f"{name} {count}" for name, count in broken.items())
            raise GatewayError(
                f"the restored database breaks promises ({told}; docs/verify.md): it was not put in place; "
                "--accept-broken takes it all the same"
            )
        return settled, applied


def _stamp() -> str:
    return time.strftime("%Y%m%d%H%M%S", time.gmtime())
