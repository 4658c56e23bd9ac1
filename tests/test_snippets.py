"""Every snippet of the documentation is run: Python is loaded as the plugin, test or program that it is, JSON
and TOML are read, commands are understood by the command line.

A snippet that goes on from the one before it on its page (it uses names that it does not make) is run behind
it."""

from __future__ import annotations

import ast
import builtins
import inspect
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import gateway
from gateway.cli import COMMANDS, _parser
from gateway.hooks.host import Host
from gateway.settings import load

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
#: What a snippet that shows a line or two has around it.
_GIVEN = {*gateway.__all__, "chat", "message", "png"}
_HOOK = re.compile(r"^@hook\.", re.MULTILINE)


def _snippets(*languages: str) -> list[object]:
    """(page, text) of every block in one of *languages*, named by its page and line."""
    found: list[object] = []
    for page in PAGES:
        text = page.read_text()
        for match in _BLOCK.finditer(text):
            if match[1] in languages:
                line = text[: match.start()].count("\n") + 1
                found.append(pytest.param(page, match[2], id=f"{page.name}:{line}"))
    return found


def _missing(text: str) -> set[str]:
    """The names that *text* uses and does not make."""
    tree = ast.parse(text)
    made: set[str] = set(dir(builtins))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            made.add(node.name)
            if not isinstance(node, ast.ClassDef):
                arguments = [*node.args.args, *node.args.kwonlyargs, *node.args.posonlyargs]
                made |= {each.arg for each in arguments}
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            made.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            made |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            made.add(node.name)
        elif isinstance(node, ast.Lambda):
            made |= {each.arg for each in node.args.args}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id not in made}


def _whole(page: Path, text: str) -> str:
    """*text*, behind as many of the page's snippets before it as it needs to have all its names."""
    blocks = [match[2] for match in _BLOCK.finditer(page.read_text()) if match[1] == "python"]
    at = blocks.index(text)
    whole = text
    for before in reversed(blocks[:at]):
        if not (missing := _missing(whole)):
            break
        made = {name for name in missing if re.search(rf"\b{name}\b", before)}
        if made:
            whole = f"{before}\n{whole}"
    return whole


@pytest.mark.parametrize(("page", "text"), _snippets("python"))
def test_python_is_complete_and_loads(page: Path, text: str) -> None:
    """It has all the names that it uses; one with hooks loads as a plugin, another one can be executed or is
    the body of a hook."""
    whole = _whole(page, text)
    given = set() if "def " in text else _GIVEN
    assert _missing(whole) <= given, f"{page.name} uses names that nobody made: {_missing(whole) - given}"
    code = compile(whole, f"<{page.name}>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    if not _HOOK.search(whole) or code.co_flags & inspect.CO_COROUTINE:
        return
    module = ModuleType(f"snippet_of_{page.stem.replace('-', '_')}")
    module.__dict__["__file__"] = f"/{module.__name__}.py"  # what is written in it is its own
    sys.modules[module.__name__] = module
    try:
        exec(code, module.__dict__)
        Host().register(module, "page_" + page.stem.replace("-", "_").lower())
    finally:
        del sys.modules[module.__name__]


@pytest.mark.parametrize(("page", "text"), _snippets("toml"))
def test_toml_is_read(page: Path, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By Python's own reader, and by the gateway's when it is a whole configuration."""
    assert tomllib.loads(text)
    if "[[tenants]]" in text and "secret" in text:
        for name in re.findall(r'env = "(\w+)"', text):
            monkeypatch.setenv(name, name.ljust(32, "x"))
        (tmp_path / "gateway.toml").write_text(text)
        assert load(tmp_path / "gateway.toml").tenants


@pytest.mark.parametrize(("page", "text"), _snippets("json"))
def test_json_is_read(page: Path, text: str) -> None:
    """As one value, or as one on each line; "…" stands for what was left out."""
    plain = text.replace("…", "0") if not _is_json(text) else text
    assert _is_json(plain) or all(_is_json(line) for line in plain.splitlines() if line.strip()), text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(("page", "text"), _snippets("sh", "bash"))
def test_commands_are_understood(page: Path, text: str) -> None:
    """The shell can read it, and our own command line takes every call of `gateway`."""
    read = subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True, check=False)
    assert read.returncode == 0, read.stderr
    for words in _calls(text):
        if words[0] in COMMANDS:
            assert _parser(words).parse_args(words)


def _calls(text: str) -> Iterator[list[str]]:
    """The arguments of each call of `gateway` that stands plainly on a line."""
    for line in text.replace("\\\n", " ").splitlines():
        match = re.match(r"(?:\$ )?(?:\.venv/bin/)?gateway ([a-z].*)", line.strip())
        if match is None or re.search(r"[|>&$<`…]|\bFILE\b", match[1]):
            continue
        words = shlex.split(match[1], comments=True)
        if words:
            yield words
