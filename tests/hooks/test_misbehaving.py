"""Plugins that misbehave, and the sentence that each one gets: who, what, where, and what to write."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.errors import PluginError
from gateway.hooks.failure import HookFailed
from gateway.hooks.host import Host
from gateway.hooks.isolate import run_hook
from gateway.hooks.marked import AnswerFailed

HEAD = """\
import asyncio, time
from gateway import CliCommand, Command, Metric, PersonalData, Recurring, flow, hook, job
from msgspec import Struct
"""

#: What is wrong with each, and the words of its refusal; the place is checked for all of them.
LOADED = {
    "typo": (
        "@hook.on_mesage\nasync def f(message): ...",
        "no hook named 'on_mesage'; did you mean 'on_message'?",
    ),
    "argument": (
        "@hook.on_message\nasync def f(msg, chat): ...",
        "hook on_message takes (message, chat); it has no argument 'msg'",
    ),
    "sync": (
        "@hook.on_message\ndef f(message): ...",
        "on_message must be 'async def', it would block every other tenant",
    ),
    "unmarked": (
        "@hook.on_start\nasync def go(): ...\nasync def on_message(message): ...",
        "on_message() looks like a hook but is not marked; add @hook.on_message",
    ),
    "stars": ("@hook.on_message\nasync def f(**values): ...", "name 'values' plainly, without * or **"),
    "generator": (
        "@hook.on_message\nasync def f(message):\n    yield 1",
        "on_message is an async generator; write return instead of yield",
    ),
    "async_register": (
        "@hook.register_commands\nasync def f(): return []",
        "register_commands must be a plain 'def', it is called while loading",
    ),
    "raising_register": (
        "@hook.register_metrics\ndef f(): return {}['x']",
        "register_metrics: it raised KeyError: 'x'",
    ),
    "register_none": (
        "@hook.register_metrics\ndef f(): ...",
        'register_metrics: it returned None; return a list: [Metric("orders", "Orders placed")]',
    ),
    "register_wrong": (
        '@hook.register_cli\ndef f(): return [Metric("a", "b")]',
        "register_cli: a Metric is in its list; each piece is CliCommand(",
    ),
    "personal_of_others": (
        '@hook.register_personal_data\ndef f(): return [PersonalData("contact", contact="id")]',
        "'contact' is no table of a plugin's; name one that its migrations make",
    ),
    "personal_of_nobody": (
        '@hook.register_personal_data\ndef f(): return [PersonalData("bad_order")]',
        "nothing leads to a person in the table",
    ),
    "personal_of_both": (
        "@hook.register_personal_data\n"
        'def f(): return [PersonalData("bad_order", contact="contact", nobody="none")]',
        "holds nobody (none), and somebody; decide for one",
    ),
    "personal_column": (
        '@hook.register_personal_data\ndef f(): return [PersonalData("bad_order", contact="a; drop")]',
        "cannot have a column 'a; drop'",
    ),
    "personal_sync": (
        "def wipe(db, subject): ...\n@hook.register_personal_data\n"
        'def f(): return [PersonalData("bad_order", erase=wipe)]',
        "must be 'async def': async def erase(db, subject)",
    ),
    "two_commands": (
        'async def r(m, c, rest): ...\n@hook.register_commands\ndef f(): return [Command("a", ["x"], "", r),'
        ' Command("b", ["X "], "", r)]',
        "register_commands: the commands 'a' and 'b' have one word, 'x' (en); take it from one of them",
    ),
    "words": (
        "async def r(m, c, rest): ...\n@hook.register_commands\n"
        'def f(): return [Command("a", "cart", "", r)]',
        "the words of the command 'a' must be a list, or a list for each language",
    ),
    "sync_command": (
        'def r(m, c, rest): ...\n@hook.register_commands\ndef f(): return [Command("a", ["a"], "", r)]',
        "run of the command 'a' must be 'async def'",
    ),
    "untagged": (
        "class Placed(Struct): ...\n@hook.register_events\ndef f(): return [Placed]",
        'the event Placed has no name; give it a tag: class Placed(Struct, frozen=True, tag="placed")',
    ),
    "foreign_job": (
        "async def go(context): ...\ngo.__module__ = 'elsewhere'\ngo = job(go)\n"
        "@hook.register_jobs\ndef f(): return [Recurring(go, 'FREQ=DAILY')]",
        "register_jobs: go is no job of the plugin; mark the function @job in its modules",
    ),
    "bad_rule": (
        "@job\nasync def go(context): ...\n@hook.register_jobs\ndef f(): return [Recurring(go, 'DAILY')]",
        "register_jobs: the rule 'DAILY' cannot be read",
    ),
    "metric_label": (
        '@hook.register_metrics\ndef f(): return [Metric("a", "b", labels=("le",))]',
        "the metric 'a' cannot have a label 'le'",
    ),
    "two_metrics": (
        '@hook.register_metrics\ndef f(): return [Metric("a", "b"), Metric("a", "c")]',
        "register_metrics: it returns two metrics 'a'; keep one, or rename one",
    ),
    "sync_flow": ("@flow\ndef f(chat): ...", "@flow is on f, which must be 'async def' for a conversation"),
    "bare_job": ("@job\nasync def f(): ...", "the job f takes no argument; write async def f(job)"),
    "two_flows": (
        '@flow\nasync def a(chat): ...\n@flow(name="a")\nasync def b(chat): ...',
        "has two conversations that are version 1 of 'a'",
    ),
    "sync_listener": (
        '@hook.on("x")\ndef f(event): ...',
        "what @hook.on(\"x\") marks must be 'async def', it would block every other tenant",
    ),
    "listener_argument": (
        '@hook.on("x")\nasync def f(order): ...',
        "marks takes (event, chat) or fewer of them; it has no argument 'order'",
    ),
    "two_listeners": (
        '@hook.on("x")\nasync def f(event): ...\n@hook.on("x")\nasync def g(event): ...',
        'marks two functions with @hook.on("x"), f and g; keep one and let it call the other',
    ),
    "async_collector": (
        '@hook.collect("price")\nasync def f(question): ...',
        "what @hook.collect(\"price\") marks must be a plain 'def', its answer is needed at once",
    ),
}
#: Those whose sentence has no line of a function.
ELSEWHERE = {
    "empty": ("x = 1", "implements no hooks; hooks are on_message"),
    "bare_on": ("@hook.on\nasync def f(event): ...", '@hook.on needs a name: write @hook.on("order_placed")'),
    "requires": (
        'requires = "commerce"\n@hook.on_start\nasync def f(): ...',
        'requires must name plugins in a tuple: requires = ("commerce",)',
    ),
    "requires_itself": (
        'requires = ("bad",)\n@hook.on_start\nasync def f(): ...',
        "plugin 'bad' requires itself; take it out of requires",
    ),
    "settings": (
        "class Settings(Struct): ...\n@hook.on_start\nasync def f(): ...",
        "Settings must be frozen, for all turns share them: class Settings(Struct, frozen=True)",
    ),
}


@pytest.mark.parametrize("kind", [*LOADED, *ELSEWHERE])
def test_what_cannot_be_loaded_is_refused_with_what_to_write(kind: str, tmp_path: Path) -> None:
    """The others are loaded; the sentence names the plugin, the mistake, and the line where it stands."""
    code, words = {**LOADED, **ELSEWHERE}[kind]
    bad, good = tmp_path / "bad.py", tmp_path / "good.py"
    bad.write_text(HEAD + code + "\n")
    good.write_text(HEAD + "@hook.on_start\nasync def go(): ...\n")

    host = Host.load([bad, good], entry_points=False)

    assert list(host.plugins) == ["good"]
    assert "bad" in host.failed["bad"] or kind == "bare_on"
    assert words in host.failed["bad"]
    assert kind in ELSEWHERE or re.search(r"bad\.py:\d+", host.failed["bad"])


RUNNING = {
    "raises": (
        "    {}['sku']",
        "plugin 'bad' on_message raised KeyError (",
    ),
    "never_returns": (
        "    await asyncio.sleep(3600)",
        "plugin 'bad' on_message took longer than 0.2s; move slow work to a job (",
    ),
    "blocks": (
        "    time.sleep(0.4)",
        "plugin 'bad' on_message blocked every other tenant for 0.4s; await instead of waiting, or move",
    ),
    "cannot_be_cancelled": (
        "    while True:\n        try:\n            await asyncio.sleep(900)\n"
        "        except asyncio.CancelledError:\n            pass",
        "plugin 'bad' on_message took longer than 0.2s",
    ),
    "exits": ("    raise SystemExit(3)", "plugin 'bad' on_message raised SystemExit ("),
}


@pytest.mark.parametrize("kind", RUNNING)
async def test_what_goes_wrong_while_it_runs_is_told_with_its_line(kind: str, tmp_path: Path) -> None:
    """The run ends within its deadline and a little, whatever the hook does."""
    code, words = RUNNING[kind]
    bad = tmp_path / "bad.py"
    bad.write_text(HEAD + f"@hook.on_message\nasync def f(message):\n{code}\n")
    plugin = Host.load([bad], entry_points=False, strict=True).plugins["bad"]

    begun = time.monotonic()
    with pytest.raises(HookFailed) as caught:
        await run_hook(plugin, "on_message", plugin.hooks["on_message"]("message", "chat"), deadline=0.2)

    assert str(caught.value).startswith(words)
    assert "bad.py:" in str(caught.value)
    assert time.monotonic() - begun < 60.0
    await asyncio.sleep(0)


def test_a_collector_tells_no_secret_of_its_own(tmp_path: Path) -> None:
    """Neither in what is kept of it nor, whatever it quotes, in the log."""
    bad = tmp_path / "bad.py"
    bad.write_text(
        HEAD + '@hook.collect("price")\ndef f(question, settings): raise OSError(question, settings["key"])\n'
    )
    answer = Host.load([bad], entry_points=False, strict=True).plugins["bad"].offers.collectors["price"]

    with pytest.raises(AnswerFailed) as caught:
        answer("Ana", {"key": "c4nary-of-duka"})
    assert "Ana" in str(caught.value)
    assert "c4nary" not in str(caught.value)
    assert caught.value.said.startswith("plugin 'bad' @hook.collect(\"price\") raised OSError (")


def test_a_collector_that_raises_is_named(tmp_path: Path) -> None:
    """The plugin that asked is not to blame."""
    bad = tmp_path / "bad.py"
    bad.write_text(HEAD + '@hook.collect("price")\ndef f(question): return {}[question]\n')
    answer = Host.load([bad], entry_points=False, strict=True).plugins["bad"].offers.collectors["price"]

    with pytest.raises(
        PluginError, match=r"plugin 'bad' @hook.collect\(\"price\"\) raised KeyError: 'x' \(.*bad\.py:"
    ):
        answer("x", None)


@pytest.mark.parametrize(
    ("name", "near"),
    [("Shop", "'shop'"), ("my shop", "'my_shop'"), ("2shop", "'shop'"), ("core", "rename it")],
)
def test_a_name_that_no_plugin_can_have(name: str, near: str, tmp_path: Path) -> None:
    """It would be part of addresses, tables and metrics; the refusal suggests one."""
    file = tmp_path / f"{name}.py"
    file.write_text(HEAD + "@hook.on_start\nasync def go(): ...\n")
    assert near in Host.load([file], entry_points=False).failed[name]


def _write(tmp_path: Path, name: str, code: str) -> Path:
    file = tmp_path / f"{name}.py"
    file.write_text(HEAD + code + "\n")
    return file


@pytest.fixture
def plugins(tmp_path: Path) -> Callable[..., Host]:
    """A host with plugins of these names and codes."""

    def load(**codes: str) -> Host:
        return Host.load(
            [_write(tmp_path, name, code) for name, code in codes.items()], entry_points=False, strict=True
        )

    return load


CART = (
    'async def r(m, c, rest): ...\n@hook.register_commands\ndef f(): return [Command("cart", ["{}"], "", r)]'
)
PLACED = 'class Placed(Struct, tag="order_placed"): ...\n@hook.register_events\ndef f(): return [Placed]'


def test_two_plugins_that_claim_one_command_are_reported(plugins: Callable[..., Host]) -> None:
    """Both stay; the report names both with where they come from, and who wins."""
    (found,) = plugins(one=CART.format("Cart"), two=CART.format("cart")).conflicts
    assert found.plugins == ("one", "two")
    assert re.fullmatch(
        r"the command 'cart' \(en\) is claimed by 'one' \(.*one\.py\) and 'two' \(.*two\.py\); for a tenant "
        r"that uses both, the plugin that comes first gets it",
        found.said,
    )


def test_two_plugins_that_register_one_event_are_reported(plugins: Callable[..., Host]) -> None:
    """Listeners would hear both."""
    (found,) = plugins(one=PLACED, two=PLACED).conflicts
    assert found.said.startswith("the event 'order_placed' is registered by 'one' (")


def test_a_listener_whom_nobody_calls_is_reported(plugins: Callable[..., Host]) -> None:
    """With the event that was probably meant."""
    (found,) = plugins(one=PLACED, two='@hook.on("order_place")\nasync def f(event): ...').conflicts
    assert (
        "listens to 'order_place', which no installed plugin registers; did you mean 'order_placed'?"
        in found.said
    )


def test_names_that_make_one_table_are_one_name(tmp_path: Path) -> None:
    """ "my-shop" and "my_shop" would share tables and metrics: the second is refused, with both sources."""
    files = [_write(tmp_path, name, "@hook.on_start\nasync def go(): ...") for name in ("my-shop", "my_shop")]
    host = Host.load(files, entry_points=False)
    assert list(host.plugins) == ["my-shop"]
    assert str(files[0]) in host.failed["my_shop"]
    assert str(files[1]) in host.failed["my_shop"]


def test_a_plugin_cannot_have_commands_under_a_name_of_ours(tmp_path: Path) -> None:
    """`gateway demo` is the gateway's."""
    code = 'def go(args, context): ...\n@hook.register_cli\ndef f(): return [CliCommand("x", "y", go)]'
    host = Host.load([_write(tmp_path, "demo", code)], entry_points=False)
    assert "`gateway demo` is a command of the gateway" in host.failed["demo"]


def test_plugins_can_be_switched_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GATEWAY_PLUGINS names those that stay; empty, none does."""
    files = [_write(tmp_path, name, "@hook.on_start\nasync def go(): ...") for name in ("one", "two")]
    monkeypatch.setenv("GATEWAY_PLUGINS", " two , three")
    host = Host.load(files, entry_points=False, strict=True)
    assert (list(host.plugins), host.off) == (["two"], {"one"})
    assert host.failed["one"] == "plugin 'one' is switched off by GATEWAY_PLUGINS or --no-plugins"
    monkeypatch.setenv("GATEWAY_PLUGINS", "")
    assert not Host.load(files, entry_points=False).plugins


def test_a_plugin_without_hooks_is_one(plugins: Callable[..., Host]) -> None:
    """Flows, jobs, listeners, collectors or a register hook alone are enough."""
    host = plugins(
        a="@flow\nasync def talk(chat): ...", b="@job\nasync def work(job): ...",
        c='@hook.on("order_placed")\nasync def f(event): ...',
        d='@hook.collect("p")\ndef f(question): ...',
        e=PLACED,
    )  # fmt: skip
    assert list(host.plugins) == ["a", "b", "c", "d", "e"]
    assert [list(host.plugins["a"].offers.flows), list(host.plugins["b"].offers.jobs)] == [["talk"], ["work"]]
