"""What is the same for every route of the OpenAPI document: problems, headers, and words for parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.api.access.door import TENANT
from gateway.api.problems import TITLES

_TEXT = {"type": "string"}

#: What each status says, beside its title.
_MEANINGS = {
    400: "The request cannot be read: its JSON, a parameter, a header, or a cursor.",
    401: "There is no key, or it is not good: unknown, revoked or expired.",
    403: "The key lacks the scope, or is not an operator's.",
    404: "Nothing of this id is the tenant's, whoever else may have it.",
    408: "The body did not arrive in time.",
    409: "What is there stands against it: `code` says what.",
    412: "Somebody changed it since the ETag in If-Match was read.",
    413: "The body is too long.",
    415: "The body has an encoding or a type that is not taken.",
    422: "It can be read and cannot be done: `errors` points to the field.",
    428: "The change needs an If-Match.",
    429: "Too many requests: wait for Retry-After seconds.",
    502: "The provider did not answer, or not as it should.",
    503: "The database or the file store is away: try again after Retry-After seconds.",
}

#: Parameters of requests that are headers.
HEADERS: dict[str, dict[str, Any]] = {
    TENANT: {
        "description": "Which tenant an operator's key works for. No other key may send it.",
        "schema": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,63}$"},
    },
    "Idempotency-Key": {
        "description": "The same key again is the same message, for a day: nothing is sent twice.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    },
    "If-Match": {
        "description": "The ETag that was read: the change is made only while it is still so.",
        "schema": {"type": "string", "maxLength": 512},
    },
}

#: What parameters of lists mean, where the Struct does not say it itself.
PARAMETERS = {
    "cursor": "The cursor of the page before, unchanged; empty for the first page.",
    "limit": "How many items at most.",
    "channel": "The id of a channel.",
    "contact": "The id of a contact, a phone or a user id.",
    "direction": "in, out, or empty for both.",
    "after": "What comes behind this.",
}

#: Bodies that work, by the Struct's name.
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "NewMessage": {
        "text": {
            "channel": "duka-main",
            "to": "+254700000001",
            "message": {"type": "text", "text": "Your order is ready"},
        },
        "buttons": {
            "channel": "duka-main",
            "to": "+254700000001",
            "message": {
                "type": "buttons",
                "text": "Deliver today?",
                "buttons": [{"id": "yes", "title": "Yes"}, {"id": "no", "title": "No"}],
            },
            "dry_run": True,
        },
    },
    "NewTenant": {"shop": {"id": "soko", "name": "Soko", "time_zone": "Africa/Nairobi", "country": "KE"}},
}

_PROBLEM = {
    "title": "Problem",
    "description": "Why a request was refused (RFC 9457). *code* is stable, the words are for people; "
    "*errors* point to the fields, as JSON pointers.",
    "type": "object",
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "code": _TEXT,
        "detail": _TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": _TEXT, "detail": _TEXT},
                "required": ["pointer", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "code", "detail"],
}


def problem_parts(statuses: Iterable[int]) -> dict[str, Any]:
    """The components: a response for each of *statuses*, headers, and the schema of a problem."""
    return {
        "responses": {str(status): _response(status) for status in statuses},
        "headers": {
            "Request-Id": {"description": "This request, as the audit log names it.", "schema": _TEXT},
            "ETag": {"description": "What is shown, for If-Match.", "schema": _TEXT},
            "Retry-After": {
                "description": "Seconds to wait.",
                "schema": {"type": "integer", "minimum": 0},
            },
            "WWW-Authenticate": {"description": "How to sign in.", "schema": _TEXT},
        },
        "schemas": {"Problem": _PROBLEM},
    }


def _response(status: int) -> dict[str, Any]:
    names = ["Request-Id"]
    names += ["Retry-After"] if status in (429, 503) else []
    names += ["WWW-Authenticate"] if status == 401 else []
    return {
        "description": _MEANINGS.get(status, TITLES.get(status, "It was refused.")),
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
