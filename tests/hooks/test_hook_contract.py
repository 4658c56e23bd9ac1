"""A hook is a spec, a decorator, a page in the docs and a test, or it does not exist."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from gateway.hooks import specs
from gateway.hooks.handled import Handled
from gateway.hooks.host import Host
from gateway.hooks.isolate import run_hook
from gateway.hooks.mark import Hook, hook
from gateway.hooks.plugin import Plugin
from gateway.hooks.seen import EventSeen
from gateway.model import notice
from gateway.model.inside import Emitted
from tests.hooks.page import HOOKS, PAGE, made


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_is_one_sentence_with_an_example(name: str) -> None:
    """Its docstring is a line, and docs/hooks.md has a section of its name with a plugin in it."""
    sentence = inspect.getdoc(getattr(specs, name))
    section = PAGE.read_text().partition(f"## {name}\n")[2].partition("\n## ")[0]

    assert sentence is not None
    assert "\n" not in sentence
    assert f"@hook.{name}\n" in section


def test_the_page_is_made_of_the_specs() -> None:
    """docs/hooks.md has the hooks that there are, with their arguments and sentences; if not, run
    ``python -m tests.hooks.page``."""
    assert made(PAGE.read_text()) == PAGE.read_text()


@pytest.mark.parametrize("name", [name for name in HOOKS if name.startswith("on_")])
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
    """The namespace `hook` has one public name per hook, and the two that take a name."""
    assert {name for name in vars(Hook) if not name.startswith("_")} == {*HOOKS, "on", "collect"}


class _Chat:
    """Keeps what an example does."""

    tenant = "duka"

    def __init__(self) -> None:
        self.did: list[Any] = []

    async def say(self, text: str) -> None:
        self.did.append(text)

    def emit(self, event: Any, *, key: str = "") -> None:
        self.did.append((type(event).__name__, key))

    def count(self, metric: str, value: float = 1.0, /, **labels: str) -> None:
        self.did.append((metric, value, labels))


@pytest.fixture
def examples(tmp_path: Path) -> dict[str, Plugin]:
    """The plugins of docs/hooks.md, by the heading above them."""
    found = {}
    for section in PAGE.read_text().split("\n## ")[1:]:
        if "```python\n" in section:
            heading = section.partition("\n")[0]
            path = tmp_path / f"example_{heading}.py"
            path.write_text(section.partition("```python\n")[2].partition("```")[0])
            found[heading] = path
    host = Host.load(list(found.values()), entry_points=False)
    assert host.failed == {}
    return {heading: host.plugins[path.stem] for heading, path in found.items()}


async def test_the_examples_of_what_happens_run(
    examples: dict[str, Plugin], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each hook of docs/hooks.md is called as the gateway calls it."""
    subjects = {
        "on_message": SimpleNamespace(text="hello", type="text"),
        "on_event": SimpleNamespace(content=notice.MarketingPreference(value="stop")),
    }
    said = {}
    for name, arguments in HOOKS.items():
        if name.startswith("on_"):
            chat = _Chat()
            subject = subjects.get(name, subjects["on_message"])
            await examples[name].hooks[name](*[subject, chat][: len(arguments)])
            said[name] = chat.did or capsys.readouterr().out
    assert said["on_message"] == ["Hello! What can we do for you?"]
    assert {name: bool(each) for name, each in said.items()} == dict.fromkeys(said, True)

    chat = _Chat()
    told = Emitted("order_placed", "shop", msgspec.Raw(b'{"order":"7","type":"order_placed"}'), 0, "7")
    await examples["on"].offers.listeners["order_placed"](EventSeen(told), chat)
    assert chat.did == ["Thank you for order 7."]
    assert examples["collect"].offers.collectors["price"]({"sku": "mango"}, None) == 250


async def test_the_examples_of_what_is_offered_run(
    examples: dict[str, Plugin], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each offer of docs/hooks.md does what it says."""
    chat, message = _Chat(), SimpleNamespace(text="buy")
    offers: Any = {name: plugin.offers for name, plugin in examples.items()}
    assert await offers["register_commands"].commands[0].run(message, chat, "") is Handled
    await examples["register_events"].hooks["on_message"](message, chat)
    await examples["register_metrics"].hooks["on_message"](message, chat)
    assert chat.did == ["Your cart is empty.", ("OrderPlaced", "1001"), ("orders", 1.0, {"size": "small"})]
    await offers["register_jobs"].recurring[0].job(SimpleNamespace(tenant="duka"))
    assert capsys.readouterr().out == "good morning, duka\n"
    assert await offers["register_routes"].routes[0].handler(None) == {"orders": 0}

    visits = offers["register_personal_data"].personal[2].export
    assert await visits(None, SimpleNamespace(contact="c")) == [{"contact": "c", "visits": 3}]

    async def three(work: Any) -> int:
        return 3

    assert await offers["register_cli"].cli[0].run(None, SimpleNamespace(work=three)) == 0
    assert capsys.readouterr().out == "3 conversations\n"
