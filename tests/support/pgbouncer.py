"""A real pgbouncer in transaction mode, in front of a test's PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from socket import create_connection
from urllib.parse import parse_qs, urlsplit, urlunsplit

from gateway.demo.ports import free_port
from tests.support.postgres import PASSWORD, ROLES, Urls

_CONFIG = """\
[databases]
* = {where}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 500
query_wait_timeout = 20
logfile = {folder}/pgbouncer.log
pidfile = {folder}/pgbouncer.pid
"""
#: Debian keeps it where only root looks.
_PLACES = "/usr/sbin:/usr/local/sbin"


@contextmanager
def pgbouncer(urls: Urls, size: int = 6) -> Iterator[Urls]:
    """*urls* through a pooler of its own, at most *size* sessions for each role and database. It makes no
    exception for any client: what pgbouncer refuses as it is installed is refused here too."""
    folder = Path(tempfile.mkdtemp(prefix="gateway-pooler-"))
    host, server = _server(urls.url)
    port = free_port()
    (folder / "users.txt").write_text("".join(f'"{role}" "{PASSWORD}"\n' for role in ROLES))
    (folder / "pgbouncer.ini").write_text(
        _CONFIG.format(where=f"host={host} port={server}", port=port, folder=folder, size=size)
    )
    process = _started(folder, _owner(host))
    try:
        _wait(port, process, folder)
        yield Urls(*(_through(url, port) for url in (urls.url, urls.migrate_url, urls.worker_url)))
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _owner(host: str) -> str:
    """Who may reach the server's socket: pgbouncer refuses to run as root."""
    return pwd.getpwuid(Path(host).stat().st_uid).pw_name if host.startswith("/") else "nobody"


def _started(folder: Path, user: str) -> subprocess.Popen[bytes]:
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:{_PLACES}")
    assert program, "there is no pgbouncer: run `make pooler`, or install the package pgbouncer"
    command = [program, "-q", str(folder / "pgbouncer.ini")]
    if os.getuid() == 0:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, user)
        command[1:1] = ["-u", user]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _wait(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 10
    while True:
        try:
            with closing(create_connection(("127.0.0.1", port), 1)):
                return
        except OSError:
            log = folder / "pgbouncer.log"
            said = log.read_text() if log.exists() else ""
            alive = process.poll() is None and time.monotonic() < until
            assert alive, f"pgbouncer does not start: {said}"
            time.sleep(0.02)


def _server(url: str) -> tuple[str, int]:
    """Where the server of *url* is: a host, or the folder of its socket, and the port."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return parts.hostname or query["host"][0], parts.port or int(query.get("port", ["5432"])[0])


def _through(url: str, port: int) -> str:
    parts = urlsplit(url)
    user = parts.netloc.rpartition("@")[0]
    return urlunsplit(parts._replace(netloc=f"{user}@127.0.0.1:{port}", query=""))
