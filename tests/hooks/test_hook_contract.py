"""A hook is a spec, a decorator, a page in the docs and a test, or it does not exist."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

from gateway.hooks import specs
from gateway.hooks.host import Host
from gateway.hooks.isolate import run_hook
from gateway.hooks.mark import Hook, hook

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "hooks.md"
HOOKS = specs.hook_arguments()


def test_the_list_of_hooks_is_known() -> None:
    """Adding or changing a hook is a change of the public surface: it is made here as well."""
    assert dict(HOOKS) == {
        "on_message": ("message", "chat"),
        "on_any_message": ("message", "chat"),
        "on_status": ("status", "chat"),
        "on_event": ("event", "chat"),
        "on_start": (),
        "on_stop": (),
    }


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_is_documented(name: str) -> None:
    """Each hook has one sentence, a row with its exact arguments, and an example in docs/hooks.md."""
    page = PAGE.read_text()
    sentence = inspect.getdoc(getattr(specs, name))

    assert sentence is not None
    assert "\n" not in sentence
    assert f"| `{name}({', '.join(HOOKS[name])})` |" in page
    assert f"@hook.{name}\nasync def " in page


@pytest.mark.parametrize("name", HOOKS)
async def test_every_hook_runs(name: str) -> None:
    """Each hook's decorator makes an implementation that the host finds and runs."""

    class Plugin:
        @getattr(hook, name)
        async def implementation(self) -> str:
            return f"ran {name}"

    plugin = Host().register(Plugin(), "one")
    call: Any = plugin.hooks[name]

    assert await run_hook(plugin, name, call(*HOOKS[name]), deadline=1.0) == f"ran {name}"


def test_every_hook_has_a_decorator_and_no_other_exists() -> None:
    """The namespace `hook` has exactly one public name per hook."""
    assert sorted(name for name in vars(Hook) if not name.startswith("_")) == sorted(HOOKS)


HOMES = {
    "Chat": "gateway.chat",
    "ChannelEvent": "gateway.model.event",
    "Handled": "gateway.hooks.handled",
    "Message": "gateway.message",
    "StatusUpdate": "gateway.message",
    "hook": "gateway.hooks.mark",
    "notice": "gateway.model",
}


def _imports_from_home(line: str) -> str:
    """``from gateway import A, B`` with each name taken from the module that defines it."""
    start = "from gateway import "
    if not line.startswith(start):
        return line
    return "\n".join(f"from {HOMES[name]} import {name}" for name in line.removeprefix(start).split(", "))


def test_every_example_in_the_docs_loads(tmp_path: Path) -> None:
    """The examples in docs/hooks.md are plugins that the host accepts as they stand."""
    blocks = [block.split("```")[0] for block in PAGE.read_text().split("```python\n")[1:]]
    paths = [tmp_path / f"example{number}.py" for number in range(len(blocks))]
    for path, code in zip(paths, blocks, strict=True):
        path.write_text("\n".join(_imports_from_home(line) for line in code.splitlines()))

    host = Host.load(paths, entry_points=False)

    assert host.failed == {}
    assert sorted(hook for plugin in host.plugins.values() for hook in plugin.hooks) == sorted(HOOKS)
