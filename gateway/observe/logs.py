"""Logs: one JSON object a line on stderr, without message text, phone numbers or secrets.

Fields: ``ts`` (ISO 8601 UTC), ``level``, ``event`` (a dotted constant), ``source``, then what the
caller names: ids, outcomes, ``duration_ms``, ``contact_h``. `gateway.observe.redact` decides what a
field may hold. Lines of other libraries come through ``logging`` as ``event: "log"`` with a ``msg``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from gateway.errors import GatewayError
from gateway.observe.redact import MASK, clean, dropped, mask

#: Fields that the machinery sets, whose values are safe as they are.
_OWN = frozenset({"ts", "level", "event", "source", "contact_h", "lane_h", "err_type", "trace", "suppressed"})
_FRAMES = 12
_ERRORS = frozenset({"error", "critical", "exception"})
#: Libraries that say too much, or say it twice.
_QUIET = {
    "aiohttp.access": logging.ERROR,
    "aiosqlite": logging.WARNING,  # every statement with its values
    "asyncio": logging.WARNING,
    "asyncpg.pool": logging.ERROR,  # each pool, each second that the database is away; we say it ourselves
    "urllib3": logging.WARNING,
}


def get_logger(name: str) -> Any:
    """A structlog logger that stamps *name* on its lines; safe to make at import time."""
    return structlog.get_logger(name)


def contact_hash(secret: str, value: str) -> str:
    """Twelve hex digits that stand for a contact in logs: the same for the same, nobody's number."""
    return hmac.new(secret.encode(), value.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:12]


def configure_logging(level: str = "info", stream: TextIO | None = None) -> None:
    """Send structlog's and logging's lines through one chain to *stream* (stderr). Call once at the start."""
    number = logging.getLevelNamesMapping()[level.upper()]
    chain: list[Processor] = [_stamp, RateLimit(), _exception, _redact, _render]
    structlog.configure(
        processors=[structlog.processors.add_log_level, *chain],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *args: _Line(stream, args[0] if args else ""),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _Bridge)]:
        root.removeHandler(handler)
    root.addHandler(_Bridge(chain, stream))
    root.setLevel(number)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(max(number, quiet))


class RateLimit:
    """Drops error lines of an event name, and plugin, beyond one a second; the next one says how many."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, most: int = 1000) -> None:
        self._monotonic, self._most = monotonic, most
        self._seen: dict[str, tuple[float, int]] = {}

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        if event.get("level") not in _ERRORS:
            return event
        name = f"{event.get('event')} {event.get('source', '')} {event.get('plugin', '')}"
        now = self._monotonic()
        last, suppressed = self._seen.get(name, (float("-inf"), 0))
        if now - last < 1.0:
            self._seen[name] = (last, suppressed + 1)
            raise structlog.DropEvent
        if len(self._seen) >= self._most:
            self._seen.clear()  # names are constants; only a mistake makes so many
        self._seen[name] = (now, 0)
        if suppressed:
            event["suppressed"] = suppressed
        return event


class _Line:
    """Writes finished lines; a closed or broken stream loses the line, never the caller."""

    __slots__ = ("_stream", "source")

    def __init__(self, stream: TextIO | None, source: str = "") -> None:
        self._stream = stream
        self.source = source

    def msg(self, line: str) -> None:
        stream = self._stream or sys.stderr
        try:
            stream.write(line + "\n")
            stream.flush()
        except (OSError, ValueError):
            pass

    debug = info = warning = error = critical = exception = log = msg


class _Bridge(logging.Handler):
    """Lines of the standard library's logging. Errors among their arguments show as their type."""

    def __init__(self, chain: list[Processor], stream: TextIO | None) -> None:
        super().__init__()
        self._chain, self._line = chain, _Line(stream)

    def emit(self, record: logging.LogRecord) -> None:
        event: EventDict = {"level": record.levelname.lower(), "event": "log", "source": record.name}
        event["msg"] = _first_line(record)
        if record.exc_info and record.exc_info[1] is not None:
            event["exc_info"] = record.exc_info[1]
        try:
            result: Any = event
            for each in self._chain:
                result = each(None, record.levelname, result)
            self._line.msg(result)
        except structlog.DropEvent:
            pass


def _first_line(record: logging.LogRecord) -> str:
    """What the line says. Its further lines are dropped: they hold representations of values."""
    args = record.args
    if isinstance(args, tuple):
        args = tuple(type(each).__name__ if isinstance(each, BaseException) else each for each in args)
    try:
        text = str(record.msg) % args if args else str(record.msg)
    except (TypeError, ValueError, KeyError):
        text = str(record.msg)
    if isinstance(record.msg, BaseException):
        text = type(record.msg).__name__
    return text.partition("\n")[0]


def _stamp(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    if isinstance(logger, _Line) and logger.source:
        event.setdefault("source", logger.source)
    event["ts"] = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return event


def _exception(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """An exception as its type and its places. Its text stays out unless it is one of our own sentences."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["err_type"] = type(error).__name__
        if isinstance(error, GatewayError):
            event["err"] = str(error)
        frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        event["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        if error.__cause__ is not None:
            event["err_cause"] = type(error.__cause__).__name__
    return event


def _redact(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    redacted: EventDict = {"ts": event.pop("ts", ""), "level": event.pop("level", ""), "event": ""}
    redacted["event"] = mask(str(event.pop("event", "")))
    for key, value in event.items():
        if dropped(key):
            redacted[key] = MASK
        else:
            redacted[key] = value if key in _OWN else clean(value)
    return redacted


def _render(logger: WrappedLogger, method: str, event: EventDict) -> str:
    try:
        return msgspec.json.encode(event).decode()
    except (TypeError, ValueError, OverflowError, msgspec.EncodeError):
        return json.dumps(event, default=lambda value: f"<{type(value).__name__}>")
