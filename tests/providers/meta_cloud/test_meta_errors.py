"""The error table: every code of the reference has a class, and the class is the documented one."""

from __future__ import annotations

import re

import pytest

from gateway.provider import ErrorClass
from providers.meta_cloud.errors import CODES, RANGES, classify, failed

EXPECTED: dict[str, str] = {
    "auth": "0 3 10 190 200 299 131005",
    "rate_limited": "4 613 80007 130429 131208 132069 139102 139103",
    "pair_limited": "131056",
    "maintenance": "131057 133015 134101 2494100",
    "ambiguous": "1 2 131000 131016 133000 133004",
    "window_closed": "131047",
    "undeliverable": "130497 130403 131020 131021 131026 131030 131041",
    "opted_out": "131050",
    "ecosystem_limited": "130472 131049",
    "account": "368 131031 131037 131045 131048 131064 133005 133006 133008 133009 133010 133016 "
    "136024 139200",
    "payment": "131042 131044 134011",
    "template": "132000 132001 132005 132007 132008 132012 132015 132016 132018 134102 2388019 2388039 "
    "2388040 2388047 2388072 2388073 2388293 2388299 2388318 2388330",
    "media": "131052 131053",
    "invalid": "33 100 131008 131009 131051 131055 131059 131062 131063 131201 131215 132068 134100 "
    "135000 138000 138018 139000 139004 139100 139101 147001 147005 2593107 2593109",
    "identity_changed": "137000",
    "unknown": "131060 999999 -1",
}
PAIRS = [(int(code), kind) for kind, codes in EXPECTED.items() for code in codes.split()]


@pytest.mark.parametrize(("code", "kind"), PAIRS, ids=str)
def test_each_code_has_its_class(code: int, kind: ErrorClass) -> None:
    """The class decides what happens; the hint tells a person."""
    rule = classify(code, 401 if code == 0 else 400)
    assert rule.kind == kind
    assert re.search(r"\w", rule.hint)


def test_the_whole_table_is_tested() -> None:
    """A code cannot be added to the table without a case here."""
    assert set(CODES) <= {code for code, _ in PAIRS}
    assert all(any(first <= code <= last for code, _ in PAIRS) for first, last, _ in RANGES)


@pytest.mark.parametrize(
    ("http", "kind"),
    [(500, "ambiguous"), (401, "auth"), (403, "auth"), (429, "rate_limited"), (404, "unknown")],
)
def test_a_code_that_we_do_not_know_goes_by_its_http_status(http: int, kind: str) -> None:
    """The status stands in for the code."""
    assert classify(999_999, http).kind == kind


def test_a_failed_status_is_never_in_doubt() -> None:
    """What is said to have failed was not sent."""
    assert failed(131000) == "unavailable"
    assert failed(131026) == "undeliverable"
