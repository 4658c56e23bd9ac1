"""Direct Send is treated as the template that the provider makes of it."""

from __future__ import annotations

import pytest

from gateway.model.outbound import Button as B
from gateway.model.outbound import Buttons, Outbound, Template, Text, templated
from gateway.policy.timing import timing

NOW = 1_794_900_000_000_000


@pytest.mark.parametrize(
    ("message", "goes"),
    [
        (Text("Your parcel leaves today.", category="utility"), True),
        (Buttons("On time?", [B("yes", "Yes")], category="authentication"), True),
        (Template("order_update", "en"), True),
        (Text("Hi"), False),
    ],
)
def test_it_may_go_when_the_window_is_closed(message: Outbound, goes: bool) -> None:
    """As a template may, and nothing else."""
    assert templated(message) is goes
    assert timing(0, not templated(message), NOW).send is goes
