"""`/api/v1/contacts/{id}/consent`: what a contact agreed to, with what shows it, and a change of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from gateway.api.cursor import Cursors
from gateway.api.paging import Paging
from gateway.api.problems import Problem, missing
from gateway.api.route import Ask, Route
from gateway.api.strict import Moment
from gateway.audit import note
from gateway.clock import Clock
from gateway.consent import Change, Purpose, State, record
from gateway.consent.change import LONGEST_PROOF
from gateway.consent.shown import LAST, ConsentShown, exists, shown
from gateway.message import instant
from gateway.store.port import Tx

_PATH = "/contacts/{id}/consent"


class NewConsent(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a POST. *proof* is what shows it, and an "in" has to have one: a form, a page, a paper.
    *at* is when it was so (RFC 3339 with an offset), now when it is left out."""

    purpose: Purpose
    state: State
    proof: Annotated[str, Meta(max_length=LONGEST_PROOF)] = ""
    source: Literal["api", "import"] = "api"
    at: Moment | None = None


class Consents:
    """The routes."""

    def __init__(self, clock: Clock, cursors: Cursors) -> None:
        self._clock, self._cursors = clock, cursors

    def routes(self) -> list[Route]:
        """What is served."""
        one: dict[str, Any] = {"path": _PATH, "noun": "contact", "answer": ConsentShown}
        return [
            Route(
                method="GET", handler=self.show, scope="contacts:read", query=Paging,
                summary="Look at a contact's consent", **one,
            ),
            Route(
                method="POST", handler=self.change, scope="contacts:write", body=NewConsent,
                summary="Record consent, or that it was withdrawn", **one,
            ),
        ]  # fmt: skip

    async def show(self, ask: Ask[None, Paging]) -> ConsentShown:
        """What counts now, and what was said, the newest first."""
        contact = ask.path["id"]
        before = str((self._cursors.open(ask.query.cursor, ask.tenant, "consent") or [LAST])[0])
        found, more = await ask.scope.read(lambda tx: shown(tx, ask.tenant, contact, before, ask.query.limit))
        if found is None:
            raise missing("contact")
        cursor = self._cursors.seal(ask.tenant, "consent", found.items[-1].id) if more else None
        return replace(found, cursor=cursor)

    async def change(self, ask: Ask[NewConsent, None]) -> ConsentShown:
        """Record what the contact said elsewhere. What was said later still counts; a name that is suppressed
        stays so."""
        given, contact, now = ask.body, ask.path["id"], self._clock.now()
        if given.state == "in" and not given.proof.strip():
            raise Problem(
                422, "proof_missing", "consent has to be shown by something: say by what", pointer="/proof"
            )
        change = Change(
            ask.tenant, contact, given.purpose, given.state, given.source, given.proof,
            at=instant(given.at) if given.at is not None else 0,
        )  # fmt: skip

        async def work(tx: Tx) -> ConsentShown | None:
            if not await exists(tx, ask.tenant, contact):
                return None
            await record(tx, [change], now)
            found, _ = await shown(tx, ask.tenant, contact)
            about = {"purpose": given.purpose, "state": given.state}
            await note(tx, ask.actor, ask.tenant, "contact.consent", f"contact:{contact}", now, **about)
            return found

        if (found := await ask.scope.write(work)) is None:
            raise missing("contact")
        return found
