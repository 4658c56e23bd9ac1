"""`/api/v1/tenant/policy` and `/retention`, and for operators those of every tenant."""

from __future__ import annotations

from gateway.api.configure.configuring import refusals, seen, tagged
from gateway.api.route import Answer, Ask, Route
from gateway.tenants.ruled import PolicyChange, PolicyShown, RetentionChange, RetentionShown
from gateway.tenants.service import Service

_TIME = 'write a time of day such as "21:00"'
WORDS = {"/quiet/start": _TIME, "/quiet/end": _TIME}


class Policies:
    """The routes of policies."""

    def __init__(self, service: Service) -> None:
        self._rules = service.rules

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            Route(
                method="GET", path="/tenant/policy", handler=self.own, scope="tenant:read",
                summary="Look at your own policy", answer=PolicyShown, etag=True,
            ),
            Route(
                method="PATCH", path="/tenant/policy", handler=self.change_own, scope="tenant:write",
                summary="Change your own policy", body=PolicyChange, answer=PolicyShown, etag=True,
                problems=(409, 412, 422), words=WORDS,
            ),
            Route(
                method="GET", path="/tenants/{id}/policy", handler=self.one, scope="tenants:read",
                whose="operator", noun="tenant", summary="Look at a tenant's policy", answer=PolicyShown,
                etag=True,
            ),
            Route(
                method="PATCH", path="/tenants/{id}/policy", handler=self.change, scope="tenants:write",
                whose="operator", noun="tenant", summary="Change a tenant's policy", body=PolicyChange,
                answer=PolicyShown, etag=True, problems=(409, 412, 422), words=WORDS,
            ),
        ]  # fmt: skip

    async def own(self, ask: Ask[None, None]) -> Answer:
        """What the tenant of the key lets out, to whom and when."""
        with refusals():
            return tagged(await self._rules.policy(ask.tenant))

    async def change_own(self, ask: Ask[PolicyChange, None]) -> Answer:
        """Change what is given; it counts within a second, for messages that wait too. 409 `managed_by_file`
        for a tenant that gateway.toml names."""
        return await self._changed(ask, ask.tenant)

    async def one(self, ask: Ask[None, None]) -> Answer:
        """What a tenant lets out, to whom and when."""
        with refusals():
            return tagged(await self._rules.policy(ask.path["id"]))

    async def change(self, ask: Ask[PolicyChange, None]) -> Answer:
        """Change what is given; it counts within a second, for messages that wait too. 409 `managed_by_file`
        for a tenant that gateway.toml names."""
        return await self._changed(ask, ask.path["id"])

    async def _changed(self, ask: Ask[PolicyChange, None], id: str) -> Answer:
        with refusals():
            known = await self._rules.change_policy(ask.actor, id, ask.body, seen(ask.if_match, id))
            return tagged(known)


class Retentions:
    """The routes of retention."""

    def __init__(self, service: Service) -> None:
        self._rules = service.rules

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            Route(
                method="GET", path="/tenant/retention", handler=self.own, scope="tenant:read",
                summary="Look at your own retention", answer=RetentionShown, etag=True,
            ),
            Route(
                method="PATCH", path="/tenant/retention", handler=self.change_own, scope="tenant:write",
                summary="Change your own retention", body=RetentionChange, answer=RetentionShown, etag=True,
                problems=(409, 412, 422),
            ),
            Route(
                method="GET", path="/tenants/{id}/retention", handler=self.one, scope="tenants:read",
                whose="operator", noun="tenant", summary="Look at a tenant's retention",
                answer=RetentionShown, etag=True,
            ),
            Route(
                method="PATCH", path="/tenants/{id}/retention", handler=self.change, scope="tenants:write",
                whose="operator", noun="tenant", summary="Change a tenant's retention", body=RetentionChange,
                answer=RetentionShown, etag=True, problems=(409, 412, 422),
            ),
        ]  # fmt: skip

    async def own(self, ask: Ask[None, None]) -> Answer:
        """For how long the tenant of the key keeps what."""
        with refusals():
            return tagged(await self._rules.retention(ask.tenant))

    async def change_own(self, ask: Ask[RetentionChange, None]) -> Answer:
        """Change what is given; what is older than that goes in time, and does not come back. 409
        `managed_by_file` for a tenant that gateway.toml names."""
        return await self._changed(ask, ask.tenant)

    async def one(self, ask: Ask[None, None]) -> Answer:
        """For how long a tenant keeps what."""
        with refusals():
            return tagged(await self._rules.retention(ask.path["id"]))

    async def change(self, ask: Ask[RetentionChange, None]) -> Answer:
        """Change what is given; what is older than that goes in time, and does not come back. 409
        `managed_by_file` for a tenant that gateway.toml names."""
        return await self._changed(ask, ask.path["id"])

    async def _changed(self, ask: Ask[RetentionChange, None], id: str) -> Answer:
        with refusals():
            known = await self._rules.change_retention(ask.actor, id, ask.body, seen(ask.if_match, id))
            return tagged(known)
