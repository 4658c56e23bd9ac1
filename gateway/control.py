"""The door to a gateway that is running: commands over a unix socket beside its SQLite file.

A SQLite file has one owner. A command that finds the file owned asks the owner to act, here. The
socket is ours alone (mode 0600, and the peer's user id is checked), one request per connection, one
line of JSON each way::

    -> {"command": "key.create", "args": {"tenant": "duka"}}
    <- {"result": {"id": "…"}}      or      {"error": "a sentence for the person at the terminal"}
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import stat
import struct
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

from gateway.errors import GatewayError

#: Bytes of one request and of one answer; longer ones are refused.
REQUEST_LIMIT = 8 * 1024 * 1024
ANSWER_LIMIT = 16 * 1024 * 1024
#: Seconds that a connected client may take to say what it wants.
REQUEST_TIMEOUT = 10.0
#: What fits into sockaddr_un on every system (108 on Linux, 104 on BSD, with the closing NUL).
PATH_LIMIT = 100

Handler = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]

log = structlog.get_logger(__name__)


class ControlError(GatewayError):
    """The running gateway refused a command or could not be talked to; says why."""


class NobodyThere(ControlError):
    """No gateway answers at this socket."""


class ControlServer:
    """Serves *handlers* (command name to coroutine function) at the socket *path* until stopped.

    Start it only while holding the database's lock: what lies at *path* then is stale and replaced.
    """

    def __init__(self, path: Path, handlers: Mapping[str, Handler]) -> None:
        self._path, self._handlers = path, handlers
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen. Raises `ControlError` when something that is no socket lies in the way."""
        _remove_stale(self._path)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with _short(self._path) as address:
                sock.bind(address)
                # Nobody can connect before listen(), so the mode is in force for the first client.
                os.chmod(self._path, 0o600)
                self._server = await asyncio.start_unix_server(self._serve, sock=sock, limit=REQUEST_LIMIT)
        except OSError as error:
            sock.close()
            raise ControlError(f"cannot listen at {self._path}: {error.strerror or error}") from error

    async def stop(self) -> None:
        """Stop listening and remove the socket. Safe to call twice."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if _may_ask(writer.get_extra_info("socket")):
                answer = await self._answer(reader)
            else:
                answer = {"error": "this socket answers the user that runs the gateway only"}
            writer.write(_line(answer))
            await writer.drain()
        except OSError:
            pass  # The client went away; what it asked for has been done.
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> dict[str, Any]:
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT):
                line = await reader.readline()
            command, args = _request(line)
        except TimeoutError:
            return {"error": f"no request came within {REQUEST_TIMEOUT:g} s"}
        except (ValueError, RecursionError) as error:
            return {"error": f"not a request: {error}"}
        handler = self._handlers.get(command)
        if handler is None:
            return {"error": f"the running gateway does not know {command!r}; restart it after an upgrade"}
        try:
            return {"result": await handler(args)}
        except GatewayError as error:
            return {"error": str(error)}
        except Exception as error:
            log.exception("control_failed", command=command)
            return {"error": f"{command} failed inside the gateway ({type(error).__name__}); see its log"}


async def call(path: Path, command: str, args: Mapping[str, Any], *, timeout: float = 60.0) -> dict[str, Any]:
    """Ask the gateway at the socket *path* to do *command*, and return its result.

    Raises `NobodyThere` when nothing listens, `ControlError` with the gateway's sentence when it refuses
    or does not answer within *timeout* seconds.
    """
    request = _line({"command": command, "args": dict(args)})
    if len(request) > REQUEST_LIMIT:
        raise ControlError(f"{command}: the request is larger than {REQUEST_LIMIT} bytes")
    reader, writer = await _connect(path)
    try:
        async with asyncio.timeout(timeout):
            writer.write(request)
            await writer.drain()
            line = await reader.readline()
    except TimeoutError:
        raise ControlError(f"{command}: the running gateway did not answer within {timeout:g} s") from None
    except (OSError, ValueError) as error:
        raise ControlError(f"{command}: the running gateway's answer cannot be read: {error}") from error
    finally:
        writer.close()
    return _result(command, line)


async def _connect(path: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _short(path) as address:
            sock.connect(address)
        return await asyncio.open_unix_connection(sock=sock, limit=ANSWER_LIMIT)
    except (FileNotFoundError, ConnectionRefusedError) as error:
        sock.close()
        raise NobodyThere(f"no gateway answers at {path}") from error
    except OSError as error:
        sock.close()
        raise ControlError(f"cannot connect to {path}: {error.strerror or error}") from error


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """*path*, or a shorter name of the same place when it does not fit into a socket address."""
    if len(os.fsencode(path)) <= PATH_LIMIT or sys.platform != "linux":
        yield str(path)
        return
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)


def _remove_stale(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise ControlError(f"{path} is in the way: the gateway needs this name for its control socket")
    path.unlink()


def _may_ask(sock: socket.socket) -> bool:
    """Whether the peer runs as our user or as root. Elsewhere than on Linux the file's mode decides."""
    if sys.platform != "linux":
        return True
    credentials = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, uid, _ = struct.unpack("3i", credentials)
    return uid in (0, os.geteuid())


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _request(line: bytes) -> tuple[str, dict[str, Any]]:
    """The command and its arguments. Raises ValueError with what is wrong."""
    value = json.loads(line)
    if not isinstance(value, dict):
        raise ValueError("expected an object")
    command, args = value.get("command"), value.get("args", {})
    if not isinstance(command, str) or not isinstance(args, dict):
        raise ValueError('expected {"command": text, "args": object}')
    return command, args


def _result(command: str, line: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(line)
        if "error" in answer:
            raise ControlError(str(answer["error"]))
        result: dict[str, Any] = answer["result"]
    except (ValueError, KeyError, TypeError) as error:
        problem = "the running gateway closed the connection without an answer"
        raise ControlError(f"{command}: {problem}") from error
    return result
