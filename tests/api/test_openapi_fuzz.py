"""schemathesis finds no 5xx, no undocumented answer, none of another shape. `make fuzz` asks for longer."""

from __future__ import annotations

import pytest

from tests.api import fuzzing
from tests.support.house import House


async def test_nothing_undocumented_is_answered_to_a_tenant(house: House) -> None:
    """Every operation, its edges and random requests, with the ids of rows that there are; then the rest."""
    await fuzzing.seed(house)
    headers = {"Authorization": f"Bearer {await house.key()}"}
    found = fuzzing.asked(await fuzzing.document(house), "tenant")
    known = await fuzzing.ids(house, found, headers)
    first = await fuzzing.run(
        house, found, headers, known, examples=10, seconds=240, methods=("GET", "POST", "PUT", "PATCH")
    )
    print("with ids that there are:", first)
    rest = await fuzzing.run(house, found, headers, [], examples=10, seconds=120, methods=("DELETE",))
    print("with any ids:", rest)

    assert first.failures == 0, first.text[-20_000:]
    assert rest.failures == 0, rest.text[-20_000:]
    assert first.cases > 1000
    async with house.session.get(house.url + "/health/ready") as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "text", ["", "Selected: 4/4\nTest cases:\n  1,097 generated, 1 found 2 unique failures\n"]
)
def test_the_summary_is_read(text: str) -> None:
    """Numbers with commas; none when there are none."""
    read = fuzzing.summary(text)
    assert (read.operations, read.cases, read.failures) == ((4, 1097, 2) if text else (0, 0, 0))
