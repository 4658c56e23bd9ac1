"""The suite as a table, and its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from examples.carrier_pigeon import provider
from gateway.simulator import Simulator, port
from gateway.testing.conformance import CASES
from gateway.testing.conformance.__main__ import main
from gateway.testing.conformance.running import Outcome
from gateway.testing.conformance.table import table, tried
from tests.testing.broken import Credulous

PAGE = (Path(__file__).parents[2] / "docs" / "providers.md").read_text()
FEW = [case for case in CASES if case.name in ("without_proof", "bundled", "again_and_again")]


def test_the_table_shows_each_provider_and_each_reason() -> None:
    """One line for a case, one column for a provider; what failed and what does not apply say why."""
    shown = table({"carrier_pigeon": tried(provider, cases=FEW), "credulous": tried(Credulous(), cases=FEW)})
    rows = [line for line in shown.splitlines() if line.startswith("|")]
    assert rows[0] == "| case | carrier_pigeon | credulous |"
    assert rows[2].endswith("| passed | FAILED |")
    assert [row.split("|")[2].strip() for row in rows[2:]] == ["passed", "passed", "–"]
    assert "carrier_pigeon: 2 passed, 1 not applicable, in" in shown
    assert "carrier_pigeon: bundled not applicable: it sends one message per webhook" in shown
    assert re.search(r"credulous: without_proof failed: AssertionError", shown)


def test_an_unknown_provider_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """With those that are installed; a database is for one provider only."""
    with pytest.raises(SystemExit):
        main(["nobody"])
    told = capsys.readouterr().err
    assert "no provider is called 'nobody'" in told
    assert "meta_cloud" in told
    with pytest.raises(SystemExit):
        main(["--store", "postgresql://localhost/x"])


def test_the_exit_code_tells_whether_a_case_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 when all cases passed or do not apply, else 1."""
    results = iter(["passed", "failed"])
    module = "gateway.testing.conformance.__main__"
    monkeypatch.setattr(f"{module}.tried", lambda *given: [Outcome(FEW[0], next(results))])  # type: ignore[arg-type]
    monkeypatch.setattr(f"{module}.quiet", lambda: None)
    assert [main(["meta_cloud"]), main(["meta_cloud"])] == [0, 1]
    assert "FAILED" in capsys.readouterr().out


def test_cases_have_a_name_and_a_sentence_each() -> None:
    """No two share either, and a sentence ends."""
    assert len({case.name for case in CASES}) == len({case.about for case in CASES}) == len(CASES)
    assert all(case.about.endswith(".") for case in CASES)


def test_the_page_has_the_whole_port_of_simulators() -> None:
    """Every public name of the protocols is in docs/providers.md."""
    names = [
        name
        for protocol in (Simulator, port.Temper, port.Bundling, port.Hosted)
        for name in (*vars(protocol), *protocol.__annotations__)
        if not name.startswith("_")
    ]
    missing = {name for name in names if not re.search(rf"`[^`]*\b{name}\b[^`]*`", PAGE)}
    assert missing - {"hint", "troubles", "honest"} == set()
