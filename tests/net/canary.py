"""A listener on this machine that must stay lonely, and the links that try to lead there."""

from __future__ import annotations

import asyncio


class Canary:
    """Counts connections; answers with a secret."""

    def __init__(self) -> None:
        self.connections = 0
        self.port = 0
        self._servers: list[asyncio.Server] = []

    async def start(self) -> None:
        """Listen on 127.0.0.1 and ::1, on one port."""
        first = await asyncio.start_server(self._greet, "127.0.0.1", 0)
        self.port = first.sockets[0].getsockname()[1]
        self._servers = [first, await asyncio.start_server(self._greet, "::1", self.port)]

    async def stop(self) -> None:
        """Close."""
        for server in self._servers:
            server.close()
            await server.wait_closed()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
        await writer.drain()
        writer.close()
        await writer.wait_closed()


#: Links that lead to where they must not: how each is meant, and how it is written. {port} is the canary's.
ROWS: dict[str, str] = {
    "metadata service": "http://169.254.169.254/latest/meta-data/",
    "loopback": "http://127.0.0.1:{port}/",
    "loopback, short": "http://127.1:{port}/",
    "unspecified": "http://0.0.0.0:{port}/",
    "zero": "http://0:{port}/",
    "mapped loopback": "http://[::ffff:127.0.0.1]:{port}/",
    "mapped private": "http://[::ffff:10.0.0.1]/",
    "IPv6 loopback": "http://[::1]:{port}/",
    "IPv6 unspecified": "http://[::]:{port}/",
    "decimal": "http://2130706433:{port}/",
    "hexadecimal": "http://0x7f.1:{port}/",
    "hexadecimal, whole": "http://0x7f000001:{port}/",
    "octal": "http://0177.0.0.1:{port}/",
    "localhost": "http://localhost:{port}/",
    "localhost, dot": "http://localhost.:{port}/",
    "name of loopback": "http://localtest.me:{port}/",
    "name of loopback, port 443": "https://localtest.me/",
    "name that changes": "https://rebind.example.com/",
    "full-width digits": "http://１２７.０.０.１:{port}/",
    "private 10": "http://10.0.0.1/",
    "private 172.16": "http://172.16.0.1/",
    "private 192.168": "http://192.168.0.1/",
    "shared 100.64": "http://100.64.0.1/",
    "multicast": "http://224.0.0.1/",
    "broadcast": "http://255.255.255.255/",
    "relay": "http://192.88.99.1/",
    "NAT64": "http://[64:ff9b::7f00:1]:{port}/",
    "NAT64, local": "http://[64:ff9b:1::7f00:1]/",
    "6to4": "http://[2002:7f00:1::]:{port}/",
    "IPv4-compatible": "http://[::7f00:1]:{port}/",
    "unique local": "http://[fd00::1]/",
    "link local": "http://[fe80::1]/",
    "link local, zone": "http://[fe80::1%25eth0]/",
    "port 22": "https://example.com:22/",
    "port of a service": "http://example.com:{port}/",
    "file": "file:///etc/passwd",
    "gopher": "gopher://127.0.0.1:{port}/_x",
    "ftp": "ftp://127.0.0.1:{port}/x",
    "data": "data:text/plain,secret",
    "no scheme": "//127.0.0.1:{port}/",
    "user": "http://example.com@127.0.0.1:{port}/",
    "user, hidden": "http://user:pass@example.com/",
    "backslash": "http://example.com\\@127.0.0.1:{port}/",
    "line break": "http://127.0.0.1:{port}/\r\nX-Header: 1",
    "line break, encoded host": "http://127.0.0.1%0d%0a.example.com:{port}/",
    "tab": "http://127.0.0.1\t:{port}/",
    "nothing": "",
    "no host": "http:///x",
    "intranet": "http://intranet/",
    "local name": "http://printer.local/",
}
