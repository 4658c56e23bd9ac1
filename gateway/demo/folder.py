"""What `gateway chat` finds in a folder: the plugin or the provider of a package that is being written there,
installed or not."""

from __future__ import annotations

import importlib
import sys
import tomllib
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from msgspec import Struct

from gateway.errors import SettingsError


class Package(Struct, frozen=True):
    """What the package of a folder offers, by name: the folders (or files) of its plugins, and where its
    providers are ("carrier:provider"). What is installed is left out: it is found anyway. *names* are those
    of all its plugins and *stands_in* those of all its providers, installed ones too."""

    plugins: Mapping[str, Path] = {}
    providers: Mapping[str, str] = {}
    names: tuple[str, ...] = ()
    stands_in: tuple[str, ...] = ()
    #: Where its modules are: beside pyproject.toml, or in src/.
    root: Path = Path()


def package_in(folder: Path) -> Package:
    """The package whose pyproject.toml is in *folder*; an empty one when there is none."""
    file = folder / "pyproject.toml"
    if not file.is_file():
        return Package()
    try:
        points: Any = tomllib.loads(file.read_text("utf-8")).get("project", {}).get("entry-points", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(str(file), f"is no TOML: {error}", "mend it") from error
    plugins = dict(points.get("gateway.plugins", {}))
    providers = dict(points.get("gateway.providers", {}))
    root = (folder / "src" if (folder / "src").is_dir() else folder).absolute()
    return Package(
        {name: _module(root, point) for name, point in plugins.items() if not _installed("plugins", name)},
        {name: point for name, point in providers.items() if not _installed("providers", name)},
        tuple(plugins),
        tuple(providers),
        root,
    )


def load_provider(package: Package, name: str) -> Any:
    """The provider *name* of *package*, which is not installed. Raises `SettingsError`."""
    module, _, attribute = package.providers[name].partition(":")
    sys.path.insert(0, str(package.root))
    try:
        return getattr(importlib.import_module(module), attribute or "provider")
    except Exception as error:
        raise SettingsError(
            f"provider '{name}'", f"cannot be loaded: {type(error).__name__}: {error}", f"mend {module}"
        ) from error


def _installed(group: str, name: str) -> bool:
    return any(point.name == name for point in metadata.entry_points(group=f"gateway.{group}"))


def _module(root: Path, point: str) -> Path:
    """The folder, or the file, of the module that an entry point names."""
    path = root.joinpath(*point.partition(":")[0].split("."))
    return path if path.is_dir() else path.with_suffix(".py")
