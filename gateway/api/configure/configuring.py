"""What the routes of tenants, channels and plugins share: how a refusal is told, and their ETags."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from gateway.api.etag import check, etag_of
from gateway.api.problems import Problem, missing
from gateway.api.route import Answer
from gateway.tenants.errors import Invalid, NotFound, Taken, TenantsError
from gateway.tenants.records import Known


class Removed(Struct, frozen=True):
    """It is gone; *cancelled* is how many parts of messages that waited were cancelled. Its record is kept,
    and its id is not given away: a channel's for 30 days."""

    id: str
    cancelled: int


@contextmanager
def refusals() -> Iterator[None]:
    """What the service refuses, as a problem of the API."""
    try:
        yield
    except NotFound as error:
        raise missing(error.noun) from error
    except Invalid as error:
        raise Problem(422, error.code, error.detail, pointer=error.pointer) from error
    except Taken as error:
        raise Problem(409, error.code, str(error), pointer=error.pointer) from error
    except TenantsError as error:
        raise Problem(409, error.code, str(error)) from error


def tagged(known: Known[Any], status: int = 200) -> Answer:
    """What is shown, with an ETag of its revision: how it fares may change without anybody's edit."""
    return Answer(known.shown, status, {"ETag": etag_of(_version(known.shown, known.revision))})


def seen(if_match: str, id: str) -> Callable[[int], None]:
    """Raises 412 when the caller, by If-Match, saw another revision of *id*."""
    return lambda revision: check(if_match, [id, revision])


def _version(shown: Any, revision: int) -> list[str | int]:
    return [getattr(shown, "id", None) or shown.name, revision]
