"""A stranger's provider passes what every provider is held to."""

from __future__ import annotations

from examples.carrier_pigeon import provider
from examples.carrier_pigeon.simulator import PigeonSimulator
from gateway.simulator import Simulator
from gateway.testing.conformance.suite import Conformance


class TestCarrierPigeon(Conformance):
    """Texts only: everything else goes in words, or is refused."""

    provider = provider


def test_its_simulator_keeps_to_the_port() -> None:
    """For mypy, and when it is asked at run time."""
    simulator: Simulator = PigeonSimulator()
    assert isinstance(simulator, Simulator)
