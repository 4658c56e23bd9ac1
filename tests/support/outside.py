"""Who signs certificates: nobody whom a test asks, but those whom pip and the benchmarks' peers ask.

To read all who sign takes each command that a test runs a tenth of its start.
"""

from __future__ import annotations

import os
from pathlib import Path

NOBODY = {"SSL_CERT_FILE": str(Path(__file__).with_name("nobody.pem")), "SSL_CERT_DIR": os.devnull}
_KEPT = "GATEWAY_TESTS_"


def shut() -> None:
    """From now on this process, and what it starts, knows one certificate, which nobody uses."""
    for name in NOBODY:
        os.environ.setdefault(_KEPT + name, os.environ.get(name, ""))
    os.environ |= NOBODY


def outside() -> dict[str, str]:
    """The environment as it was before."""
    found = {name: value for name, value in os.environ.items() if name not in NOBODY}
    kept = {name: os.environ.get(_KEPT + name, "") for name in NOBODY}
    return found | {name: value for name, value in kept.items() if value}
