"""Whether a file is what it was."""

from __future__ import annotations

import os
from pathlib import Path

#: When it was written (ns), its size, which file it is.
Stamp = tuple[int, int, int]


def stamp(path: Path | str) -> Stamp:
    """As long as it is the same, the file is; zeros for none."""
    try:
        status = os.stat(path)
    except OSError:
        return 0, 0, 0
    return status.st_mtime_ns, status.st_size, status.st_ino
