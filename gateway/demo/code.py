"""The plugins of a chat, loaded again when their files change; what cannot be loaded changes nothing."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from gateway.errors import PluginError
from gateway.hooks.host import Host
from gateway.stamps import Stamp, stamp

_Stamps = dict[str, Stamp]
#: What tools leave behind: no change of the plugin.
_IGNORED = frozenset({"__pycache__", ".git", ".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache"})
_IGNORED_ENDS = (".pyc", "~", ".swp", ".tmp")


class Code:
    """The plugins *names*, from *paths* and from what is installed. *more* are other files that count."""

    def __init__(self, paths: Sequence[Path], names: Sequence[str], more: Sequence[Path] = ()) -> None:
        self._paths, self._more = tuple(paths), tuple(more)
        self.names = tuple(names)
        sys.dont_write_bytecode = True  # a file saved twice in a second would leave a stale one
        self.host = self._load()
        self._stamp = self._look()

    def changed(self) -> bool:
        """Whether a file was saved since the last look; true once for each."""
        now = self._look()
        before, self._stamp = self._stamp, now
        return now != before

    def renew(self, paths: Sequence[Path], names: Sequence[str]) -> None:
        """Load everything anew: `host` is another one then. Raises `PluginError`, and all is as before."""
        before, held = (self._paths, self.names), self._let_go()
        self._paths, self.names = tuple(paths), tuple(names)
        try:
            self.host = self._load()
        except PluginError:
            self._paths, self.names = before
            self._let_go()  # half of the new code
            sys.modules.update(held)
            raise
        self._stamp = self._look()

    def _load(self) -> Host:
        host = Host.load(self._paths)
        if missing := host.missing(self.names):
            raise PluginError(missing)
        return host

    def _let_go(self) -> dict[str, ModuleType]:
        """Take the plugins' modules out, so that they are read again."""
        importlib.invalidate_caches()
        held = {name: module for name, module in sys.modules.items() if self._ours(module)}
        for name in held:
            del sys.modules[name]
        return held

    def _ours(self, module: object) -> bool:
        file = getattr(module, "__file__", None)
        return isinstance(file, str) and any(
            self.host.plugins[name].owns(os.path.abspath(file)) for name in self.names
        )

    def _look(self) -> _Stamps:
        """Which files there are, and as what."""
        return {str(path): stamp(path) for path in self._files()}

    def _files(self) -> Iterator[Path]:
        yield from self._more
        for name in self.names:
            for own in map(Path, self.host.plugins[name].files):
                if own.is_dir():
                    yield from _below(own)
                else:
                    yield own
                    for beside in own.parent.glob(f"{own.stem}_*/"):
                        yield from _below(beside)


def _below(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if each not in _IGNORED]
        yield from (Path(parent, each) for each in files if not each.endswith(_IGNORED_ENDS))
