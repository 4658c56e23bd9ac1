"""The error table against one written from the reference: each code, its retry column, its class."""

from __future__ import annotations

import json
import re

import pytest

from gateway.pipeline.retry import decide
from gateway.provider import RETRYABLE, HttpAnswer, ProviderError
from providers.twilio.answers import read_error
from providers.twilio.errors import CODES, RANGES, classify, failed
from tests.providers.twilio.conftest import FOLDER

#: wire.md §4.7 and §5.4, by hand: code or first-last code, retry column (B: back off and retry, A: ambiguous,
#: N: do not retry), and the class that follows for us.
REFERENCE = """
11200          N invalid
12300          N invalid
20001          N invalid
20003          N auth
20404          N invalid
20429          B rate_limited
21211          N undeliverable
21212          N account
21408          N undeliverable
21601          N undeliverable
21602          N invalid
21603          N account
21606          N account
21610          N opted_out
21612          N undeliverable
21614          N undeliverable
21617          N invalid
21620          N media
21623          N media
21654          N template
21655-21656    N template
21703          N account
21910          N invalid
30001          B unavailable
30002          N payment
30003-30007    N undeliverable
30008-30009    B unavailable
30010          N invalid
63001          N auth
63002          N account
63003          N undeliverable
63005-63006    N invalid
63007-63008    N account
63009-63012    A ambiguous
63013          N template
63014-63015    N undeliverable
63016          N window_closed
63017-63018    B rate_limited
63019          N media
63020          N account
63021          N media
63022          N account
63023          A ambiguous
63024          N undeliverable
63025          N media
63026          N account
63027-63029    N template
63030          N invalid
63031          N undeliverable
63032          N ecosystem_limited
63033          N opted_out
63034          N media
63035          N invalid
63036          N undeliverable
63037          N media
63038          B rate_limited
63040-63042    N template
63043-63048    N unknown
63049          N ecosystem_limited
63050          N marketing_opted_out
63051          N account
63058          N undeliverable
63100-63111    N invalid
63112          N account
63113-63199    N invalid
"""


def rows() -> list[tuple[int, str, str]]:
    """(code, retry column, class) of each code; ranges spelt out."""
    found = []
    for line in REFERENCE.strip().splitlines():
        codes, retry, kind = line.split()
        first, _, last = codes.partition("-")
        found += [(code, retry, kind) for code in range(int(first), int(last or first) + 1)]
    return found


ROWS = rows()


def answered(status: int, code: int) -> ProviderError:
    """What an answer with this code amounts to."""
    body = json.dumps({"code": code, "message": "m", "status": status}).encode()
    return read_error(HttpAnswer(status, {}, body))


@pytest.mark.parametrize(("code", "retry", "kind"), ROWS, ids=[str(row[0]) for row in ROWS])
def test_each_code_of_the_reference(code: int, retry: str, kind: str) -> None:
    """In an answer, a code has its class, is retried as the reference says, and has a hint for a person."""
    error = answered(400, code)

    verdict = {"B": "retry", "A": "doubt", "N": "retry" if kind == "auth" else "dead"}[retry]
    assert (error.kind, error.code) == (kind, code)
    assert error.retryable is (retry == "B")
    assert decide(error, 1, 0.5).verdict == verdict
    assert re.search(r"\w{3}", error.hint)


def test_the_table_holds_nothing_that_the_reference_does_not() -> None:
    """A code cannot be added to the table without a row here."""
    known = {code for code, *_ in ROWS}
    assert set(CODES) <= known
    assert all(any(first <= code <= last for code in known) for first, last, _ in RANGES)


@pytest.mark.parametrize(
    ("code", "brake"),
    [
        *((code, "channel") for code in (20003, 63001, 21212, 63007, 63026, 63051)),
        *((code, "number") for code in (20429, 63017, 63018, 63038)),
        *((code, "") for code in (21408, 63058, 63003, 63016, 63041, 30001, 63009)),
    ],
)
def test_what_concerns_the_whole_number_stops_it_and_nothing_else_does(code: int, brake: str) -> None:
    """A sender that is locked pauses the channel; one country or one template does not."""
    assert decide(answered(400, code), 1, 0.5).brake == brake


@pytest.mark.parametrize(
    ("http", "kind"),
    [
        (500, "ambiguous"), (503, "ambiguous"), (401, "auth"), (403, "permission"), (408, "ambiguous"),
        (429, "rate_limited"), (404, "unknown"),
    ],
)  # fmt: skip
def test_a_code_that_we_do_not_know_goes_by_its_http_status(http: int, kind: str) -> None:
    """The status stands in for the code."""
    assert classify(99_999, http).kind == kind
    assert classify(0, http).kind == ("invalid" if http == 404 else kind)


def test_what_was_doubtful_in_an_answer_is_not_so_in_a_status() -> None:
    """A status is the end of the matter."""
    assert failed(63009) == failed(63023) == "unavailable"
    assert failed(99_999) == "unknown"
    assert "unavailable" in RETRYABLE
    for code in CODES:
        assert failed(code) != "ambiguous"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("20003", "auth"),
        ("20429", "rate_limited"),
        ("21211", "undeliverable"),
        ("21617", "invalid"),
        ("63007", "account"),
    ],
)
def test_the_sample_refusals(name: str, kind: str) -> None:
    """Each is read as Twilio writes it."""
    body = (FOLDER / f"response_error_{name}.json").read_bytes()
    error = read_error(HttpAnswer(json.loads(body)["status"], {}, body))
    assert (error.kind, error.code, error.title) == (kind, int(name), json.loads(body)["message"])


def test_a_day_is_waited_for_where_a_day_helps() -> None:
    """Daily limits and marketing caps."""
    assert answered(400, 63049).retry_after == 86_400
    assert answered(429, 63038).retry_after == 3600
    assert answered(429, 20429).retry_after is None
