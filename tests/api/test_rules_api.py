"""`/api/v1/tenant/policy` and `/retention`: what counts, who says so, and how it is changed while it runs."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.operate import operate
from gateway.settings import load
from tests.api.test_tenants import SOUK, Operator, _operator
from tests.support.house import House


async def _souk(house: House) -> tuple[Operator, str]:
    """An operator, and the key of a tenant of the database."""
    ops = await _operator(house)
    assert (await ops("POST", "/tenants", json=SOUK))[0] == 201
    return ops, (await operate(load(house.config), "key.create", {"tenant": "souk"}))["key"]


async def test_a_policy_is_changed_and_counts_at_once(any_house: House) -> None:
    """What is not named stays, null is the default again; lengths of time are texts; it is audited, and two
    who edit are told."""
    ops, key = await _souk(any_house)
    own = Operator(any_house, key)
    code, usual, tag = await own("GET", "/tenant/policy")
    assert (code, usual["id"], usual["origin"], set(usual["sources"].values())) == (
        200,
        "souk",
        "database",
        {"default"},
    )
    assert (usual["marketing"], usual["quiet"]["awake"], usual["caps"]) == ("opt_in", "1h", [])

    change = {
        "marketing": "opt_out",
        "quiet": {"start": "21:00", "end": "08:00"},
        "caps": [{"most": 2, "per": "7d"}, {"most": 1, "per": 60, "purposes": ["service"]}],
    }
    code, made, newer = await own("PATCH", "/tenant/policy", json=change, headers={"If-Match": tag})

    assert code == 200, made
    assert made["quiet"] == {**usual["quiet"], "start": "21:00", "end": "08:00"}
    assert made["caps"] == [
        {"most": 2, "per": "7d", "purposes": ["marketing"]},
        {"most": 1, "per": "1m", "purposes": ["service"]},
    ]
    tenants = {name for name, source in made["sources"].items() if source == "tenant"}
    assert tenants == {"marketing", "quiet.start", "quiet.end", "caps"}
    assert any_house.gateway is not None
    policy = any_house.gateway.directory["souk"].policy
    assert (policy.quiet.start, policy.caps[0].per, policy.marketing) == ("21:00", 604_800.0, "opt_out")
    code, answer, _ = await own("PATCH", "/tenant/policy", json={"stop": "all"}, headers={"If-Match": tag})
    assert (code, answer["code"]) == (412, "changed_meanwhile")
    code, _, _ = await own(
        "PATCH", "/tenant/policy", json={"quiet": {"end": None}, "caps": None}, headers={"If-Match": newer}
    )
    code, left, _ = await ops("GET", "/tenants/souk/policy")
    assert (left["quiet"]["start"], left["quiet"]["end"], left["caps"]) == ("21:00", "00:00", [])
    noted = await any_house.rows(
        "select detail from audit where tenant = 'souk' and action = 'tenant.policy'"
    )
    assert len(noted) == 2
    assert '"marketing":"opt_out"' in noted[0][0]


async def test_retention_is_changed(any_house: House) -> None:
    """Of one tenant; the rest is as the installation has it."""
    ops, key = await _souk(any_house)
    own = Operator(any_house, key)

    code, made, _ = await own("PATCH", "/tenant/retention", json={"messages": "180d", "media": 864_000})

    assert code == 200, made
    kinds = made["kinds"]
    assert (kinds["messages"]["kept"], kinds["messages"]["source"]) == ("180d", "tenant")
    assert (kinds["media"]["kept"], kinds["media"]["source"]) == ("10d", "tenant")
    assert (kinds["journal"]["kept"], kinds["journal"]["source"]) == ("14d", "default")
    assert any_house.gateway is not None
    assert any_house.gateway.directory["souk"].retention.messages == 180 * 86_400.0
    code, made, _ = await ops("PATCH", "/tenants/souk/retention", json={"messages": None, "audit": "60d"})
    assert (code, made["kinds"]["messages"]["kept"], made["kinds"]["audit"]["kept"]) == (200, "365d", "60d")
    assert any_house.gateway.directory["souk"].retention.media == 864_000.0


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("policy", {"quiet": {"start": "9pm"}}, "/quiet/start"),
        ("policy", {"quiet": {"start": "24:00"}}, "/quiet/start"),
        ("policy", {"quiet": {"awake": "2d"}}, "/quiet/awake"),
        ("policy", {"quiet": {"awake": "soon"}}, "/quiet/awake"),
        ("policy", {"quiet": {"purposes": ["ads"]}}, "/quiet/purposes/0"),
        ("policy", {"caps": [{"most": 1, "per": "1h"}, {"most": 1, "per": "60d"}]}, "/caps/1/per"),
        ("policy", {"caps": [{"most": 0, "per": "1h"}]}, "/caps/0/most"),
        ("policy", {"daily_contacts": 99_999_999}, "/daily_contacts"),
        ("policy", {"messages_per_day": 10}, "/messages_per_day"),
        ("policy", {"consent": "never"}, "/"),
        ("retention", {"idempotency": "1h"}, "/idempotency"),
        ("retention", {"messages": "long"}, "/messages"),
        ("retention", {"messages": -1}, "/messages"),
        ("retention", {"audit": "40d"}, "/audit"),
        ("retention", {"journal": "20d"}, "/"),
    ],
)
async def test_what_cannot_be_meant(house: House, path: str, body: dict[str, Any], pointer: str) -> None:
    """422 with a pointer, and nothing is different; how much a tenant may send is for operators."""
    _, key = await _souk(house)
    own = Operator(house, key)
    before = await own("GET", f"/tenant/{path}")
    code, answer, _ = await own("PATCH", f"/tenant/{path}", json=body)
    assert (code, answer["errors"][0]["pointer"]) == (422, pointer), answer
    assert await own("GET", f"/tenant/{path}") == before


async def test_quotas_are_for_operators(house: House) -> None:
    """Who may write to all tenants limits one."""
    ops, key = await _souk(house)
    code, made, _ = await ops("PATCH", "/tenants/souk/policy", json={"messages_per_day": 10})
    assert (code, made["messages_per_day"], made["sources"]["messages_per_day"]) == (200, 10, "tenant")
    code, _, _ = await Operator(house, key)("PATCH", "/tenant/policy", json={"messages_per_day": None})
    assert code == 422


async def test_what_the_file_says_is_the_files(house: House) -> None:
    """It is shown with its place, and refused with it."""
    house.lines["duka"].tenant_options |= {
        "policy": {"stop": "marketing"},
        "retention": {"messages": "90d"},
    }
    house.write()
    assert house.gateway is not None
    house.gateway.directory.reread()

    code, policy = await house.api("GET", "/api/v1/tenant/policy")
    assert (code, policy["stop"], policy["origin"]) == (200, "marketing", "file")
    assert (policy["sources"]["stop"], policy["sources"]["marketing"]) == ("file", "default")
    code, kept = await house.api("GET", "/api/v1/tenant/retention")
    assert kept["kinds"]["messages"] | {"kept": "90d", "source": "file"} == kept["kinds"]["messages"]
    for path, body in (("policy", {"stop": "all"}), ("retention", {"messages": "1d"})):
        code, answer = await house.api("PATCH", f"/api/v1/tenant/{path}", json=body)
        assert (code, answer["code"]) == (409, "managed_by_file")
        assert f"gateway.toml: tenants[0].{path}" in answer["detail"]


async def test_only_operators_look_at_others(house: House) -> None:
    """403 for a tenant's key, 404 for a tenant that there is not."""
    for path in ("policy", "retention"):
        for method in ("GET", "PATCH"):
            more = {"json": {}} if method == "PATCH" else {}
            code, answer = await house.api(method, f"/api/v1/tenants/soko/{path}", **more)
            assert (code, answer["code"]) == (403, "not_allowed")
            ops = await _operator(house)
            assert (await ops(method, f"/tenants/nobody/{path}", **more))[0] == 404
