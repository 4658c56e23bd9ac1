"""What is held after a restore is shown and decided about by the API; gateway.toml's secret stays apart."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.backup import restore as restoring
from gateway.backup.restore import Plan, restore
from gateway.backup.settle import settle
from gateway.backup.take import take
from gateway.channels import Channels, load_providers
from gateway.clock import SystemClock
from gateway.errors import SealError
from gateway.settings import load
from gateway.store import connect
from gateway.store.migrate import CORE
from gateway.store.port import Store, Tx
from gateway.store.seal import Place, Seal
from tests.backup.places import fake_channels, opened, placed, quiet
from tests.support.house import House
from tests.support.postgres import Urls
from tests.support.sqlite import prepared

PLACE = Place("duka", "channel", "settings", "duka-main")


async def test_sealed_settings_do_not_open_without_the_secret_of_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backup has them sealed, and the secret nowhere."""
    monkeypatch.setattr(restoring, "Channels", fake_channels)
    secret = "the-secret-of-this-gateway-" + "s" * 20
    settings = placed(tmp_path, Urls(f"sqlite:///{prepared(tmp_path / 'gateway.db')}", "", ""))
    store = opened(settings)
    await store.open()
    sealed = Seal((secret,)).close(b"token", PLACE)

    async def write(tx: Tx) -> None:
        await tx.run(
            "insert into channel (tenant, id, provider, number, settings, paused_at, paused_reason, "
            "updated_at) values ('duka', 'duka-main', 'fake', '1', :sealed, 0, '', 0)",
            sealed=sealed,
        )

    await store.write(write)
    await store.close()
    to = tmp_path / "one.gwbackup"
    await take(settings, to, None, quiet)
    after = placed(tmp_path, Urls(f"sqlite:///{tmp_path / 'restored.db'}", "", ""), "again")
    await restore(after, Plan(to), (CORE,), quiet)
    again: Store = connect(after.store.url)
    await again.open()
    found = bytes(await again.read(lambda tx: tx.value("select settings from channel")))
    await again.close()
    assert secret.encode() not in (tmp_path / "restored.db").read_bytes()
    assert Seal((secret,)).open(found, PLACE) == b"token"
    with pytest.raises(SealError):
        Seal(("another-secret-" + "x" * 30,)).open(found, PLACE)


async def test_the_api_shows_releases_and_discards(any_house: House) -> None:
    """Of the key's own tenant only; a second decision finds nothing."""
    house = any_house
    house.line("duka")
    house.line("soko")
    await house.start()
    await house.sim.says("+254700000001", "hello")
    await house.sim.wait_for("+254700000001", 1)
    for text in ("first", "second"):
        body = {"channel": "duka-main", "to": "+254700000001", "message": {"type": "text", "text": text}}
        at = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
        code, answer = await house.api("POST", json={**body, "send_at": at})
        assert code == 202, answer
    await house.stop()
    settings = load(house.config)
    store = connect(settings.store.url, worker_url=settings.store.worker_url)
    await store.open()
    await store.write(lambda tx: tx.run("update scheduled set due_at = 1 where tenant = 'duka'"))
    await settle(store, Channels(settings, load_providers()), "b", 1, SystemClock().now())
    await store.close()
    await house.start()
    code, page = await house.api("GET", "/api/v1/restored")
    assert (code, [each["words"] for each in page["items"]]) == (200, ["first", "second"])
    first, second = (each["id"] for each in page["items"])
    code, other = await house.api("GET", "/api/v1/restored", tenant="soko")
    assert (code, other["items"]) == (200, [])
    assert (await house.api("POST", f"/api/v1/restored/{first}/release", tenant="soko"))[0] == 404
    assert (await house.api("POST", f"/api/v1/restored/{first}/release"))[1]["decided"] == "released"
    assert (await house.api("POST", f"/api/v1/restored/{first}/release"))[0] == 404
    assert (await house.api("POST", f"/api/v1/restored/{second}/discard"))[1]["decided"] == "discarded"
    await house.sim.wait_for("+254700000001", 2)
    await asyncio.sleep(0.2)
    assert [each.text for each in house.sim.inbox("+254700000001")][1:] == ["first"]
    told = await house.rows("select action from audit where action like 'restored.%' order by action")
    assert [each[0] for each in told] == ["restored.discard", "restored.release"]
