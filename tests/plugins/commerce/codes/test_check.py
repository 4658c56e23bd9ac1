"""Whether a code counts."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.commerce.codes.check import Facts, Why, check
from plugins.commerce.codes.code import LONGEST, Code, fold_code

TEN = Code("KARIBU10", "percentage", 1000)
CART = Facts("ana", "KES", subtotal=150000, counted=150000, now=1000)


def ten(**other: Any) -> Code:
    """Ten percent, but."""
    return msgspec.structs.replace(TEN, **other)


@pytest.mark.parametrize(
    ("code", "facts", "why"),
    [
        (TEN, {}, ""),
        (None, {}, "unknown"),
        (ten(active=False), {}, "unknown"),
        (ten(kind="fixed", currency="USD"), {}, "unknown"),
        (ten(kind="fixed", currency="KES"), {}, ""),
        (ten(contact="ben"), {}, "another"),
        (ten(contact="ana"), {}, ""),
        (ten(starts_at=1001), {}, "early"),
        (ten(starts_at=1000), {}, ""),
        (ten(ends_at=1000), {}, "expired"),
        (ten(ends_at=1001), {}, ""),
        (ten(usage_limit=5, used=5), {}, "used_up"),
        (ten(usage_limit=5, used=4), {}, ""),
        (ten(per_customer=1), {"used": 1}, "used"),
        (ten(per_customer=2), {"used": 1}, ""),
        (ten(first_order=True), {"orders": 1}, "first_order"),
        (ten(first_order=True), {}, ""),
        (ten(category="fruit"), {"counted": 0}, "other_items"),
        (ten(category="fruit"), {"counted": 1}, ""),
        (ten(min_subtotal=150001), {}, "minimum"),
        (ten(min_subtotal=150000), {}, ""),
        (ten(min_subtotal=200000, ends_at=1), {}, "expired"),
    ],
)
def test_a_code_counts_or_says_why_not(code: Code | None, facts: dict[str, Any], why: Why) -> None:
    """What nobody can mend is said before what could be mended."""
    assert check(code, msgspec.structs.replace(CART, **facts)) == why


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("karibu10", "KARIBU10"),
        (" Karibu 10 ", "KARIBU10"),
        ("ＫＡＲＩＢＵ１０", "KARIBU10"),
        ("k\u200barıbu\x0010", "KARIBU10"),
        ("", ""),
        ("x" * 41, ""),
        ("🥭", "🥭"),
    ],
)
def test_codes_are_written_in_many_ways(written: str, code: str) -> None:
    """Case, spaces, width, and what nobody sees do not count."""
    assert fold_code(written) == code


@given(st.text(max_size=200))
def test_whatever_is_written_is_folded(written: str) -> None:
    """Twice is once."""
    folded = fold_code(written)
    assert len(folded) <= LONGEST
    assert fold_code(folded) == folded
