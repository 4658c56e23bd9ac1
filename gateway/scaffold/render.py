"""The files of a new package, from templates with ``@words@`` in them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from gateway.errors import SettingsError
from gateway.scaffold.names import Kind

_PACKAGE = ("contacts", "parse", "provider", "send", "settings", "simulator", "teller")
_COMMON = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "gateway.toml": "gateway.toml",
    ".gitignore": "gitignore",
    ".github/workflows/tests.yml": "ci.yml",
    "src/@name@/py.typed": "py.typed",
}
#: path in the new folder -> its template.
MANIFEST: Mapping[Kind, Mapping[str, str]] = {
    "plugin": _COMMON
    | {
        "src/@name@/__init__.py": "package.py",
        "src/@name@/migrations/0001_feedback.sql": "migration.sql",
        "src/@name@/locales/es/LC_MESSAGES/messages.po": "es.po",
        "tests/test_@name@.py": "tests.py",
    },
    "provider": _COMMON
    | {"src/@name@/__init__.py": "package.py", "tests/test_@name@.py": "tests.py"}
    | {f"src/@name@/{module}.py": f"{module}.py" for module in _PACKAGE},
}


def rendered(kind: Kind, name: str) -> dict[str, str]:
    """Every file of a new *kind* called *name*: path -> text."""
    words = _words(name)
    folder = files("gateway.scaffold") / kind
    return {
        _filled(path, words): _filled((folder / f"{template}.tmpl").read_text("utf-8"), words)
        for path, template in MANIFEST[kind].items()
    }


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write *texts* into *folder*, which must not be there yet, or be empty. Raises `SettingsError`."""
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        what = "is there already, and not empty" if folder.is_dir() else "is a file"
        raise SettingsError(str(folder), what, "choose another name, or another folder with --in")
    try:
        for path, text in texts.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(str(folder), f"cannot be written: {error}", "choose another with --in") from error


def _words(name: str) -> Mapping[str, str]:
    return {
        "name": name,
        "Name": "".join(word.capitalize() for word in name.split("_")),
        "lower": name.replace("_", ""),
        "Title": name.replace("_", " ").capitalize(),
        "dashed": name.replace("_", "-"),
        "secret": secrets.token_urlsafe(32),
    }


def _filled(text: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text
