"""The API's own description, OpenAPI 3.1: made from the routes that are served, so that it cannot lag behind.

It holds nothing of anybody's, hence it is shown without a key.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import msgspec
from aiohttp import web

from gateway.api.access.door import TENANT
from gateway.api.openapi_parts import EXAMPLES, HEADERS, PARAMETERS, problem_parts
from gateway.api.route import PREFIX, Route

#: Where it is served, behind /api/v1.
PATH = "/openapi.json"

_REF = "#/components/schemas/"
#: Any request may be refused so: a header or parameter that is wrong, no key, a key that may not.
_ALWAYS = (400, 401, 403, 429, 503)
#: A request with a body may be refused so too.
_BODY = (408, 413, 415)


class Description:
    """The document, made when it is first asked for: it takes a tenth of a second. *server* is the address at
    which the API is reached, "" for its own."""

    def __init__(self, routes: Iterable[Route], server: str = "") -> None:
        self._routes, self._server = tuple(routes), server
        self._body, self._etag = b"", ""

    def add_routes(self, app: web.Application) -> None:
        """Add what this class answers."""
        app.router.add_route("GET", PREFIX + PATH, self.show)

    async def show(self, request: web.Request) -> web.Response:
        """The document, to be kept for a minute."""
        if not self._body:
            self._body = msgspec.json.encode(document(self._routes, self._server))
            self._etag = f'"{hashlib.sha256(self._body).hexdigest()[:24]}"'
        headers = {"ETag": self._etag, "Cache-Control": "public, max-age=60"}
        if self._etag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        return web.Response(body=self._body, content_type="application/json", headers=headers)


def document(routes: Sequence[Route], server: str = "") -> dict[str, Any]:
    """The OpenAPI document of *routes*."""
    schemas, components = _schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.address, {})[route.method.lower()] = _operation(route, schemas, components)
    queries = {_name(schemas[_key(route, route.query)]) for route in routes if route.query is not None}
    used = msgspec.json.encode([paths, {n: each for n, each in components.items() if n not in queries}])
    for name in queries:
        if f'/{name}"'.encode() not in used:  # its fields are parameters
            components.pop(name, None)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Channel Gateway",
            "version": version("channel-gateway"),
            "description": "Messages, contacts, conversations and their settings, for one tenant at a time: "
            "the key says which.",
        },
        "servers": [{"url": server or "/"}],
        "security": [{"key": []}],
        "tags": [{"name": tag} for tag in sorted({_tag(route) for route in routes})],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "gw_…, from `gateway key create`"}
            },
            **problem_parts(sorted({status for route in routes for status in problems(route)})),
            "schemas": {**components, **problem_parts(())["schemas"]},
        },
    }


def problems(route: Route) -> tuple[int, ...]:
    """Every status with which *route* may refuse."""
    found = {*_ALWAYS, *route.problems}
    if route.parameters or route.whose == "tenant":  # an operator may name a tenant that there is not
        found.add(404)
    if route.body is not None or route.raw:
        found |= {*_BODY, 422}
    if _conditional(route):
        found.add(412)
    return tuple(sorted(found))


def _operation(route: Route, schemas: Mapping[str, Any], components: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "description": inspect.getdoc(route.handler) or route.summary,
        "tags": [_tag(route)],
        "parameters": [*_path(route), *_query(route, schemas, components), *_headers(route)],
        "responses": _responses(route, schemas),
        "x-scope": route.scope,
        "x-whose": route.whose,
    }
    if route.body is not None:
        content: dict[str, Any] = {"schema": schemas[_key(route, route.body)]}
        if examples := EXAMPLES.get(_name(content["schema"])):
            content["examples"] = {name: {"value": value} for name, value in examples.items()}
        made["requestBody"] = {"required": True, "content": {"application/json": content}}
    elif route.raw and route.method != "GET":
        binary: dict[str, Any] = {"type": "string", "contentMediaType": "application/octet-stream"}
        made["requestBody"] = {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": binary},
                "multipart/form-data": {
                    "schema": {"type": "object", "properties": {"file": binary}, "required": ["file"]}
                },
            },
        }
    return made


def _responses(route: Route, schemas: Mapping[str, Any]) -> dict[str, Any]:
    answers = {route.status if route.answer is not None or route.status != 200 else 204: route.answer}
    made: dict[str, Any] = {}
    for status, shape in sorted({**answers, **route.also}.items()):
        headers = {"Request-Id": {"$ref": "#/components/headers/Request-Id"}}
        if route.etag and shape is not None:
            headers["ETag"] = {"$ref": "#/components/headers/ETag"}
        made[str(status)] = {"description": HTTPStatus(status).phrase, "headers": headers}
        if shape is not None:
            made[str(status)]["content"] = {route.media: {"schema": schemas[_key(route, shape)]}}
    return {**made, **{str(each): {"$ref": f"#/components/responses/{each}"} for each in problems(route)}}


def _path(route: Route) -> list[dict[str, Any]]:
    shape = {"type": "string", "minLength": 1, "maxLength": 128}
    return [{"name": name, "in": "path", "required": True, "schema": shape} for name in route.parameters]


def _query(route: Route, schemas: Mapping[str, Any], components: Mapping[str, Any]) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    shape = components[_name(schemas[_key(route, route.query)])]
    made = []
    for name, schema in shape.get("properties", {}).items():
        told = schema.get("description") or PARAMETERS.get(name, "")
        one = {"name": name, "in": "query", "required": name in shape.get("required", ()), "schema": schema}
        made.append({**one, "description": told} if told else one)
    return made


def _headers(route: Route) -> list[dict[str, Any]]:
    names = [TENANT] if route.whose == "tenant" else []
    names += ["Idempotency-Key"] if route.idempotent else []
    names += ["If-Match"] if _conditional(route) else []
    return [{"name": name, "in": "header", "required": False, **HEADERS[name]} for name in names]


def _conditional(route: Route) -> bool:
    """Whether it changes something of which a state was seen before."""
    return route.etag and (route.method == "PATCH" or (route.method != "GET" and bool(route.parameters)))


def _tag(route: Route) -> str:
    """The first word of the path; what operators do is apart."""
    parts = route.path.strip("/").split("/")
    return parts[1] if parts[0] == "operator" and len(parts) > 1 else parts[0]


def _schemas(routes: Sequence[Route]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of every shape by its key, and the components that they refer to. What a plugin calls its
    Structs changes no name of ours: theirs are "shop.Order"."""
    schemas: dict[str, Any] = {}
    components: dict[str, Any] = {}
    for owner in sorted({route.owner for route in routes}):
        shapes = {
            _key(route, shape): shape
            for route in routes
            for shape in (route.body, route.query, route.answer, *route.also.values())
            if route.owner == owner and shape is not None
        }
        start = f"{owner}." if owner else ""
        made, parts = msgspec.json.schema_components(shapes.values(), ref_template=f"{_REF}{start}{{name}}")
        components |= {f"{start}{name}": _tidied(each) for name, each in parts.items()}
        schemas |= zip(shapes, (_tidied(each) for each in made), strict=True)
    return schemas, components


def _key(route: Route, shape: Any) -> str:
    return f"{route.owner}/{getattr(shape, '__module__', '')}.{shape!r}"


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _tidied(schema: Any) -> Any:
    """Descriptions without the indentation of the source; patterns as JSON Schema writes them."""
    if isinstance(schema, list):
        return [_tidied(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _tidied(each) for name, each in schema.items()}
    if isinstance(made.get("description"), str):
        made["description"] = inspect.cleandoc(made["description"])
    if isinstance(made.get("pattern"), str):
        made["pattern"] = made["pattern"].replace(r"\Z", "$")
    return made
