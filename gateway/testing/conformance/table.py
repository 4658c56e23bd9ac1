"""The cases as a table: one line for each, one column for each provider."""

from __future__ import annotations

import logging
import tempfile
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import structlog

from gateway.provider import Provider
from gateway.settings import StoreSettings
from gateway.testing.conformance import CASES
from gateway.testing.conformance.case import Case
from gateway.testing.conformance.running import Outcome, Runner

WORDS = {"passed": "passed", "failed": "FAILED", "not applicable": "–"}


def tried(
    provider: Provider, store: StoreSettings | None = None, cases: Iterable[Case] = CASES
) -> list[Outcome]:
    """How *provider* does in *cases*, in a world of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="gateway-conformance-") as folder,
        Runner(provider, Path(folder), store or StoreSettings(url="")) as runner,
    ):
        return [runner.outcome(case) for case in cases]


def table(results: Mapping[str, Sequence[Outcome]]) -> str:
    """*results* by provider in Markdown, then what failed and what does not apply, with the reasons."""
    names = list(results)
    lines = ["| case | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for row in zip(*results.values(), strict=True):
        cells = " | ".join(WORDS[outcome.result] for outcome in row)
        lines.append(f"| {row[0].case.about} | {cells} |")
    lines += ["", *(_summary(name, outcomes) for name, outcomes in results.items()), ""]
    for name, outcomes in results.items():
        for outcome in outcomes:
            if outcome.why:
                told = f"{name}: {outcome.case.name} {outcome.result}: {outcome.why}"
                lines.append(textwrap.shorten(told, 300, placeholder=" …"))
    return "\n".join(lines)


def _summary(name: str, outcomes: Sequence[Outcome]) -> str:
    counts = {result: sum(one.result == result for one in outcomes) for result in WORDS}
    told = ", ".join(f"{count} {result}" for result, count in counts.items() if count)
    return f"{name}: {told}, in {sum(one.seconds for one in outcomes):.1f} s"


def quiet() -> None:
    """Keep the log of the gateways under test from the screen."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
