"""The OpenAPI document: valid, complete, and the same as the reference in the docs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.api import fuzzing, reference
from tests.support.house import House

REFERENCE = Path(__file__).parent.parent.parent / "docs" / "reference.md"


async def test_the_document_is_valid(house: House) -> None:
    """OpenAPI 3.1 by the validator's word, shown without a key, and every operation has a name of its own."""
    found = await fuzzing.document(house)
    OpenAPIV31SpecValidator(found).validate()

    operations = [each for path in found["paths"].values() for each in path.values()]
    names = [each["operationId"] for each in operations]
    assert len(names) == len(set(names))
    assert all(each["summary"] and each["description"] and each["tags"] for each in operations)


def _ours(document: dict[str, Any]) -> dict[str, Any]:
    """What is no plugin's."""
    return {path: each for path, each in document["paths"].items() if path.startswith("/api/v1/")}


async def test_every_route_that_is_served_is_in_it(house: House) -> None:
    """What answers below /api/v1 is described, with its method; only the document itself and what catches
    the rest are not."""
    assert house.gateway is not None
    assert house.gateway._listener is not None
    served = {
        (route.method.lower(), route.resource.canonical)
        for route in house.gateway._listener.app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/api/v1/")
    }
    found = await fuzzing.document(house)
    described = {(method, path) for path, operations in _ours(found).items() for method in operations}
    assert served - {("get", "/api/v1/openapi.json")} == described


async def test_every_change_says_that_it_takes_if_match(house: House) -> None:
    """Each PATCH whose answer has an ETag names the header and the 412, one's own tenant's too."""
    found = await fuzzing.document(house)
    changes = {path: each["patch"] for path, each in _ours(found).items() if "patch" in each}
    assert "/api/v1/tenant" in changes
    for path, each in changes.items():
        assert "If-Match" in {one["name"] for one in each["parameters"]}, path
        assert "412" in each["responses"], path


async def test_it_is_kept_for_a_minute(house: House) -> None:
    """An ETag and a minute in caches: whoever has it is told 304."""
    url = house.url + "/api/v1/openapi.json"
    async with house.session.get(url) as answer:
        etag = answer.headers["ETag"]
        assert answer.headers["Cache-Control"] == "public, max-age=60"
    async with house.session.get(url, headers={"If-None-Match": etag}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")


async def test_every_answer_has_a_request_id(house: House) -> None:
    """Good and bad ones: the id by which the audit log and the log name the request."""
    headers = {"Authorization": f"Bearer {await house.key()}"}
    ids = set()
    for path, sent in (("/messages", headers), ("/messages/none", headers), ("/messages", {})):
        async with house.session.get(f"{house.url}/api/v1{path}", headers=sent) as answer:
            ids.add(answer.headers["Request-Id"])
    assert len(ids) == 3


async def test_the_reference_is_up_to_date(house: House) -> None:
    """docs/reference.md is what `make reference` would write now."""
    assert reference.page(await fuzzing.document(house)) == REFERENCE.read_text(), "run `make reference`"
