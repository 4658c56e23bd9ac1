"""A route of the API as data: what it takes, what it answers, who may ask. The OpenAPI document, the
docs' tables and the tests of isolation are made from the same list that is served."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, Literal, TypeVar

from aiohttp import web
from msgspec import Struct, field

from gateway.audit import Actor
from gateway.store.port import Scope

BodyT = TypeVar("BodyT")
QueryT = TypeVar("QueryT")
T = TypeVar("T")

PREFIX = "/api/v1"


class Caller(Struct, frozen=True):
    """Who asks, found from the key alone. *scopes* are what the key may do; "*" is everything.

    *tenant* is the key's own. An operator's key has none of its own: it names one in the header
    Gateway-Tenant where a route needs one, and *tenant* is "" where it does not.
    """

    key: str
    tenant: str
    scopes: frozenset[str]
    operator: bool = False

    def may(self, scope: str) -> bool:
        """Whether the key has *scope* ("contacts:read"). Who may write may read."""
        resource, _, act = scope.partition(":")
        return bool(
            self.scopes & {"*", scope, f"{resource}:write"} or (act == "read" and "read" in self.scopes)
        )


class Ask(Struct, Generic[BodyT, QueryT]):
    """One request, authenticated and decoded. *scope* is the caller's tenant's repository, and the only way
    to its rows. *path* holds the ids of the address. *request* is for what is streamed."""

    caller: Caller
    actor: Actor
    scope: Scope
    path: Mapping[str, str]
    body: BodyT
    query: QueryT
    request: web.Request
    raw: bytes = b""

    @property
    def tenant(self) -> str:
        """Whose rows are meant."""
        return self.scope.tenant

    @property
    def streamed(self) -> bool:
        """Whether the caller wants server-sent events."""
        return "text/event-stream" in self.request.headers.get("Accept", "")

    @property
    def if_match(self) -> str:
        """The header If-Match, "" when there is none."""
        return self.request.headers.get("If-Match", "")


class Answer(Struct, frozen=True):
    """What a handler returns when the body alone does not say it all. *body* is a Struct, or bytes that are
    JSON already; None is no body."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Page(Struct, Generic[T], frozen=True):
    """A page of a list, and the cursor of the next one; null on the last."""

    items: list[T]
    cursor: str | None


Handler = Callable[[Any], Awaitable[Any]]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Whose = Literal["tenant", "operator"]


class Route(Struct, frozen=True, kw_only=True):
    """One method at one address.

    *path* is behind /api/v1, its parameters in braces. *handler* takes an `Ask` and returns a Struct (with
    *status*), an `Answer`, or a prepared response for a stream. *scope* is what the key needs. *body* and
    *query* are Structs, decoded strictly; None where there is none. *answer* is the Struct of the answer,
    None for an empty one; *also* has those of other statuses of success. *problems* are the statuses beside
    the general ones that may be answered.
    *noun* names what an id in the path is ("contact"), for 404s. *whose* is operator for routes across
    tenants. *etag*: the answer carries an ETag, and what changes it takes If-Match. *raw*: the body is no
    JSON and the handler reads it. *media* is the answer's type. *idempotent*: it takes an Idempotency-Key.
    *words* are what to say of a field that does not fit its pattern, by pointer. The handler's docstring is
    the description.
    """

    method: Method
    path: str
    handler: Handler
    scope: str
    summary: str
    body: type[Any] | None = None
    query: type[Any] | None = None
    answer: Any = None
    status: int = 200
    problems: tuple[int, ...] = ()
    noun: str = ""
    whose: Whose = "tenant"
    etag: bool = False
    raw: bool = False
    media: str = "application/json"
    idempotent: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[int, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The whole path."""
        return PREFIX + self.path

    @property
    def owner(self) -> str:
        """The plugin whose route it is, "" for our own."""
        return ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in braces, in order."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    @property
    def name(self) -> str:
        """A stable name for clients that are generated: "list_contacts" from `Contacts.list`."""
        owner, _, verb = self.handler.__qualname__.rpartition(".")
        return f"{verb}_{owner.rpartition('.')[2].lower()}" if owner else verb
