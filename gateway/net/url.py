"""What of a URL can be refused at once: when somebody saves it, and before each request."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from yarl import URL

from gateway.net.address import is_public, literal

_PORTS = {"https": 443, "http": 80}
LONGEST = 4096
#: Names that no stranger's URL may have: this machine and the network that it is in.
_LOCAL = (
    "localhost", "localhost.localdomain", "local", "localdomain", "internal", "intranet", "lan", "home.arpa",
    "corp", "private",
)  # fmt: skip


def visible_problem(url: str, *, insecure: bool = True, trusted: Collection[str] = ()) -> str:
    """Why *url* is refused, as words that follow "the link"; "" when nothing can be seen. Not *insecure*
    wants https. What a name leads to is seen only when it is connected to."""
    if not url or len(url) > LONGEST:
        return f"has no address or more than {LONGEST} characters"
    if any(char <= " " or char in "\\\x7f" for char in url):
        return "holds spaces, control characters or backslashes"
    try:
        parts, read = urlsplit(url), URL(url)
        port, host = parts.port, read.raw_host or ""
    except ValueError:
        return "cannot be read"
    if parts.scheme.lower() not in _PORTS or not parts.netloc or not host:
        return "must begin with https://"
    if "@" in parts.netloc or read.user is not None:
        return "must not name a user"
    if origin(url) in trusted:
        return ""
    if parts.scheme.lower() == "http" and not insecure:
        return "must begin with https://"
    if port is not None and port not in (80, 443):
        return f"must not name the port {port}: only 443 and 80 are used"
    return _host_problem(host)


def _host_problem(host: str) -> str:
    address = literal(host)
    if address is not None:
        return "" if is_public(address) else "does not lead to a public address"
    name = host.rstrip(".").lower()
    if "." not in name or name.rpartition(".")[2] in _LOCAL or name in _LOCAL:
        return "does not lead to a public address"
    return "does not lead to a public address" if name.endswith(".home.arpa") else ""


def origin(url: str) -> str:
    """Scheme, host and port of *url*, without the usual port, as `Download.trusted` has it; "" when it has
    none."""
    try:
        read = URL(url)
    except ValueError:
        return ""
    host = read.raw_host
    if read.scheme not in _PORTS or not host:
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"{read.scheme}://{shown}" + ("" if read.port == _PORTS[read.scheme] else f":{read.port}")
