"""schemathesis finds no 5xx, no undocumented answer, none of another shape. `make fuzz` asks for longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api import fuzzing
from tests.support.postgres import Urls


async def test_nothing_undocumented_is_answered(tmp_path: Path) -> None:
    """Every operation with random requests, of a tenant and of an operator; every edge of every schema is
    `make fuzz`'s."""
    async with fuzzing.Fuzzed.started(
        tmp_path, Urls(f"sqlite:///{tmp_path / 'gateway.db'}", "", "")
    ) as house:
        runs = await fuzzing.every_run(house, examples=6, phases="examples,fuzzing")
        for what, done in runs.items():
            print(f"{what}: {done}")
            assert done.failures == 0, done.text[-20_000:]
        assert sum(each.cases for each in runs.values()) > 600
        async with house.session.get(house.url + "/health/ready") as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    "text", ["", "Selected: 4/4\nTest cases:\n  1,097 generated, 1 found 2 unique failures\n"]
)
def test_the_summary_is_read(text: str) -> None:
    """Numbers with commas; none when there are none."""
    read = fuzzing.summary(text)
    assert (read.operations, read.cases, read.failures) == ((4, 1097, 2) if text else (0, 0, 0))
