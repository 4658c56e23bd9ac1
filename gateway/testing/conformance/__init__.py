"""What every provider is held to: one list of cases, run with its own simulator and the real gateway.

    from gateway.testing.conformance.suite import Conformance
    from carrier_pigeon import provider

    class TestCarrierPigeon(Conformance):
        provider = provider

case.py      what a case is
suite.py     the cases as tests for pytest
table.py     the cases as a table, provider by provider (`python -m gateway.testing.conformance NAME…`)
the others   the cases
"""

from __future__ import annotations

from gateway.testing.conformance import (
    carrying,
    crashes,
    intake,
    media,
    menus,
    people,
    sending,
    signatures,
    statuses,
)
from gateway.testing.conformance.case import Case

#: All of them, in the order in which they run.
CASES: tuple[Case, ...] = (
    *signatures.CASES,
    *intake.CASES,
    *statuses.CASES,
    *sending.CASES,
    *carrying.CASES,
    *menus.CASES,
    *media.CASES,
    *people.CASES,
    *crashes.CASES,
)
