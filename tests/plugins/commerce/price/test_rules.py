"""The shop's rules of prices."""

from __future__ import annotations

import msgspec
import pytest

from plugins.commerce.price import rules
from plugins.commerce.settings import Settings


@pytest.mark.parametrize(
    ("written", "basis_points"), [("16", 1600), ("0", 0), ("12.5", 1250), ("8.25", 825), ("7.05", 705)]
)
def test_percent_is_read_exactly(written: str, basis_points: int) -> None:
    """Never as a float."""
    assert rules.tax_bp(Settings(tax={"": written}), "") == basis_points


def test_classes_of_tax() -> None:
    """A class that the settings do not name is the usual one; without any there is no tax."""
    settings = Settings(tax={"": "16", "zero": "0"})
    assert [rules.tax_bp(settings, each) for each in ("", "zero", "books")] == [1600, 0, 1600]
    assert rules.tax_bp(Settings(), "") == 0


@pytest.mark.parametrize(
    ("rounding", "currency", "step"),
    [("1", "KES", 100), ("0.05", "KES", 5), ("", "KES", 1), ("0", "KES", 1), ("100", "JPY", 100),
     ("0.05", "JPY", 1)],
)  # fmt: skip
def test_what_totals_are_rounded_to(rounding: str, currency: str, step: int) -> None:
    """What the currency cannot be counted in is its own unit."""
    assert rules.rounding(Settings(rounding=rounding, currency=currency)) == step


@pytest.mark.parametrize("wrong", ["16%", "-1", "100", "1.234", "", "a"])
def test_what_is_no_percentage_is_refused_with_the_settings(wrong: str) -> None:
    """The gateway names the place."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"tax": {"": wrong}}, Settings)
