"""Logs: JSON lines that hold no text, number or secret, and cannot be flooded or forged."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from gateway.errors import SettingsError
from gateway.observe import configure_logging, contact_hash, get_logger
from gateway.observe.logs import RateLimit
from tests.support.logs import logged

PHONE = "+34600111222"
TEXT = "my secret diagnosis"
TOKEN = "EAAGtoken123"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Every line that the gateway and its libraries log."""
    with logged() as out:
        yield out


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_the_agreed_fields(stream: io.StringIO) -> None:
    """Time, level, event and source come first, then what the caller named."""
    get_logger("gateway.send").info("send.outcome", outcome="accepted", attempt=2, duration_ms=1.5)
    (line,) = lines(stream)
    assert list(line)[:3] == ["ts", "level", "event"]
    assert line["ts"].endswith("Z")
    del line["ts"]
    assert line == {
        "level": "info",
        "event": "send.outcome",
        "source": "gateway.send",
        "outcome": "accepted",
        "attempt": 2,
        "duration_ms": 1.5,
    }


def test_planted_values_never_appear(stream: io.StringIO) -> None:
    """A text, a number and a token, wherever a careless caller puts them, are not in the output."""
    log = get_logger("t")
    log.info(
        "a", text=TEXT, body=TEXT, to=PHONE, phone=PHONE, token=TOKEN, access_token=TOKEN, app_secret=TOKEN
    )
    log.info("b", nested={"content": TEXT, "deep": [{"password": TOKEN}, f"call {PHONE} or +34 600-111-222"]})
    log.info(f"called {PHONE}", hint="wamid.HBgLMzQ2MDAxMTEyMjIVAgARGBI", error=ValueError(TEXT))
    try:
        raise ValueError(TEXT) from KeyError(TOKEN)
    except ValueError:
        log.exception("c", outcome="lost")
    logging.getLogger("lib").error("failed: %s", ValueError(TEXT))
    logging.getLogger("lib2").error("lost\nfuture: <Task exception=%r>", ValueError(TEXT))
    out = stream.getvalue()
    assert len(lines(stream)) == 6
    for planted in (TEXT, PHONE[1:], TOKEN, "600-111-222", "HBgLMzQ2"):
        assert planted not in out


def test_ids_and_times_stay_readable(stream: io.StringIO) -> None:
    """Our ids, days, times and hashes are not taken for phone numbers."""
    kept = {
        "event_id": "01234567-8901-7234-8567-890123456789",
        "at": "2026-11-21T02:45:56.123456",
        "day": "2026-11-21",
        "contact_h": "123456789012",
        "journal_id": 123456789012,
    }
    get_logger("t").info("x", **kept)
    (line,) = lines(stream)
    assert {name: line[name] for name in kept} == kept


def test_an_exception_is_its_type_and_places(stream: io.StringIO) -> None:
    """The trace is kept; the text is kept only when it is one of our own sentences."""
    log = get_logger("t")
    for name, error in (("theirs", ValueError(TEXT)), ("ours", SettingsError("f: x", "wrong"))):
        try:
            raise error
        except Exception:
            log.exception(name)
    theirs, ours = lines(stream)
    assert theirs["err_type"] == "ValueError"
    assert "test_an_exception_is_its_type_and_places" in theirs["trace"][-1]
    assert "err" not in theirs
    assert ours["err"] == "f: x: wrong"


@pytest.mark.parametrize(
    "value",
    [
        "a\nb\r\n{}",
        "\x1b[31mred\x9b2J",
        "\u2028\u202e",
        "\ud800",
        "x" * 10_000,
        2**70,
        float("nan"),
        b"\xff",
        object(),
    ],
)
def test_a_line_stays_one_line(stream: io.StringIO, value: object) -> None:
    """Newlines, terminal codes, broken text and odd values cannot forge, break or lose a line."""
    get_logger("t").info("x", value=value, after="here")
    logging.getLogger("lib").info("%s", value)
    out = stream.getvalue()
    assert out.count("\n") == len(out.splitlines()) == 2
    assert not any(char in out for char in "\x1b\x9b\u2028\u202e\r")
    assert len(out) < 2_000
    assert lines(stream)[0]["after"] == "here"


def test_errors_of_one_name_are_limited(stream: io.StringIO) -> None:
    """A storm of one error writes one line; other errors and other levels are not held back."""
    log = get_logger("t")
    for _ in range(50):
        log.error("store.away")
        log.info("turn.done")
    log.error("other.error")
    names = [line["event"] for line in lines(stream)]
    assert (names.count("store.away"), names.count("turn.done"), names.count("other.error")) == (1, 50, 1)


def test_suppressed_lines_are_counted() -> None:
    """The first line after a storm says how many were dropped."""
    now = 0.0
    limit = RateLimit(lambda: now)

    def pass_(name: str) -> Any:
        return limit(None, "error", {"event": name, "level": "error"})

    assert "suppressed" not in pass_("a")
    for _ in range(7):
        with pytest.raises(structlog.DropEvent):
            pass_("a")
    now = 1.5
    assert pass_("a")["suppressed"] == 7
    now = 3.0
    assert "suppressed" not in pass_("a")


def test_one_plugins_storm_hides_no_other_plugin() -> None:
    """Each plugin has its own line a second."""
    limit = RateLimit(lambda: 0.0)
    for plugin in ("loud", "quiet"):
        limit(None, "error", {"event": "plugin.failed", "level": "error", "plugin": plugin})
    with pytest.raises(structlog.DropEvent):
        limit(None, "error", {"event": "plugin.failed", "level": "error", "plugin": "loud"})


def test_the_rate_limit_forgets_names_in_the_end() -> None:
    """Names that should be constants, and are not, cannot fill the memory."""
    limit = RateLimit(lambda: 0.0, most=10)
    for index in range(1000):
        limit(None, "error", {"event": str(index), "level": "error"})
    assert len(limit._seen) <= 10


def test_levels_below_are_not_written(stream: io.StringIO) -> None:
    """The level given at the start counts for structlog and for logging."""
    configure_logging("warning", stream)
    get_logger("t").info("x")
    logging.getLogger("lib").info("x")
    get_logger("t").warning("y")
    logging.getLogger("lib").warning("y")
    assert [line["event"] for line in lines(stream)] == ["y", "log"]


def test_a_closed_stream_hurts_nobody(stream: io.StringIO) -> None:
    """A log that cannot be written is lost; the caller goes on."""
    stream.close()
    get_logger("t").info("x")
    logging.getLogger("lib").warning("y")


def test_contact_hash_is_stable_and_secret() -> None:
    """One contact has one hash under one secret; another secret gives another."""
    first = contact_hash("s1", PHONE)
    assert first == contact_hash("s1", PHONE)
    assert len({first, contact_hash("s2", PHONE), contact_hash("s1", PHONE + "3")}) == 3
    assert len(first) == 12
