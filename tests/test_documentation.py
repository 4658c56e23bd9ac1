"""What README and the quick start tell a newcomer to type works."""

from __future__ import annotations

import hashlib
import hmac
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.channels import Channels, load_providers
from gateway.provider import WebhookRequest
from gateway.settings import load
from tests.support.house import ECHO

ROOT = Path(__file__).parent.parent


def _blocks(file: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / file).read_text(), re.DOTALL)


@pytest.mark.parametrize("file", ["README.md", "docs/quickstart.md", "docs/first-webhook.md"])
def test_the_first_plugin_is_the_same_everywhere(file: str) -> None:
    """Five lines and an empty one."""
    assert _blocks(file, "python")[0] == ECHO


def test_the_first_screen_of_the_readme_has_all_that_is_needed() -> None:
    """The two commands, the plugin, the configuration and how to serve it."""
    screen = "\n".join((ROOT / "README.md").read_text().splitlines()[:40])

    for word in ("make demo", "make test", "@hook.on_message", "[[tenants.channels]]", "gateway serve"):
        assert word in screen


@pytest.mark.parametrize("file", ["README.md", "docs/quickstart.md", "docs/first-webhook.md"])
def test_the_configuration_is_accepted(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the strict decoder and by the provider."""
    for name in ("GATEWAY_SECRET", "DUKA_TOKEN", "DUKA_APP_SECRET"):
        monkeypatch.setenv(name, name.ljust(32, "x"))
    (tmp_path / "gateway.toml").write_text(_blocks(file, "toml")[0])

    channels = Channels(load(tmp_path / "gateway.toml"), load_providers())

    assert [channel.number for channel in channels] == ["401122334455667"]


def test_the_first_webhook_is_authentic_and_read(tmp_path: Path) -> None:
    """Signed as described there, it is verified and is one message of text."""
    (tmp_path / "gateway.toml").write_text(_blocks("docs/first-webhook.md", "toml")[0])
    (channel,) = Channels(load(tmp_path / "gateway.toml"), load_providers())
    text = (ROOT / "docs/first-webhook.md").read_text()
    body = re.search(r"<<END\n(.*?)END\n", text, re.DOTALL)
    assert body is not None
    payload = body[1].replace("$(date +%s)", "1794900000").encode()
    sign = hmac.new(b"app-secret", payload, hashlib.sha256).hexdigest()
    request = WebhookRequest(
        path="/webhooks/meta_cloud/duka-main",
        query="",
        headers={"x-hub-signature-256": (f"sha256={sign}",)},
        body=payload,
    )

    assert channel.provider.verify(request, channel.settings())
    (event,) = channel.provider.parse(payload).events
    assert event.number == channel.number


def test_the_bot_of_the_quick_start_passes_its_tests(tmp_path: Path) -> None:
    """Written down as the page says, and run with pytest, as the page says."""
    *_, bot, test = _blocks("docs/quickstart.md", "python")
    (tmp_path / "bot.py").write_text(bot)
    (tmp_path / "test_bot.py").write_text(test)
    (tmp_path / "pytest.ini").write_text(_blocks("docs/quickstart.md", "ini")[0])

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--provider", "all", str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "6 passed" in ran.stdout
