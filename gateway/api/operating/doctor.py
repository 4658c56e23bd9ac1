"""`/api/v1/operator/doctor`: what `gateway doctor` finds, for operators."""

from __future__ import annotations

from msgspec import Struct

from gateway.api.route import Ask, Route
from gateway.doctor import Group, Patient, examine
from gateway.doctor.examine import good


class Examination(Struct, frozen=True):
    """*ok* is whether nothing is wrong. A finding that is ok and has a remedy is a warning."""

    ok: bool
    groups: list[Group]


class Doctor:
    """The route."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            Route(
                method="GET", path="/operator/doctor", handler=self.examine, scope="tenants:read",
                whose="operator", summary="Examine the gateway", answer=Examination,
            )
        ]  # fmt: skip

    async def examine(self, ask: Ask[None, None]) -> Examination:
        """How the machine, the database, the channels and what waits are, with a remedy for what is wrong.
        No provider is asked: `gateway doctor --online` does that."""
        groups = await examine(self._patient)
        return Examination(good(groups), groups)
