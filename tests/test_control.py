"""The control socket: who may ask, what is answered, where it lies."""

from __future__ import annotations

import asyncio
import json
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway import control
from gateway.control import ControlError, ControlServer, NobodyThere, call
from gateway.errors import GatewayError


async def _echo(args: dict[str, Any]) -> dict[str, Any]:
    return {"said": args}


async def _refuse(args: dict[str, Any]) -> dict[str, Any]:
    raise GatewayError("not on a Sunday")


async def _break(args: dict[str, Any]) -> dict[str, Any]:
    raise ZeroDivisionError("a secret detail")


HANDLERS = {"echo": _echo, "refuse": _refuse, "break": _break}


@pytest.fixture
async def path(tmp_path: Path) -> AsyncIterator[Path]:
    """The socket of a server that is listening."""
    server = ControlServer(tmp_path / "gateway.db.sock", HANDLERS)
    await server.start()
    yield tmp_path / "gateway.db.sock"
    await server.stop()


async def _raw(path: Path, request: bytes) -> dict[str, Any]:
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(request)
    line = await reader.readline()
    writer.close()
    answer: dict[str, Any] = json.loads(line)
    return answer


async def test_a_command_is_carried_out_by_the_owner(path: Path) -> None:
    """The arguments arrive as they were, and the result comes back."""
    assert await call(path, "echo", {"name": "Zoë\nLtd"}) == {"said": {"name": "Zoë\nLtd"}}


async def test_a_refusal_comes_back_as_its_sentence(path: Path) -> None:
    """A GatewayError of the owner is raised again with the same words."""
    with pytest.raises(ControlError, match=r"^not on a Sunday$"):
        await call(path, "refuse", {})


async def test_a_bug_tells_its_type_and_not_its_text(path: Path) -> None:
    """What an unexpected error says may be private: it goes to the log, the caller gets the type."""
    with pytest.raises(ControlError, match=r"break failed .* \(ZeroDivisionError\); see its log") as caught:
        await call(path, "break", {})

    assert "secret" not in str(caught.value)
    assert await call(path, "echo", {}) == {"said": {}}


async def test_an_unknown_command_says_what_to_do(path: Path) -> None:
    """A newer command line meets an older gateway."""
    with pytest.raises(ControlError, match=r"does not know 'key\.rotate'; restart it"):
        await call(path, "key.rotate", {})


@pytest.mark.parametrize(
    "request_",
    [
        b"\n",
        b"hello\n",
        b"[]\n",
        b'{"command": 7}\n',
        b'{"command": "echo", "args": []}\n',
        b"\xff\xfe\n",
        b"[" * 60_000 + b"\n",
        b'{"command": "' + b"x" * control.REQUEST_LIMIT + b'"}\n',
    ],
    ids=["empty", "text", "list", "number", "bad args", "no UTF-8", "deep", "too long"],
)
async def test_nonsense_is_answered_and_hurts_nobody(path: Path, request_: bytes) -> None:
    """Whatever arrives, the answer is an error and the next request is served."""
    assert (await _raw(path, request_))["error"].startswith("not a request")
    assert await call(path, "echo", {}) == {"said": {}}


async def test_a_client_that_leaves_early_is_forgotten(path: Path) -> None:
    """Connecting and going away without a word leaves the server working."""
    _, writer = await asyncio.open_unix_connection(str(path))
    writer.close()
    await writer.wait_closed()

    assert await call(path, "echo", {}) == {"said": {}}


async def test_a_silent_client_is_told_to_go(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection without a request ends after a while instead of staying open."""
    monkeypatch.setattr(control, "REQUEST_TIMEOUT", 0.01)

    assert "no request came" in (await _raw(path, b""))["error"]


async def test_a_request_that_is_too_large_is_not_sent(path: Path) -> None:
    """The caller is told before anything is written."""
    with pytest.raises(ControlError, match="larger than"):
        await call(path, "echo", {"x": "y" * control.REQUEST_LIMIT})


async def test_only_the_user_may_use_the_socket(path: Path) -> None:
    """The socket's mode is 0600 from the moment on which it accepts."""
    assert _mode(path) == 0o600


async def test_nobody_listens_where_no_server_is(tmp_path: Path) -> None:
    """No socket, and a socket that a dead gateway left, both mean that nobody is there."""
    with pytest.raises(NobodyThere):
        await call(tmp_path / "none.sock", "echo", {})
    with pytest.raises(NobodyThere):
        await call(_abandoned(tmp_path / "old.sock"), "echo", {})


async def test_a_stale_socket_is_replaced(tmp_path: Path) -> None:
    """After a crash the next owner listens at the same place."""
    path = _abandoned(tmp_path / "gateway.db.sock")
    server = ControlServer(path, HANDLERS)
    await server.start()

    assert await call(path, "echo", {}) == {"said": {}}

    await server.stop()
    assert not path.exists()


async def test_a_file_in_the_way_is_kept(tmp_path: Path) -> None:
    """What is no socket is never deleted."""
    path = tmp_path / "gateway.db.sock"
    path.write_text("precious")

    with pytest.raises(ControlError, match="is in the way"):
        await ControlServer(path, HANDLERS).start()

    assert path.read_text() == "precious"


async def test_a_path_longer_than_a_socket_address_works(tmp_path: Path) -> None:
    """108 bytes are all that the kernel takes; directories are often deeper."""
    path = tmp_path / ("d" * 120) / ("e" * 120) / "gateway.db.sock"
    path.parent.mkdir(parents=True)
    server = ControlServer(path, HANDLERS)
    await server.start()

    assert path.is_socket()
    assert _mode(path) == 0o600
    assert await call(path, "echo", {"far": True}) == {"said": {"far": True}}

    await server.stop()
    assert not path.exists()


async def test_stopping_twice_is_harmless(tmp_path: Path) -> None:
    """A shutdown that is asked for twice does not fail."""
    server = ControlServer(tmp_path / "s.sock", HANDLERS)
    await server.start()
    await server.stop()
    await server.stop()


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _abandoned(path: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(path))
        sock.listen()
    return path
