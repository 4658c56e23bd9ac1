"""One step of a plan, carried out at the provider and written to the table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import aiohttp
from msgspec import Struct
from msgspec.structs import replace

from gateway.channels import Channel
from gateway.clock import Clock
from gateway.errors import GatewayError
from gateway.model.template import Sample, TemplateDefinition
from gateway.pipeline.call import conduct
from gateway.provider import ProviderError, TemplateDirectory, TemplateNameTaken
from gateway.store.port import Scope, Store, Tx
from gateway.templates.known import to_row
from gateway.templates.names import following
from gateway.templates.plan import Step
from gateway.templates.queries import TEMPLATE
from gateway.templates.registry import account_of

#: Names that are tried, one after the other, while each is taken.
TRIES = 5
_BUDGET = "an approved template can be edited once in 24 hours and ten times in 30 days"
_CREATIONS = "an account may create a hundred templates an hour"


#: What else is written in the transaction that stores the provider's answer.
Beside = Callable[[Tx, TemplateDefinition], Awaitable[None]]


async def nothing(tx: Tx, done: TemplateDefinition) -> None:
    """Nothing else."""


class Outcome(Struct, frozen=True):
    """How a step ended: *status* is the provider's ("PENDING"), or *error* says why it was refused."""

    name: str
    language: str
    status: str = ""
    category: str = ""
    renamed: str = ""
    error: str = ""


class Applier:
    """Acts on one channel's account."""

    def __init__(
        self, store: Store | Scope, http: aiohttp.ClientSession, channel: Channel,
        directory: TemplateDirectory, clock: Clock, beside: Beside = nothing,
    ) -> None:  # fmt: skip
        self._store, self._http, self._channel = store, http, channel
        self._directory, self._clock, self._beside = directory, clock, beside

    async def apply(self, step: Step, samples: Mapping[str, Sample]) -> Outcome:
        """Do *step*, one that acts. A refusal of the provider's is an outcome, not an error."""
        wanted = step.definition
        try:
            done = await self.carry_out(step, samples)
        except ProviderError as error:
            return Outcome(wanted.name, wanted.language, error=explained(error, step))
        renamed = done.name if done.name != step.logical else ""
        return Outcome(done.name, done.language, done.status, done.category, renamed)

    async def carry_out(self, step: Step, samples: Mapping[str, Sample]) -> TemplateDefinition:
        """As `apply`: the template as the provider has it now. Raises `ProviderError`."""
        act = self._edit if step.action == "edit" else self._create
        done = await act(step.definition, samples)
        await self._keep(done)
        return done

    async def delete(self, definition: TemplateDefinition) -> Outcome:
        """Delete one language of a template."""
        try:
            gone = await self.take_away(definition)
        except ProviderError as error:
            return Outcome(definition.name, definition.language, error=spoken(error))
        return Outcome(gone.name, gone.language, gone.status)

    async def take_away(self, definition: TemplateDefinition) -> TemplateDefinition:
        """As `delete`: the template, deleted. Raises `ProviderError`."""
        await conduct(self._http, self._directory.delete(definition, self._channel.settings()))
        gone = replace(definition, status="DELETED")
        await self._keep(gone)
        return gone

    async def _edit(self, wanted: TemplateDefinition, samples: Mapping[str, Sample]) -> TemplateDefinition:
        return await conduct(self._http, self._directory.edit(wanted, self._channel.settings(), samples))

    async def _create(self, wanted: TemplateDefinition, samples: Mapping[str, Sample]) -> TemplateDefinition:
        for left in range(TRIES - 1, -1, -1):
            steps = self._directory.create(wanted, self._channel.settings(), samples)
            try:
                return await conduct(self._http, steps)
            except TemplateNameTaken:
                if not left:
                    raise
                wanted = replace(wanted, name=following(wanted.name))
        raise AssertionError("the last try returns or raises")

    async def _keep(self, done: TemplateDefinition) -> None:
        row = to_row(self._channel.tenant, account_of(self._channel), done, self._clock.now())

        async def work(tx: Tx) -> None:
            await tx.run(TEMPLATE["answered"], **row)
            await self._beside(tx, done)

        await self._store.write(work)


def spoken(error: GatewayError) -> str:
    """The error with what the provider says of its details."""
    details = error.details if isinstance(error, ProviderError) else ""
    return f"{error} ({details})" if details else str(error)


def explained(error: ProviderError, step: Step) -> str:
    """The provider's words, with the rule of the house that is likely behind them."""
    words = spoken(error)
    if error.code == 0 or error.kind in ("auth", "permission", "unavailable", "ambiguous"):
        return words
    if step.action == "edit" and step.definition.status == "APPROVED":
        return f"{words}; {_BUDGET}"
    return f"{words}; {_CREATIONS}" if error.kind == "rate_limited" else words
