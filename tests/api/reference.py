"""docs/reference.md, written from the OpenAPI document: `make reference`."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.api.fuzzing import document
from tests.support.house import House
from tests.support.postgres import Urls

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference.md"

_HEAD = """# API reference

Every route, written by `make reference` from the document that the gateway serves at
`GET /api/v1/openapi.json`: OpenAPI 3.1, without a key. It has the bodies, parameters, answers and problems of
each; any generator makes a client of it. [Messages API](api.md) tells the most of it in words.

- `Authorization: Bearer gw_…`: the key says which tenant. An operator's key names it: `Gateway-Tenant: duka`.
- Every answer has a `Request-Id`, by which log and audit log name the request.
- A refusal is `application/problem+json` with a stable `code`, and `errors` with a pointer to each field.
  The general ones are 400, 401, 403, 404, 429 and 503, with a body also 408, 413, 415 and 422; those beside
  them are in the last column.
- Lists take `limit` and `cursor`, and answer `items` and the `cursor` of the next page.
- Where two may edit, `GET` answers with an `ETag`. Send it as `If-Match` with the change, and a 412 tells
  that somebody was faster.
"""
_GENERAL = {400, 401, 403, 404, 408, 413, 415, 422, 429, 503}


def page(found: Mapping[str, Any]) -> str:
    """The page for the document *found*."""
    text = [_HEAD]
    tags: dict[str, list[str]] = {}
    for path, operations in found["paths"].items():
        for method, each in operations.items():
            tags.setdefault(each["tags"][0], []).append(_row(path, method, each))
    for tag in sorted(tags):
        text.append(
            f"## {tag}\n\n| request | scope | what it does | also |\n|---|---|---|---|\n" + "".join(tags[tag])
        )
    return "\n".join(text)


def _row(path: str, method: str, operation: Mapping[str, Any]) -> str:
    scope = f"`{operation['x-scope']}`" + (", operators" if operation["x-whose"] == "operator" else "")
    more = [each for each in operation["responses"] if int(each) >= 400 and int(each) not in _GENERAL]
    return f"| `{method.upper()} {path}` | {scope} | {operation['summary']} | {', '.join(more)} |\n"


async def _main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), Urls(f"sqlite:///{folder}/gateway.db", "", ""))
        house.line("duka")
        await house.start()
        try:
            PAGE.write_text(page(await document(house)))
        finally:
            await house.close()


if __name__ == "__main__":
    asyncio.run(_main())
