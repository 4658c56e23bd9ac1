"""What API and commands do with endpoints. Each function works in the transaction that it is given."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import UNSET, Struct

from gateway.audit import Actor, note
from gateway.clock import DAY, rfc3339, stamp
from gateway.endpoints.forms import EndpointChange, EndpointShown, NewEndpoint, SecretShown
from gateway.endpoints.post import Poster
from gateway.endpoints.queries import ENDPOINTS
from gateway.endpoints.record import Endpoint, endpoint_of, place
from gateway.endpoints.settle import ASKED, disable
from gateway.endpoints.signing import new_secret
from gateway.errors import GatewayError
from gateway.model.ids import new_id
from gateway.net import origin
from gateway.store.port import Tx
from gateway.store.seal import Seal

#: Endpoints of one tenant.
MOST = 20
#: How long the old secret signs beside a new one.
OVERLAP = DAY

_encode = msgspec.json.Encoder().encode


class EndpointRefused(GatewayError):
    """What was asked cannot be done. *code* is stable, *pointer* the field that is wrong."""

    def __init__(self, code: str, words: str, pointer: str = "") -> None:
        self.code, self.pointer = code, pointer
        super().__init__(words)


class Made(Struct, frozen=True):
    """A new endpoint and its secret."""

    endpoint: Endpoint
    secret: str


async def find(tx: Tx, tenant: str, id: str) -> Endpoint | None:
    """The tenant's endpoint of this id."""
    row = await tx.one(ENDPOINTS["one"], tenant=tenant, id=id)
    return None if row is None else endpoint_of(row)


async def hold(tx: Tx, tenant: str, id: str) -> Endpoint | None:
    """The same, for whoever is going to change it: nobody else does before the transaction has ended."""
    await tx.run(ENDPOINTS["hold"], tenant=tenant, id=id)
    return await find(tx, tenant, id)


async def page(tx: Tx, tenant: str, after: str, limit: int) -> list[Endpoint]:
    """The tenant's endpoints behind *after*, oldest first."""
    rows = await tx.all(ENDPOINTS["list"], tenant=tenant, after=after, limit=limit)
    return [endpoint_of(row) for row in rows]


async def create(
    tx: Tx, actor: Actor, tenant: str, new: NewEndpoint, poster: Poster, seal: Seal, now: int
) -> Made:
    """Add an endpoint. Raises `EndpointRefused`."""
    _check(new.url, poster)
    id, secret = new_id(), new_secret()
    # First the record: whoever else changes this tenant now waits there, so that the count is right.
    await note(
        tx, actor, tenant, "webhook.create", f"webhook:{id}", now, origin=origin(new.url), types=new.types
    )
    if await tx.value(ENDPOINTS["count"], tenant=tenant) >= MOST:
        raise EndpointRefused("too_many_webhooks", f"there are {MOST} already: delete one that is not used")
    await tx.run(
        ENDPOINTS["add"], tenant=tenant, id=id, url=new.url, description=new.description,
        types=_encode(_unique(new.types)).decode(), none=b"", now=now,
        secret=seal.close(secret.encode(), place(tenant, id, "secret")),
    )  # fmt: skip
    made = await find(tx, tenant, id)
    assert made is not None
    return Made(made, secret)


async def change(
    tx: Tx, actor: Actor, endpoint: Endpoint, wanted: EndpointChange, poster: Poster, now: int
) -> Endpoint:
    """Make *endpoint* as *wanted*. Raises `EndpointRefused`."""
    url = endpoint.url if wanted.url is UNSET else wanted.url
    if url != endpoint.url:
        _check(url, poster)
    changed = msgspec.structs.replace(
        endpoint,
        url=url,
        description=endpoint.description if wanted.description is UNSET else wanted.description,
        types=endpoint.types if wanted.types is UNSET else _unique(wanted.types),
    )
    if changed == endpoint:
        return endpoint
    changed = msgspec.structs.replace(changed, updated_at=now)
    await tx.run(
        ENDPOINTS["change"], tenant=endpoint.tenant, id=endpoint.id, url=url, now=now,
        description=changed.description, types=_encode(changed.types).decode(),
    )  # fmt: skip
    fields = [
        name for name in ("url", "description", "types") if getattr(changed, name) != getattr(endpoint, name)
    ]
    await note(
        tx, actor, endpoint.tenant, "webhook.change", f"webhook:{endpoint.id}", now,
        fields=fields, origin=origin(url),
    )  # fmt: skip
    return changed


async def delete(tx: Tx, actor: Actor, endpoint: Endpoint, now: int) -> None:
    """Take *endpoint* away, with all that waits for it."""
    await tx.run(ENDPOINTS["delete"], tenant=endpoint.tenant, id=endpoint.id, none=b"", now=now)
    what = f"webhook:{endpoint.id}"
    await note(tx, actor, endpoint.tenant, "webhook.delete", what, now, origin=origin(endpoint.url))


async def rotate(tx: Tx, actor: Actor, endpoint: Endpoint, seal: Seal, now: int) -> SecretShown:
    """Give *endpoint* a new secret; the one that it had signs too for a day."""
    tenant, id, until = endpoint.tenant, endpoint.id, now + OVERLAP
    secret = new_secret()
    old = seal.open(endpoint.secret, place(tenant, id, "secret"))
    await tx.run(
        ENDPOINTS["rotate"], tenant=tenant, id=id, old_until=until, now=now,
        secret=seal.close(secret.encode(), place(tenant, id, "secret")),
        old_secret=seal.close(old, place(tenant, id, "old_secret")),
    )  # fmt: skip
    await note(tx, actor, tenant, "webhook.secret", f"webhook:{id}", now)
    return SecretShown(secret, rfc3339(until))


async def turn_on(tx: Tx, actor: Actor, endpoint: Endpoint, now: int) -> None:
    """Send to *endpoint* again; again is the same."""
    if await tx.each(ENDPOINTS["enable"], [{"tenant": endpoint.tenant, "id": endpoint.id, "now": now}]):
        await note(tx, actor, endpoint.tenant, "webhook.enable", f"webhook:{endpoint.id}", now)


async def turn_off(tx: Tx, actor: Actor, endpoint: Endpoint, now: int) -> None:
    """Send nothing more to *endpoint*; again is the same."""
    await disable(tx, actor, endpoint.tenant, endpoint.id, ASKED, now)


def shown(endpoint: Endpoint, now: int) -> EndpointShown:
    """*endpoint* without its secrets."""
    return EndpointShown(
        endpoint.id, endpoint.url, endpoint.description, endpoint.types, endpoint.state,
        endpoint.disabled_reason, stamp(endpoint.failing_since), stamp(endpoint.last_success_at),
        stamp(endpoint.old_until if endpoint.old_until > now else 0), rfc3339(endpoint.created_at),
        rfc3339(endpoint.updated_at),
    )  # fmt: skip


def _check(url: str, poster: Poster) -> None:
    if problem := poster.problem(url):
        raise EndpointRefused("bad_url", f"the address {problem}", "/url")


def _unique(types: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(types))
