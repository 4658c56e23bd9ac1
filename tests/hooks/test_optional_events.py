"""A listener to what nobody needs to tell: `@hook.on("payment_received", optional=True)`."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.hooks.host import Host

HEAD = "from gateway import hook\nfrom msgspec import Struct\n"
TELLS = 'class Paid(Struct, tag="paid"): ...\n@hook.register_events\ndef events(): return [Paid]'


def _host(folder: Path, **bodies: str) -> Host:
    """A host with a plugin per body."""
    files = []
    for name, body in bodies.items():
        (folder / f"{name}.py").write_text(f"{HEAD}{body}\n")
        files.append(folder / f"{name}.py")
    host = Host.load(files, entry_points=False)
    assert host.failed == {}
    return host


def test_nothing_is_said_while_nobody_registers_it(tmp_path: Path) -> None:
    """The listener is there all the same, for a plugin that may be installed one day."""
    host = _host(tmp_path, shop='@hook.on("paid", optional=True)\nasync def f(event): ...')

    assert host.conflicts == ()
    assert list(host.plugins["shop"].offers.listeners) == ["paid"]


def test_it_hears_who_registers_it(tmp_path: Path) -> None:
    """As any listener does."""
    host = _host(tmp_path, shop='@hook.on("paid", optional=True)\nasync def f(event): ...', till=TELLS)

    assert host.conflicts == ()
    assert list(host.plugins["shop"].offers.listeners) == list(host.plugins["till"].offers.events)


def test_the_others_of_the_same_function_are_still_told_of(tmp_path: Path) -> None:
    """Each mark says it for its own event."""
    body = '@hook.on("paid", optional=True)\n@hook.on("payd")\nasync def f(event): ...'
    (found,) = _host(tmp_path, shop=body).conflicts

    assert "listens to 'payd', which no installed plugin registers" in found.said
    assert found.remedy.endswith("or mark it optional=True")


@pytest.mark.parametrize("optional", [True, False])
def test_who_has_it_twice_is_refused_either_way(tmp_path: Path, optional: bool) -> None:
    """One event, one listener of a plugin."""
    mark = f'@hook.on("paid", optional={optional})\n'
    (tmp_path / "shop.py").write_text(
        f'{HEAD}{mark}async def f(event): ...\n@hook.on("paid")\nasync def g(event): ...\n'
    )

    assert "marks two functions with" in Host.load([tmp_path / "shop.py"], entry_points=False).failed["shop"]


def test_the_shop_waits_for_payments_without_a_word() -> None:
    """What is installed with the gateway says nothing at the start."""
    assert [found.said for found in Host.load([]).conflicts] == []
