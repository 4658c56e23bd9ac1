"""From what pytest knows of a test to the place of its world."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.clock import SECOND
from gateway.provider import Provider
from gateway.testing.databases import Fresh
from gateway.testing.given import Given
from gateway.testing.running import BEGIN, Where


def place(
    request: pytest.FixtureRequest, providers: Mapping[str, Provider], name: str, fresh: Fresh, folder: Path
) -> Where:
    """What the marks, the fixtures and the configuration say of the test of *request*."""
    if name not in providers:
        raise pytest.UsageError(f"there is no provider {name!r}; installed are: {', '.join(providers)}")
    tenant, now = request.node.get_closest_marker("tenant"), request.node.get_closest_marker("now")
    return Where(
        providers[name], _given(request), folder, fresh,
        tenant=dict(tenant.kwargs) if tenant else {}, now=_moment(now.args[0]) if now else BEGIN,
    )  # fmt: skip


def _given(request: pytest.FixtureRequest) -> Given:
    mark = request.node.get_closest_marker("plugins")
    folder = request.path.parent
    settings = request.getfixturevalue("plugin_settings")
    if mark is None:
        plugins = request.getfixturevalue("plugins")
        if isinstance(plugins, str | Path) or not plugins:
            plugins = [plugins] if plugins else []
    else:
        plugins, settings = mark.args, mark.kwargs.get("settings", settings)
    if not plugins:
        raise pytest.UsageError(
            "this world has no plugins: mark the test with @pytest.mark.plugins('shop.py'), write a fixture "
            "'plugins' in conftest.py, or gateway_plugins in the configuration of pytest"
        )
    return Given(tuple(plugins), settings, folder)


def _moment(text: str) -> int:
    """An ISO 8601 moment as microseconds; without an offset it is UTC."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * SECOND)
