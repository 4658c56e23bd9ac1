"""Channels of a tenant: list, make, change, pause, remove."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET, Struct

from gateway.audit import Actor, note
from gateway.channels import Written
from gateway.clock import DAY
from gateway.errors import SettingsError
from gateway.feed import note as feed
from gateway.settings import ChannelSettings
from gateway.settings.decode import suggest
from gateway.store.port import Row, Tx
from gateway.tenants.errors import Invalid, ManagedByFile, NotFound, NotYet, Taken
from gateway.tenants.forms import ChannelChange, NewChannel
from gateway.tenants.ground import Ground, Seen, alive, whatever
from gateway.tenants.judging import (
    invalid,
    judge_addresses,
    judge_name,
    judge_plain,
    judge_sources,
    merged,
    seconds,
)
from gateway.tenants.records import SQL, Known, beside, channel_place, channel_settings, sealed
from gateway.tenants.removal import cancel_waiting
from gateway.tenants.seen import channel_shown
from gateway.tenants.shown import ChannelShown

#: Microseconds for which the id of a removed channel is not given away: its webhooks still come.
KEPT = 30 * DAY


class _Sound(Struct, frozen=True):
    """Settings of a channel that were judged, and the number that they mean."""

    settings: ChannelSettings
    name: str
    number: str


class Numbers:
    """The service behind `gateway channel` and /api/v1/channels. Every method is confined to the tenant that
    it names; it raises `NotFound` for a channel of another."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._directory = ground, ground.directory

    async def list(self, tenant: str) -> list[ChannelShown]:
        """The channels of *tenant*, by id."""
        self._ground.need(tenant)

        async def read(tx: Tx) -> list[Row]:
            return await tx.all(SQL["channels"], tenant=tenant)

        rows = {row["id"]: row for row in await self._ground.store.scope(tenant).read(read)}
        self._ground.need(tenant)  # or it was removed meanwhile
        known = sorted(self._directory[tenant].channels, key=lambda each: each.id)
        return [channel_shown(self._ground, tenant, each, rows.get(each.id)) for each in known]

    async def get(self, tenant: str, id: str) -> Known[ChannelShown]:
        """One channel."""
        settings = self.written(tenant, id)

        async def read(tx: Tx) -> Row | None:
            return await tx.one(SQL["channel"], tenant=tenant, id=id)

        row = await self._ground.store.scope(tenant).read(read)
        shown = channel_shown(self._ground, tenant, settings, row)
        return Known(shown, row["revision"] if row is not None else 0)

    def written(self, tenant: str, id: str) -> ChannelSettings:
        """The channel as it is configured at this moment."""
        known = self._directory.get(tenant)
        for each in known.channels if known else ():
            if each.id == id:
                return each
        raise NotFound("channel", id)

    async def create(self, actor: Actor, tenant: str, form: NewChannel) -> Known[ChannelShown]:
        """Connect one number more. Raises `Taken` and `Invalid`."""
        self._ground.need(tenant)
        judge_plain(form.settings)
        judge_addresses(form.settings, actor.trusted)
        sound = self._sound(
            tenant, form.id, form.provider, form.settings, form.silence, form.sources, form.name
        )

        async def work(tx: Tx, revision: int) -> None:
            await self._free(tx, tenant, sound, new=True)
            now = self._ground.clock.now()
            values = {"provider": form.provider, "now": now, "revision": revision}
            await tx.run(SQL["add_channel"], **self._values(tenant, sound), **values)
            await note(
                tx, actor, tenant, "channel.create", f"channel:{form.id}", now,
                provider=form.provider, number=sound.number, settings=sorted(form.settings),
            )  # fmt: skip

        await self._ground.change(work)
        return await self.get(tenant, form.id)

    async def change(
        self, actor: Actor, tenant: str, id: str, form: ChannelChange, seen: Seen = whatever
    ) -> Known[ChannelShown]:
        """Change what *form* says. Raises `ManagedByFile`, `Taken` and `Invalid`."""
        self._ours(tenant, id)
        given = {} if form.settings is UNSET else form.settings
        judge_addresses(given, actor.trusted)

        async def work(tx: Tx, revision: int) -> None:
            row = await self._row(tx, tenant, id)
            seen(row["revision"])
            old = channel_settings(row, self._ground.seal)
            settings = merged(old.settings, given)
            judge_plain(settings)
            self._ground.need(tenant)
            sound = self._sound(
                tenant, id, row["provider"], settings,
                old.silence if form.silence is UNSET else form.silence,
                old.sources if form.sources is UNSET else form.sources,
                row["name"] if form.name is UNSET else form.name,
            )  # fmt: skip
            await self._free(tx, tenant, sound, new=False)
            now = self._ground.clock.now()
            values = {"anew": int(settings != old.settings), "now": now, "revision": revision}
            await tx.run(SQL["change_channel"], **self._values(tenant, sound), **values)
            await note(
                tx, actor, tenant, "channel.change", f"channel:{id}", now, settings=sorted(given),
                **_told(form),
            )  # fmt: skip

        await self._ground.change(work)
        return await self.get(tenant, id)

    async def remove(self, actor: Actor, tenant: str, id: str, seen: Seen = whatever) -> int:
        """End a channel: its secrets are destroyed, then what waits to be sent through it is cancelled; how
        much that was."""
        self._ours(tenant, id)

        async def work(tx: Tx, revision: int) -> None:
            row = await self._row(tx, tenant, id)
            seen(row["revision"])
            now = self._ground.clock.now()
            values = {"tenant": tenant, "id": id, "now": now, "revision": revision}
            await tx.run(SQL["remove_channel"], nothing=b"", **values)
            await note(tx, actor, tenant, "channel.remove", f"channel:{id}", now)

        await self._ground.change(work)
        return await cancel_waiting(self._ground.store, self._ground.clock, tenant, id)

    async def hold(self, actor: Actor, tenant: str, id: str, *, held: bool) -> Known[ChannelShown]:
        """Pause the sending, or let it go on; webhooks are taken all the while. Also for channels of the
        file. Doing it again changes nothing."""
        self.written(tenant, id)

        async def work(tx: Tx, revision: int) -> None:
            row = await tx.one(SQL["channel"], tenant=tenant, id=id)
            if row is None:
                raise NotYet(f"channel {id!r} was never served; start the gateway first")
            if bool(row["held_at"]) == held:
                return
            now = self._ground.clock.now()
            held_at = now if held else 0
            values = {"tenant": tenant, "id": id, "held_at": held_at, "now": now, "revision": revision}
            await tx.run(SQL["hold"], **values)
            await note(tx, actor, tenant, "channel.pause" if held else "channel.resume", f"channel:{id}", now)
            told = feed.paused(tenant, id, "operator", now) if held else feed.resumed(tenant, id, now)
            await feed.write(tx, [told])

        await self._ground.change(work)
        return await self.get(tenant, id)

    def _ours(self, tenant: str, id: str) -> None:
        self.written(tenant, id)
        if self._directory.channel_origin(tenant, id) == "file":
            raise ManagedByFile(f"channel {id!r}", self._directory.place(tenant, id))

    async def _row(self, tx: Tx, tenant: str, id: str) -> Row:
        row = await tx.one(SQL["channel"], tenant=tenant, id=id)
        if row is None or row["removed_at"]:
            raise NotFound("channel", id)
        return row

    def _sound(
        self, tenant: str, id: str, provider: str, settings: Mapping[str, Any], silence: str | float,
        sources: Any, name: str,
    ) -> _Sound:  # fmt: skip
        judge_name(name)
        judge_sources(sources)
        if provider not in self._ground.channels.providers:
            remedy = suggest(provider, self._ground.channels.providers)
            raise Invalid("/provider", f"there is no provider {provider!r}", remedy)
        made = ChannelSettings(id, provider, dict(settings), seconds(silence), tuple(sources))
        try:
            channel = self._ground.channels.made(Written(self._directory[tenant], made, "settings"))
        except SettingsError as error:
            raise invalid(error, "/provider") from None
        return _Sound(made, name, channel.number)

    async def _free(self, tx: Tx, tenant: str, sound: _Sound, *, new: bool) -> None:
        """Raise `Taken` when another channel has the address or the number."""
        id, provider = sound.settings.id, sound.settings.provider
        if new:
            await alive(tx, tenant)
            self._ground.need(tenant)
            if any(each.id == id for each in self._directory[tenant].channels):
                raise Taken("/id", f"there is a channel {id!r} already", "choose another id")
        self._free_here(tenant, sound)
        for row in await tx.all(SQL["rivals"], provider=provider, id=id, number=sound.number):
            if (row["tenant"], row["id"]) == (tenant, id):
                continue
            if self._over(row):
                continue
            if row["id"] == id and (new or not row["removed_at"]):
                raise Taken("/id", f"the id {id!r} is in use at {provider}", "choose another id")
            if row["number"] == sound.number and not row["removed_at"]:
                raise _number_taken()
        other = await tx.one(SQL["channel"], tenant=tenant, id=id) if new else None
        if other is not None and other["removed_at"] and not self._over(other):
            problem = f"channel {id!r} was removed; its id is kept for {KEPT // DAY} days"
            raise Taken("/id", problem, "choose another id")

    def _free_here(self, tenant: str, sound: _Sound) -> None:
        """The same for channels that run already and have no row yet."""
        id, provider = sound.settings.id, sound.settings.provider
        found = self._ground.channels.find(provider, id)
        if found is not None and found.tenant != tenant:
            raise Taken("/id", f"the id {id!r} is in use at {provider}", "choose another id")
        for other in self._ground.channels.by_number(provider, sound.number):
            if (other.tenant, other.id) != (tenant, id):
                raise _number_taken()

    def _over(self, row: Row) -> bool:
        """Whether *row* is in nobody's way any more: the file named it once, or it was removed long ago."""
        if row["removed_at"] and row["removed_at"] < self._ground.clock.now() - KEPT:
            return True
        return row["origin"] == "file" and not self._in_file(row["tenant"], row["id"])

    def _in_file(self, tenant: str, id: str) -> bool:
        return tenant in self._directory and self._directory.channel_origin(tenant, id) == "file"

    def _values(self, tenant: str, sound: _Sound) -> dict[str, Any]:
        settings = sound.settings
        return {
            "tenant": tenant, "id": settings.id, "number": sound.number, "name": sound.name,
            "settings": sealed(self._ground.seal, settings.settings, channel_place(tenant, settings.id)),
            **beside(settings),
        }  # fmt: skip


def _number_taken() -> Taken:
    return Taken("/settings", "this number belongs to another channel", "a number has one channel")


def _told(form: ChannelChange) -> dict[str, Any]:
    """What the audit log says of a change, beside the names of settings."""
    given = {"name": form.name, "silence": form.silence, "sources": form.sources}
    return {name: value for name, value in given.items() if value is not UNSET}
