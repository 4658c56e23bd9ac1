"""What the tests of the gate share with those of the pipeline."""

from tests.pipeline.conftest import _often, clock, servers

__all__ = ["_often", "clock", "servers"]
