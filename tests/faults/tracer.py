"""strace, which kills the gateway at the k-th call of a kind."""

from __future__ import annotations

import shutil
import subprocess

_INSTALL = "strace is needed to crash the gateway at chosen system calls: apt-get install -y strace"


def find_strace() -> str:
    """The path of strace, installed by apt when it is missing and we may. Raises `RuntimeError`."""
    if found := shutil.which("strace"):
        return found
    if apt := shutil.which("apt-get"):
        for command in ([apt, "update"], [apt, "install", "-y", "strace"]):
            subprocess.run(command, capture_output=True, check=False, timeout=300)
    if found := shutil.which("strace"):
        return found
    raise RuntimeError(_INSTALL)


def crash_at(call: str, count: int) -> list[str]:
    """The command prefix that sends SIGKILL at the *count*-th *call* of any thread.

    ``-D`` keeps the traced process our own child, so that its end is ours to see. ``--seccomp-bpf``
    would be faster, but strace 6.1 injects nothing with it.
    """
    return [
        find_strace(),
        *("-f", "-D", "-qq", "-o", "/dev/null"),
        *("-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={count}"),
    ]
