"""The cases as tests for pytest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest

from gateway.provider import Provider
from gateway.settings import StoreSettings
from gateway.testing.conformance import CASES
from gateway.testing.conformance.case import Case
from gateway.testing.conformance.running import Runner


class Conformance:
    """Every case as a test: make a subclass whose name begins with "Test", with your *provider*.

    Override the fixture `store` to run on another database than SQLite: a fresh one, as its
    `gateway.settings.StoreSettings`.
    """

    provider: ClassVar[Provider]

    @pytest.fixture(scope="class")
    @classmethod
    def store(cls) -> StoreSettings:
        """Where the gateway keeps its data."""
        return StoreSettings(url="")

    @pytest.fixture(scope="class")
    @classmethod
    def runner(cls, store: StoreSettings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
        """One world for all cases."""
        folder = tmp_path_factory.mktemp("world")
        with Runner(cls.provider, folder, store) as runner:
            yield runner

    @pytest.mark.parametrize("case", CASES, ids=str)
    def test_case(self, runner: Runner, case: Case) -> None:
        """The sentence of the case holds, or does not apply to the provider."""
        runner.run(case)
