"""The error table against one written from the reference: each code, its retry column, its class."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from gateway.pipeline.retry import decide
from gateway.provider import RETRYABLE, HttpAnswer, ProviderError
from providers.meta_cloud.errors import CODES, RANGES, classify, failed
from providers.meta_cloud.refusal import read_error

#: wire.md §2.11, by hand: code or first-last code, HTTP status ("-": none is given), retry column (B: back
#: off and retry, A: ambiguous, N: do not retry), and the class that follows for us.
REFERENCE = """
0              401 N auth
1              400 A ambiguous
2              503 A ambiguous
3              500 N permission
4              400 B rate_limited
10             403 N permission
33             400 N invalid
100            400 N invalid
190            401 N auth
200-299        403 N permission
368            403 N account
613            400 B unavailable
80007          400 B rate_limited
130403         -   N undeliverable
130429         400 B rate_limited
130472         400 N ecosystem_limited
130497         403 N undeliverable
131000         500 A ambiguous
131005         403 N permission
131008         400 N invalid
131009         400 N invalid
131016         500 A ambiguous
131020         -   N undeliverable
131021         400 N undeliverable
131026         400 N undeliverable
131030         -   N undeliverable
131031         403 N account
131037         400 N account
131041         -   N undeliverable
131042         400 N payment
131044         -   N payment
131045         500 N account
131047         400 N window_closed
131048         400 N account
131049         400 N ecosystem_limited
131050         400 N marketing_opted_out
131051         400 N invalid
131052         400 N media
131053         400 N media
131055         400 N invalid
131056         400 B pair_limited
131057         500 B maintenance
131059         -   N invalid
131060         -   N unknown
131062         400 N invalid
131063         400 N template
131064         400 N template
131201-131207  -   N invalid
131208         -   B unavailable
131209-131215  -   N invalid
132000         400 N template
132001         404 N template
132005         400 N template
132007         400 N template
132008         -   N template
132012         400 N template
132015         400 N template
132016         400 N template
132018         400 N template
132068         400 N invalid
132069         400 B maintenance
133000         500 A ambiguous
133004         503 A ambiguous
133005         400 N invalid
133006         400 N account
133008         400 N invalid
133009         400 N invalid
133010         400 N account
133015         400 B maintenance
133016         400 N invalid
134011         400 N payment
134100         400 N invalid
134101         400 B maintenance
134102         500 N template
135000         400 N invalid
136024         -   N invalid
137000         400 N identity_changed
138000-138018  -   N invalid
139000-139004  -   N invalid
139100         400 N invalid
139101         400 N invalid
139102         400 B unavailable
139103         400 B unavailable
139200         -   N template
147001-147005  -   N invalid
2388019        400 N template
2388039-2388040 400 N template
2388047        400 N template
2388072-2388073 400 N template
2388293        400 N template
2388299        400 N template
2388318        -   N template
2388330        -   N template
2494100        -   B maintenance
2593107-2593109 400 N invalid
"""


def rows() -> list[tuple[int, int, str, str]]:
    """(code, HTTP status, retry column, class) of each code; ranges spelt out."""
    found = []
    for line in REFERENCE.strip().splitlines():
        codes, http, retry, kind = line.split()
        first, _, last = codes.partition("-")
        status = 400 if http == "-" else int(http)
        found += [(code, status, retry, kind) for code in range(int(first), int(last or first) + 1)]
    return found


ROWS = rows()


def answered(status: int, **error: Any) -> ProviderError:
    """What an answer with this Graph error amounts to."""
    body = json.dumps({"error": error}).encode()
    return read_error(HttpAnswer(status, {}, body))


@pytest.mark.parametrize(("code", "http", "retry", "kind"), ROWS, ids=[str(row[0]) for row in ROWS])
def test_each_code_of_the_reference(code: int, http: int, retry: str, kind: str) -> None:
    """In an answer, a code has its class, is retried as the reference says, and has a hint for a person."""
    error = answered(http, code=code, message="m")

    # An unusable token is renewed and the same request made then; that is no back-off.
    renewed = kind in ("auth", "permission")
    verdict = {"B": "retry", "A": "doubt", "N": "retry" if renewed else "dead"}[retry]
    assert (error.kind, error.code, error.http) == (kind, code, http)
    assert error.retryable is (retry == "B")
    assert (error.kind == "ambiguous") is (retry == "A")
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
        *((code, "channel") for code in (190, 368, 131031, 131037, 131045, 131048, 133006, 133010)),
        *((code, "number") for code in (4, 80007, 130429)),
        *((code, "") for code in (131056, 131049, 131063, 131064, 139200, 132069, 131208, 133005, 133016)),
    ],
)
def test_what_concerns_the_whole_number_stops_it_and_nothing_else_does(code: int, brake: str) -> None:
    """A spam limit pauses the channel; wrong template categories, Direct Send or a flow's limit do not."""
    assert decide(answered(400, code=code), 1, 0.5).brake == brake


@pytest.mark.parametrize(
    ("http", "kind"),
    [(500, "ambiguous"), (401, "auth"), (403, "permission"), (429, "rate_limited"), (404, "unknown")],
)
def test_a_code_that_we_do_not_know_goes_by_its_http_status(http: int, kind: str) -> None:
    """The status stands in for the code, and the code is kept."""
    assert classify(999_999, http).kind == kind
    error = answered(http, code=999_999, error_subcode=33)
    assert (error.kind, error.code, error.subcode) == (kind, 999_999, 33)


@pytest.mark.parametrize("http", [400, 401, 403, 404, 408, 418, 429, 500, 502, 503, 504])
def test_a_refusal_without_a_graph_error_goes_by_its_http_status(http: int) -> None:
    """A proxy's page, an empty body: the status is all there is, and a 5xx may have been sent."""
    kinds = {401: "auth", 403: "permission", 408: "ambiguous", 429: "rate_limited"}
    expected = "ambiguous" if http >= 500 else kinds.get(http, "invalid")
    for body in (b"", b"<html>", b"[]", b'{"error": "no"}', b'{"error": {"code": null}}'):
        error = read_error(HttpAnswer(http, {}, body))
        assert (error.kind, error.code, error.http) == (expected, 0, http), body


def test_what_meta_says_is_kept() -> None:
    """Code, subcode, message and details, whether `error_data` is an object, a text or something else."""
    full = {"code": 131056, "message": "(#131056) pair rate limit hit", "error_subcode": 2494055}
    for data, details in [
        ({"messaging_product": "whatsapp", "details": "Too many."}, "Too many."),
        ("Too many.", "Too many."),
        ({"details": 7}, "shown to a person"),
        (["?"], "shown to a person"),
        (None, "shown to a person"),
    ]:
        error = answered(400, **full, error_data=data, error_user_msg="shown to a person")
        assert (error.kind, error.code, error.subcode) == ("pair_limited", 131056, 2494055)
        assert (error.title, error.details) == ("(#131056) pair rate limit hit", details)
    assert answered(400, code="131056", message=5, error_subcode="x").code == 131056


def test_transient_means_not_sent() -> None:
    """`is_transient` makes an error retryable, unless its class has a reason of its own not to repeat."""
    for code, kind in [
        (131000, "unavailable"),
        (131053, "unavailable"),
        (999_999, "unavailable"),
        (132001, "unavailable"),
        (131056, "pair_limited"),
        (131047, "window_closed"),
        (131049, "ecosystem_limited"),
        (131050, "marketing_opted_out"),
        (190, "auth"),
        (368, "account"),
    ]:
        error = answered(400, code=code, is_transient=True)
        assert error.kind == kind, code
        assert error.retryable or kind not in RETRYABLE
    assert answered(500, code=131000, is_transient=False).kind == "ambiguous"
    assert answered(500, code=131000, is_transient="no").kind == "ambiguous"


def test_a_failed_status_is_never_in_doubt() -> None:
    """What is said to have failed was not sent."""
    assert failed(131000) == "unavailable"
    assert failed(131026) == "undeliverable"
