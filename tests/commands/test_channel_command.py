"""`gateway channel`, without a gateway and without a provider."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.channels import Channels, load_providers
from gateway.commands.output import ago
from gateway.errors import GatewayError
from gateway.settings import ChannelSettings, Settings, TenantSettings, load
from gateway.settings.model import Server
from gateway.tenants.connecting import callback, chosen, registration
from tests.commands.conftest import CONFIG, Run
from tests.support.postgres import Urls

ROOT = Path(__file__).parents[2]
CHANNEL = """\
[[tenants.channels]]
id = "duka-main"
provider = "meta_cloud"
[tenants.channels.settings]
phone_number_id = "401122334455667"
access_token = "hunter2hunter2"
app_secret = "s"
verify_token = "v"
api_base = "http://127.0.0.1:1"
"""


@pytest.fixture
def configure(folder: Path, store_urls: Urls) -> Callable[[str], None]:
    """Write gateway.toml with one channel and this public_url, once on each database."""

    def write(public_url: str) -> None:
        server = f'secret = "{"s" * 40}"\npublic_url = "{public_url}"\n'
        store = (
            f'[store]\nurl = "{store_urls.url}"\nmigrate_url = "{store_urls.migrate_url}"\n'
            f'worker_url = "{store_urls.worker_url}"\n'
        )
        head, _, tail = CONFIG.partition("[[tenants]]")
        head = head.partition("[server]")[0] + "[server]\n" + server
        (folder / "gateway.toml").write_text(f"{head}{store}[[tenants]]{tail}{CHANNEL}")

    write("")
    return write


def test_channels_are_listed_before_they_were_ever_served(
    gateway: Run, configure: Callable[[str], None]
) -> None:
    """With the number that the provider knows them by, and no secret."""
    code, out, err = gateway("channel", "list")

    assert (code, err) == (0, "")
    assert out.splitlines()[1].split() == (
        ["duka-main", "duka", "meta_cloud", "401122334455667", "never", "file", "not", "served", "yet"]
    )
    listed = json.loads(gateway("channel", "list", "--tenant", "duka", "--json")[1])["channels"]
    assert [(each["id"], each["served"], each["last_webhook_at"]) for each in listed] == [
        ("duka-main", False, None)
    ]
    assert "hunter2" not in out


@pytest.mark.parametrize(
    ("url", "problem", "remedy"),
    [
        ("", "server.public_url: missing", 'public_url = "https://gw.example.com"'),
        ("http://gw.example.com", "server.public_url: is not https", "valid certificate"),
        ("http://127.0.0.1.example.com", "server.public_url: is not https", "valid certificate"),
    ],
)
def test_an_address_that_no_provider_calls_is_refused(
    gateway: Run, configure: Callable[[str], None], url: str, problem: str, remedy: str
) -> None:
    """`register` cannot, `check` goes on with the rest; both say what to write."""
    configure(url)

    code, out, err = gateway("channel", "register", "duka-main")
    assert (code, out) == (2, "")
    assert f"gateway.toml: {problem}" in err
    assert remedy in err

    code, out, _ = gateway("channel", "check")
    assert code == 1
    assert f"FAIL address: gateway.toml: {problem}" in out
    assert "FAIL provider: meta_cloud was not reached" in out


@pytest.mark.parametrize("words", [("nope",), ("duka-main", "--tenant", "soko")])
def test_an_unknown_channel_is_a_sentence(
    gateway: Run, configure: Callable[[str], None], words: tuple[str, ...]
) -> None:
    """Exit code 2, and the known ones are named."""
    for action in ("register", "check"):
        code, out, err = gateway("channel", action, *words)
        assert (code, out) == (2, "")
        assert err.startswith(f"gateway: there is no channel {words[0]!r}")
        assert err.endswith("there are: duka-main\n")


def test_the_database_may_be_away(gateway: Run, folder: Path, configure: Callable[[str], None]) -> None:
    """`check` says so and looks at the rest; `list` has nothing to say."""
    away = CONFIG.replace("[[tenants]]", '[store]\nurl = "postgresql://a:hunter2@127.0.0.1:1/x"\n[[tenants]]')
    (folder / "gateway.toml").write_text(away + CHANNEL)

    code, out, _ = gateway("channel", "check", "--json")
    report = json.loads(out)
    wrong = [each["what"] for each in report["channels"][0]["findings"] if not each["ok"]]
    assert (code, report["ok"], wrong) == (1, False, ["address", "database", "provider"])
    assert "hunter2" not in out
    assert gateway("channel", "list")[0] == 2


def test_a_loopback_address_needs_no_https(folder: Path, configure: Callable[[str], None]) -> None:
    """A test or a tunnel listens there."""
    for host in ("127.0.0.1:8080", "[::1]:8080", "localhost"):
        configure(f"http://{host}")
        settings = load(folder / "gateway.toml")
        (channel,) = Channels(settings, load_providers())
        assert callback(settings, channel) == f"http://{host}/webhooks/meta_cloud/duka-main"


def _two_tenants(tmp_path: Path) -> Settings:
    """A channel each, with the same id at two providers."""

    given: dict[str, Any] = {
        "phone_number_id": "1",
        "access_token": "t",
        "app_secret": "s",
        "verify_token": "v",
    }
    other: dict[str, Any] = {"phone_number_id": "2", "api_key": "k", "platform_secret": "p" * 32}
    tenants = (
        TenantSettings("a", channels=(ChannelSettings("main", "meta_cloud", given),)),
        TenantSettings("b", channels=(ChannelSettings("main", "dialog360", other),)),
    )
    return Settings(tmp_path / "gateway.toml", server=Server(), tenants=tenants)


def test_an_id_that_two_tenants_have_needs_the_tenant(tmp_path: Path) -> None:
    """Both are named; with the tenant it is clear."""
    channels = Channels(_two_tenants(tmp_path), load_providers())

    with pytest.raises(GatewayError, match="tenants a and b have a channel 'main'; name one with --tenant"):
        chosen(channels, "main")
    assert [each.tenant for each in chosen(channels, "main", "b")] == ["b"]
    assert [each.tenant for each in chosen(channels)] == ["a", "b"]


def test_a_provider_that_cannot_register() -> None:
    """A sentence that says what to do by hand."""
    channel: Any = SimpleNamespace(provider=SimpleNamespace(name="carrier"))

    with pytest.raises(GatewayError, match="enter the address at carrier by hand"):
        registration(channel)


def test_every_finding_is_documented() -> None:
    """docs/channels.md has a row for each name that a finding may have, and no other."""
    files = [
        "gateway/tenants/connecting.py",
        "gateway/tenants/service.py",
        "providers/meta_cloud/health.py",
        "providers/meta_cloud/standing.py",
    ]
    calls = [
        node
        for file in files
        for node in ast.walk(ast.parse((ROOT / file).read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Finding", "refused")
    ]
    named = {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
    table = (ROOT / "docs/channels.md").read_text().partition("## What check finds")[2].partition("\n## ")[0]

    assert len(named) > 10
    assert set(re.findall(r"^\| `([^`]+)` \|", table, re.M)) == named | {"health of …"}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-1, "0 s"), (119.9, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"), (172_800, "2 days")],
)
def test_ages(seconds: float, said: str) -> None:
    """In the largest unit of which there are two."""
    assert ago(seconds) == said
