"""Who hides our ``plugins`` and ``providers``: they are namespace packages, open to other distributions."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

NAMESPACES = ("plugins", "providers")


def namespace_culprit(path: Sequence[str] | None = None) -> str | None:
    """The sentence that names the file which makes one of the namespaces a regular package or module.

    Python prefers a regular package anywhere on `sys.path` (*path*) to every namespace folder, so one
    such file hides all of them, ours included. None when nothing is in the way.
    """
    for entry in sys.path if path is None else path:
        for name in NAMESPACES:
            for file in (Path(entry or ".") / name / "__init__.py", Path(entry or ".") / f"{name}.py"):
                if file.is_file():
                    return (
                        f"{file} hides the namespace '{name}', so that plugins and providers installed there "
                        f"cannot be imported; rename or remove it, or uninstall the package that brought it"
                    )
    return None
