"""A tenant's policy and retention reach every process, and outlive what wrote them."""

from __future__ import annotations

from pathlib import Path

from gateway.audit import Actor
from gateway.settings.policy import Policy
from gateway.store import connect
from gateway.store.migrate import migrate
from gateway.tenants.forms import NewTenant
from gateway.tenants.ruled import PolicyChange, QuietChange, RetentionChange
from tests.support.postgres import Urls
from tests.tenants.test_directory import Process, _file, _save

OPERATOR = Actor("operator:1")


async def test_another_process_follows(tmp_path: Path, store_urls: Urls) -> None:
    """Its directory has what this one changed at its next look; what a newer code wrote is passed over."""
    _save(tmp_path / "gateway.toml", _file(("duka", {})))
    await migrate(store_urls)
    store = connect(store_urls.url, worker_url=store_urls.worker_url)
    await store.open()
    try:
        one, other = (Process(store, tmp_path / "gateway.toml") for _ in range(2))
        await one.service.tenants.create(OPERATOR, NewTenant("souk"))
        await one.service.rules.change_policy(
            OPERATOR, "souk", PolicyChange(stop="marketing", quiet=QuietChange(start="22:00"))
        )
        await one.service.rules.change_retention(OPERATOR, "souk", RetentionChange(messages="30d"))
        await other.directory.refresh()

        assert other.directory["souk"].policy.quiet.start == "22:00"
        assert other.directory["souk"].retention.messages == 30 * 86_400.0

        await store.write(
            lambda tx: tx.run(
                "update tenant set policy = :policy, revision = revision + 1 where tenant = :tenant",
                tenant="souk",
                policy='{"stop": "marketing", "moon": "full", "marketing": "perhaps"}',
            )
        )
        await store.write(lambda tx: tx.run("update revision set n = n + 1"))
        await other.directory.refresh()
        assert other.directory["souk"].policy == Policy(stop="marketing")
    finally:
        await store.close()
