"""The API of the search: synonyms, and what was searched in vain."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from gateway import ApiRequest, Problem, api
from plugins.commerce.search import owner
from plugins.commerce.search.owner import DAYS, Missed, Synonym, Wrong


class Synonyms(Struct, frozen=True, forbid_unknown_fields=True):
    """The synonyms of a shop."""

    synonyms: list[Synonym]


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """Within how many *days*, today included."""

    days: Annotated[int, Meta(ge=1, le=DAYS)] = 30


class InVain(Struct, frozen=True):
    """Searches that found nothing, most often first."""

    missed: list[Missed]


async def get_synonyms(request: ApiRequest) -> Synonyms:
    """The words that mean the same to this shop."""
    return Synonyms(await owner.synonyms(request.db))


async def put_synonyms(request: ApiRequest) -> Synonyms:
    """Have these synonyms and no others."""
    wanted: Synonyms = request.body
    try:
        return Synonyms(await owner.replace(request.db, wanted.synonyms))
    except Wrong as wrong:
        raise Problem(422, "bad_synonym", str(wrong)) from None


async def get_missed(request: ApiRequest) -> InVain:
    """What customers searched in vain."""
    asked: Asked = request.query
    today = request.words.local(request.now).date()
    return InVain(await owner.missed(request.db, today, asked.days))


ROUTES = (
    api("GET", "/synonyms", get_synonyms, answer=Synonyms),
    api("PUT", "/synonyms", put_synonyms, body=Synonyms, answer=Synonyms),
    api("GET", "/missed", get_missed, query=Asked, answer=InVain),
)
