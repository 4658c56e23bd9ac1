"""docs/simulator.md against the code."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from providers.twilio.simulator import TwilioSimulator
from providers.twilio.simulator.acting import ACTS
from providers.twilio.simulator.knobs import Knobs

DOC = (
    (Path(__file__).parents[4] / "docs" / "simulator.md")
    .read_text()
    .split("# The simulator of Twilio's servers")[1]
)


def test_the_table_of_knobs_is_the_code() -> None:
    """Every knob is in the table with its default, in the order of the code, and no other."""
    rows = re.findall(
        r"^\| `(\w+)` \| (.+?) \| .+ \|$", DOC.split("## Twilio: knobs")[1].split("\n## ")[0], re.M
    )
    code = {name: f"`{value!r}`" for name, value in vars(Knobs()).items()} | {"rng": "random"}
    assert rows == list(code.items())


def test_every_act_is_a_documented_method() -> None:
    """What another process can ask for exists, has a docstring, and is named in the page."""
    for act in ACTS:
        assert inspect.getdoc(getattr(TwilioSimulator, act)), act
        assert f"`{act}" in DOC, act
