"""`/api/v1/templates`: what the provider has, made what it shall be, read anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gateway.api.cursor import Cursors
from gateway.api.messaging.template_items import (
    NewTemplate,
    SyncAccount,
    TemplateApplied,
    TemplateDeleted,
    TemplateItem,
    TemplateQuery,
    TemplatesSynced,
    TemplateVariants,
    TemplateWhich,
    item_of,
    wanted,
)
from gateway.api.problems import Problem, missing
from gateway.api.route import Answer, Ask, Page, Route
from gateway.audit import note
from gateway.channels import Channel, Channels
from gateway.clock import Clock
from gateway.model.template import TemplateDefinition
from gateway.provider import ProviderError, TemplateDirectory
from gateway.store.port import Tx
from gateway.store.sql import load_queries
from gateway.templates.account import known_of
from gateway.templates.apply import Applier, Beside
from gateway.templates.plan import Step, plan
from gateway.templates.registry import account_of
from gateway.templates.sync import Report, accounts, directory_of, session, sync

SQL = load_queries(Path(__file__).with_suffix(".sql"))
#: The most variants of a name that are shown.
VARIANTS = 1000


class Templates:
    """The routes. *stir* is told when something was written, so that sends know it at once."""

    def __init__(self, channels: Channels, clock: Clock, cursors: Cursors, stir: Callable[[], None]) -> None:
        self._channels, self._clock, self._cursors, self._stir = channels, clock, cursors, stir

    def routes(self) -> list[Route]:
        """What is served."""
        read: dict[str, Any] = {"scope": "templates:read"}
        write: dict[str, Any] = {"scope": "templates:write"}
        return [
            Route(
                method="GET", path="/templates", handler=self.list, summary="List templates",
                query=TemplateQuery, answer=Page[TemplateItem], problems=(404, 422), **read,
            ),
            Route(
                method="GET", path="/templates/{name}", handler=self.one, noun="template",
                summary="Look at a template in all languages", answer=TemplateVariants, **read,
            ),
            Route(
                method="POST", path="/templates", handler=self.apply, body=NewTemplate,
                summary="Create or edit a template at the provider", answer=TemplateApplied,
                problems=(404, 409, 422, 502), **write,
            ),
            Route(
                method="POST", path="/templates/sync", handler=self.sync, body=SyncAccount,
                summary="Read the templates from the provider", answer=TemplatesSynced,
                problems=(404, 422, 502), **write,
            ),
            Route(
                method="DELETE", path="/templates/{name}", handler=self.delete, query=TemplateWhich,
                noun="template", summary="Delete a template at the provider", answer=TemplateDeleted,
                problems=(404, 422, 502), **write,
            ),
        ]  # fmt: skip

    async def list(self, ask: Ask[None, TemplateQuery]) -> Page[TemplateItem]:
        """The templates as the provider last told of them, by account, name and language."""
        query = ask.query
        account = query.account
        if query.channel:
            account = account_of(self._named(ask.tenant, query.channel))
            if not account or query.account not in ("", account):
                return Page([], None)
        opened = self._cursors.open(query.cursor, ask.tenant, "templates")
        items = await _items(
            ask, [str(each) for each in opened] or ["", "", ""], query.limit + 1,
            account=account, status=query.status, name=query.name, language=query.language,
        )  # fmt: skip
        page, more = items[: query.limit], len(items) > query.limit
        if not more:
            return Page(page, None)
        last = page[-1]
        return Page(page, self._cursors.seal(ask.tenant, "templates", last.account, last.name, last.language))

    async def one(self, ask: Ask[None, None]) -> TemplateVariants:
        """Everything that is sent under a name: its languages, and the versions that stand in for it."""
        name = ask.path["name"]
        items = await _items(ask, ["", "", ""], VARIANTS, account="", status="", name=name, language="")
        if not items:
            raise missing("template")
        return TemplateVariants(name, items)

    async def apply(self, ask: Ask[NewTemplate, None]) -> Answer:
        """Read the account, and make one template what the body says: 201 when it is made anew, 200 when it
        is edited or is so already. It goes to review then. 409 while a review keeps it from being edited,
        502 with the provider's code when it refuses."""
        definition = wanted(ask.body.template)
        channel, directory = self._chosen(ask.tenant, ask.body.channel)
        await self._read(ask, channel)
        [step] = plan([definition], await known_of(ask.scope, channel))
        if step.action == "refused":
            raise Problem(409, "template_in_review", step.reason, pointer="/template")
        if ask.body.dry_run or not step.acts:
            return Answer(_applied(channel, step, step.definition, done=False))
        async with session() as http:
            applier = Applier(
                ask.scope, http, channel, directory, self._clock, self._noted(ask, "template.apply")
            )
            try:
                done = await applier.carry_out(step, {})
            except ProviderError as error:
                raise _refused(channel, error) from None
        self._stir()
        return Answer(_applied(channel, step, done, done=True), 200 if step.action == "edit" else 201)

    async def delete(self, ask: Ask[None, TemplateWhich]) -> TemplateDeleted:
        """Delete a template by the provider's name, in one language or in all. The name cannot be used again
        for 30 days."""
        query, name = ask.query, ask.path["name"]
        channel, directory = self._chosen(ask.tenant, query.channel)
        found = [
            one.definition
            for one in await known_of(ask.scope, channel)
            if one.name == name
            and query.language in ("", one.language)
            and one.definition.status != "DELETED"
        ]
        if not found:
            raise missing("template")
        gone: list[str] = []
        async with session() as http:
            applier = Applier(
                ask.scope, http, channel, directory, self._clock, self._noted(ask, "template.delete")
            )
            for definition in found:
                try:
                    gone.append((await applier.take_away(definition)).language)
                except ProviderError as error:
                    raise _refused(channel, error, deleted=gone) from None
        self._stir()
        return TemplateDeleted(account_of(channel), name, gone)

    async def sync(self, ask: Ask[SyncAccount, None]) -> TemplatesSynced:
        """Read an account's templates at once. It happens by itself daily, and when something is new."""
        channel, _ = self._chosen(ask.tenant, ask.body.channel)
        report = await self._read(ask, channel)
        return TemplatesSynced(report.account, report.templates, report.vanished)

    async def _read(self, ask: Ask[Any, Any], channel: Channel) -> Report:
        async with session() as http:
            try:
                report = await sync(ask.scope, http, channel, self._clock)
            except ProviderError as error:
                raise _refused(channel, error) from None
        self._stir()
        return report

    def _noted(self, ask: Ask[Any, Any], action: str) -> Beside:
        async def beside(tx: Tx, done: TemplateDefinition) -> None:
            await note(
                tx, ask.actor, ask.tenant, action, f"template:{done.name}", self._clock.now(),
                language=done.language, category=done.category, status=done.status,
            )  # fmt: skip

        return beside

    def _named(self, tenant: str, id: str) -> Channel:
        channel = self._channels.get(tenant, id)
        if channel is None:
            raise Problem(404, "no_such_channel", f"there is no channel {id!r}", pointer="/channel")
        return channel

    def _chosen(self, tenant: str, id: str) -> tuple[Channel, TemplateDirectory]:
        """The channel that is meant: the one that is named, or that of the only account there is."""
        own = [each for each in self._channels if each.tenant == tenant]
        found = [self._named(tenant, id)] if id else [channel for _, channel in accounts(own)]
        if len(found) != 1:
            names = ", ".join(sorted(each.id for each in own)) or "none"
            raise Problem(422, "channel_needed", f"name a channel; there are: {names}", pointer="/channel")
        directory = directory_of(found[0])
        if directory is None:
            words = "names no account with templates; set it in the channel's settings (Meta: waba_id)"
            raise Problem(422, "no_account", f"channel {found[0].id} {words}", pointer="/channel")
        return found[0], directory


async def _items(ask: Ask[Any, Any], after: Sequence[str], limit: int, **filters: str) -> list[TemplateItem]:
    keys = dict(zip(("after_account", "after_name", "after_language"), after, strict=True))
    rows = await ask.scope.read(lambda tx: tx.all(SQL["list"], limit=limit, **keys, **filters))
    return [item_of(row, ask.tenant) for row in rows]


def _applied(channel: Channel, step: Step, now: TemplateDefinition, *, done: bool) -> TemplateApplied:
    action = step.action
    assert action != "refused"
    return TemplateApplied(
        action, done, account_of(channel), now.name, now.language, step.logical, now.category, now.status,
        step.reason, step.changes,
    )  # fmt: skip


def _refused(channel: Channel, error: ProviderError, **more: object) -> Problem:
    """The provider's code and what to do; what it answered otherwise stays here. What we found ourselves,
    before it was asked, is the caller's to mend."""
    if not error.code and not error.http and error.kind not in ("unavailable", "ambiguous", "maintenance"):
        return Problem(422, "template_refused", str(error)[:500], pointer="/template")
    told = f"{channel.provider.name} said no ({error.kind}, code {error.code}): {error.title[:200]}"
    return Problem(
        502, "provider_refused", f"{told}; {error.hint}" if error.hint else told,
        more={
            "provider": channel.provider.name, "provider_code": error.code,
            "provider_subcode": error.subcode, "kind": error.kind, **more,
        },
    )  # fmt: skip
