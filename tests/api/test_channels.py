"""`/api/v1/channels`: a number is connected, changed, paused and removed while the gateway runs."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from gateway.operate import operate
from gateway.settings import load
from tests.support.house import House, until

SETTINGS = {
    "phone_number_id": "499000000000001",
    "access_token": "token-of-the-second-shop",
    "app_secret": ["app-secret-of-the-second-shop", "short"],
    "verify_token": "v",
}
NEW: dict[str, Any] = {"id": "duka-two", "provider": "meta_cloud", "name": "The second", "settings": SETTINGS}


async def _made(house: House, **more: Any) -> dict[str, Any]:
    code, answer = await house.api("POST", "/api/v1/channels", json={**NEW, **more})
    assert code == 201, answer
    made: dict[str, Any] = answer
    return made


async def test_a_channel_is_connected_without_a_restart(any_house: House) -> None:
    """It is served at once, and its secrets are not to be had again: not shown, not in the database."""
    made = await _made(any_house, silence="6h", sources=["31.13.24.0/21"])

    assert (made["origin"], made["state"], made["number"]) == ("database", "sends", "499000000000001")
    assert (made["silence"], made["sources"]) == (21_600, ["31.13.24.0/21"])
    assert made["webhook_url"].endswith("/webhooks/meta_cloud/duka-two")
    assert made["settings"] == {
        "phone_number_id": "499000000000001",
        "access_token": {"set": True, "last4": "shop"},
        "app_secret": [{"set": True, "last4": "shop"}, {"set": True}],
        "verify_token": {"set": True},
    }
    assert any_house.gateway is not None
    assert any_house.gateway.channels.get("duka", "duka-two") is not None
    (sealed,) = await any_house.rows("select settings from channel where id = 'duka-two'")
    assert b"second-shop" not in bytes(sealed[0])
    (noted,) = await any_house.rows(
        "select action, object, detail from audit where action = 'channel.create'"
    )
    assert noted[:2] == ("channel.create", "channel:duka-two")
    assert "second-shop" not in noted[2]
    code, listed = await any_house.api("GET", "/api/v1/channels")
    assert (code, [each["id"] for each in listed["items"]]) == (200, ["duka-main", "duka-two"])


async def test_pages_of_channels(house: House) -> None:
    """One at a time, each once."""
    await _made(house)

    code, first = await house.api("GET", "/api/v1/channels?limit=1")
    assert (code, [each["id"] for each in first["items"]]) == (200, ["duka-main"])
    code, last = await house.api("GET", "/api/v1/channels", params={"limit": "1", "cursor": first["cursor"]})
    assert (code, [each["id"] for each in last["items"]], last["cursor"]) == (200, ["duka-two"], None)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"settings": {**SETTINGS, "app_secret": ""}}, "/settings/app_secret"),
        ({"settings": {**SETTINGS, "app_secrets": "x"}}, "/settings/app_secrets"),
        ({"settings": {"phone_number_id": "1"}}, "/settings/access_token"),
        ({"settings": {**SETTINGS, "app_secret": {"env": "HOME"}}}, "/settings/app_secret"),
        ({"settings": {**SETTINGS, "access_token": {"file": "/etc/passwd"}}}, "/settings/access_token"),
        ({"settings": {**SETTINGS, "app_secret": [{"env": "HOME"}]}}, "/settings/app_secret"),
        ({"settings": {**SETTINGS, "api_base": "http://169.254.169.254"}}, "/settings/api_base"),
        ({"settings": {**SETTINGS, "waba_id": "1" * 40_000}}, "/settings"),
        ({"provider": "carrier"}, "/provider"),
        ({"provider": "twilio"}, "/settings/phone_number_id"),
        ({"silence": "soon"}, "/silence"),
        ({"silence": 1e300}, "/silence"),
        ({"sources": ["31.13.24.0/21", "10.0.0.1/8"]}, "/sources/1"),
        ({"name": "a\x00b"}, "/name"),
        ({"id": "Duka"}, "/id"),
    ],
)
async def test_what_gateway_toml_would_refuse_is_refused(
    house: House, change: dict[str, Any], pointer: str
) -> None:
    """With a pointer, and without the value of a secret."""
    code, answer = await house.api("POST", "/api/v1/channels", json={**NEW, **change})

    assert (code, answer["code"], answer["errors"][0]["pointer"]) == (422, "invalid", pointer)
    assert "second-shop" not in str(answer)


async def test_ids_and_numbers_are_given_once(house: House) -> None:
    """Over all tenants; whose it is, is not told."""
    other = {**SETTINGS, "phone_number_id": house.lines["soko"].sim.number}
    for change, pointer in (
        ({"id": "duka-main"}, "/id"),
        ({"id": "soko-main"}, "/id"),
        ({"settings": other}, "/settings"),
    ):
        code, answer = await house.api("POST", "/api/v1/channels", json={**NEW, **change})
        assert (code, answer["code"], answer["errors"][0]["pointer"]) == (409, "taken", pointer)
        assert "soko'" not in answer["detail"]
    await _made(house)
    code, answer = await house.api("POST", "/api/v1/channels", json={**NEW, "id": "third"}, tenant="soko")
    assert (code, answer["code"]) == (409, "taken")


async def test_settings_are_merged_and_secrets_rotated(any_house: House) -> None:
    """What is not named stays, null takes away, a list of secrets is taken whole."""
    await _made(any_house, settings={**SETTINGS, "waba_id": "77"})

    change = {
        "settings": {"app_secret": ["the-new-app-secret-x", "app-secret-of-the-second-shop"], "waba_id": None}
    }
    code, answer = await any_house.api("PATCH", "/api/v1/channels/duka-two", json=change)

    assert code == 200, answer
    assert "waba_id" not in answer["settings"]
    assert [each["last4"] for each in answer["settings"]["app_secret"]] == ["et-x", "shop"]
    assert any_house.gateway is not None
    channel = any_house.gateway.channels.get("duka", "duka-two")
    assert channel is not None
    assert channel.settings().access_token == "token-of-the-second-shop"
    assert channel.settings().app_secret[0] == "the-new-app-secret-x"


async def test_two_who_edit_are_told(house: House) -> None:
    """The ETag stands for the last edit; a webhook or a look does not change it."""
    await _made(house)
    headers = {"Authorization": f"Bearer {await house.key()}"}
    async with house.session.get(house.url + "/api/v1/channels/duka-two", headers=headers) as answer:
        tag = answer.headers["ETag"]
    change = {"name": "Mine"}

    for expected in (200, 412):
        code, _ = await house.api(
            "PATCH", "/api/v1/channels/duka-two", json=change, headers={"If-Match": tag}
        )
        assert code == expected
    code, _ = await house.api("DELETE", "/api/v1/channels/duka-two", headers={"If-Match": tag})
    assert code == 412


async def test_the_files_channels_are_the_files(any_house: House) -> None:
    """409 with the place in the file; but pausing is the database's."""
    for method, body in (("PATCH", {"name": "x"}), ("DELETE", None)):
        code, answer = await any_house.api(method, "/api/v1/channels/duka-main", json=body)
        assert (code, answer["code"]) == (409, "managed_by_file")
        assert "gateway.toml: tenants[0].channels[0]" in answer["detail"]

    code, held = await any_house.api("POST", "/api/v1/channels/duka-main/pause")
    assert (code, held["state"], held["origin"]) == (200, "held", "file")
    assert any_house.gateway is not None
    channel = any_house.gateway.channels.get("duka", "duka-main")
    assert channel is not None
    assert channel.held
    code, sends = await any_house.api("POST", "/api/v1/channels/duka-main/resume")
    assert (code, sends["state"]) == (200, "sends")
    actions = [
        row[0] for row in await any_house.rows("select action from audit where tenant = 'duka' order by seq")
    ]
    assert actions[-2:] == ["channel.pause", "channel.resume"]


async def test_a_removed_channel_leaves_no_secret_and_no_send(any_house: House) -> None:
    """What waits is cancelled; the id is not given away again."""
    await _made(any_house)
    await any_house.api("POST", "/api/v1/channels/duka-two/pause")
    bodies = [
        {"channel": "duka-two", "to": f"+25470000000{n}", "message": {
            "type": "template", "name": "hello", "language": "en"}}
        for n in range(3)
    ]  # fmt: skip
    bodies[2]["send_at"] = _tomorrow()
    ids = []
    for body in bodies:
        code, answer = await any_house.api("POST", json=body)
        assert code == 202, answer
        ids.append(answer["id"])

    code, answer = await any_house.api("DELETE", "/api/v1/channels/duka-two")

    assert (code, answer) == (200, {"id": "duka-two", "cancelled": 3})
    for id in ids:
        assert (await any_house.api("GET", f"/api/v1/messages/{id}"))[1]["status"] == "cancelled"
    events = {"after": "0", "types": "message.status"}

    async def told() -> bool:
        page = (await any_house.api("GET", "/api/v1/events", params=events))[1]["items"]
        return [(each["type"], each["data"]["status"]) for each in page] == 3 * [
            ("message.status", "cancelled")
        ]

    await until(told, "whoever follows the log is told")
    (row,) = await any_house.rows("select settings, removed_at from channel where id = 'duka-two'")
    assert bytes(row[0]) == b""
    assert row[1] > 0
    assert (await any_house.api("GET", "/api/v1/channels/duka-two"))[0] == 404
    code, answer = await any_house.api("POST", "/api/v1/channels", json=NEW)
    assert (code, answer["code"]) == (409, "taken")


async def test_what_came_while_a_channel_was_removed_is_cancelled(any_house: House) -> None:
    """A removal that was cut short, or crossed by a message, leaves nothing that waits for ever."""
    await _made(any_house)
    await any_house.api("POST", "/api/v1/channels/duka-two/pause")
    message = {"type": "template", "name": "hello", "language": "en"}
    order = {"channel": "duka-two", "to": "+254700000001", "message": message}
    _, now = await any_house.api("POST", json=order)
    _, later = await any_house.api("POST", json={**order, "send_at": _tomorrow()})
    gateway = any_house.gateway
    assert gateway is not None
    gone = "update channel set removed_at = :at where tenant = :tenant and id = 'duka-two'"
    await gateway.store.write(lambda tx: tx.run(gone, at=gateway.clock.now(), tenant="duka"))

    await gateway.watch.sweep()

    for sent in (now, later):
        code, answer = await any_house.api("GET", f"/api/v1/messages/{sent['id']}")
        assert (code, answer["status"]) == (200, "cancelled")


async def test_a_channel_of_the_database_has_templates_at_the_command_line(any_house: House) -> None:
    """`gateway templates` knows every channel that is served, not gateway.toml's alone."""
    await _made(any_house, settings={**SETTINGS, "waba_id": "77"})
    told = await operate(load(any_house.config), "templates.list", {"channel": "duka-two"})
    assert (told["channel"], told["account"], told["templates"]) == ("duka-two", "77", [])


async def test_another_tenants_channel_is_nobodys(house: House) -> None:
    """404 at every address, whatever is asked."""
    await _made(house)
    for method, path, body in (
        ("GET", "", None), ("PATCH", "", {"name": "x"}), ("DELETE", "", None), ("POST", "/pause", None),
        ("POST", "/resume", None), ("POST", "/test", None), ("POST", "/register", None),
    ):  # fmt: skip
        code, answer = await house.api(method, f"/api/v1/channels/duka-two{path}", json=body, tenant="soko")
        assert (code, answer["code"]) == (404, "no_such_channel"), (method, path)


async def test_a_channel_is_tested_and_registered(house: House) -> None:
    """The findings of `gateway channel check`; registering without a public address is refused."""
    code, answer = await house.api("POST", "/api/v1/channels/duka-main/test")
    assert (code, answer["ok"]) == (200, False)
    assert {"address", "sending", "token"} <= {each["what"] for each in answer["findings"]}
    code, answer = await house.api("POST", "/api/v1/channels/duka-main/register")
    assert (code, answer["code"]) == (409, "not_registered")
    assert "public_url" in answer["detail"]


async def test_providers_say_what_they_want(house: House) -> None:
    """A JSON Schema each, and which of its fields are secret."""
    code, answer = await house.api("GET", "/api/v1/providers")
    assert code == 200
    found = {each["name"]: each for each in answer["items"]}
    assert found["twilio"]["secret_fields"] == ["api_secret", "auth_token", "shared_key"]
    assert "from" in str(found["twilio"]["schema"])


def _tomorrow() -> str:
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)).isoformat()
