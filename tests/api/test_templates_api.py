"""`/api/v1/templates`: made, edited, listed, read anew and deleted at the provider."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.house import ANA, House, until
from tests.support.postgres import Urls

PATH = "/api/v1/templates"
ORDER: dict[str, Any] = {
    "name": "order_ready",
    "language": "en_US",
    "category": "utility",
    "body": "Hi {{1}}, order {{2}} is ready.",
    "examples": ["Ana", "17"],
}


@pytest.fixture
async def shop(tmp_path: Path, store_urls: Urls) -> AsyncIterator[House]:
    """Two tenants at simulators that review when they are told to."""
    house = House(tmp_path, store_urls)
    for tenant in ("duka", "soko"):
        sim = house.line(tenant)
        sim.templates, sim.review_delay = "strict", None
    await house.start()
    yield house
    await house.close()


async def post(house: House, expect: int, *, tenant: str = "duka", **body: Any) -> dict[str, Any]:
    """POST a template: the answer, which has the status *expect*."""
    code, answer = await house.api("POST", PATH, tenant=tenant, json=body)
    assert code == expect, answer
    made: dict[str, Any] = answer
    return made


async def test_from_the_api_to_the_phone(shop: House) -> None:
    """Made: 201 and in review; approved, it is sent; the same again is unchanged, another text is an edit."""
    told = await post(shop, 200, template=ORDER, dry_run=True)
    assert (told["action"], told["applied"]) == ("create", False)
    assert (await shop.api("GET", f"{PATH}/order_ready"))[0] == 404
    made = await post(shop, 201, template=ORDER)
    assert (made["action"], made["applied"], made["status"]) == ("create", True, "PENDING")
    refused = await post(shop, 409, template={**ORDER, "body": "Hello {{1}}, {{2}} is here."})
    assert (refused["code"], "PENDING" in refused["detail"]) == ("template_in_review", True)
    await shop.sim.book.approve("order_ready")

    async def approved() -> bool:
        _, answer = await shop.api("GET", f"{PATH}/order_ready")
        return [each["status"] for each in answer["variants"]] == ["APPROVED"]

    await until(approved, "the webhook is folded")
    message = {"type": "template", "name": "order_ready", "language": "en_US", "values": ["Ana", "1"]}

    async def sent() -> bool:
        """What was just folded is known to the sender a moment later; a refusal leaves nothing."""
        code, _ = await shop.api("POST", json={"channel": "duka-main", "to": ANA, "message": message})
        return code == 202

    await until(sent, "it is sent")
    await shop.sim.wait_for(ANA, 1)
    assert (await post(shop, 200, template=ORDER))["action"] == "unchanged"
    edited = await post(shop, 200, template={**ORDER, "body": "Hello {{1}}, {{2}} is here."})
    assert (edited["action"], edited["applied"], len(edited["changes"])) == ("edit", True, 1)
    notes = await shop.rows("select tenant, action, object from audit where action like 'template%'")
    assert notes == [("duka", "template.apply", "template:order_ready")] * 2


async def test_templates_are_listed_in_pages(shop: House) -> None:
    """By name and language, filtered, each with its content; a cursor leads to the rest."""
    for language in ("en_US", "pt_BR"):
        for name in ("order_ready", "receipt"):
            await post(shop, 201, template={**ORDER, "name": name, "language": language})
    code, answer = await shop.api("GET", PATH)
    assert code == 200
    found = [(each["name"], each["language"]) for each in answer["items"]]
    assert found == [(n, c) for n in ("order_ready", "receipt") for c in ("en_US", "pt_BR")]
    assert answer["items"][0]["definition"]["body"] == ORDER["body"]
    paged: list[tuple[str, str]] = []
    cursor = ""
    while cursor is not None:
        query = {"limit": "3", **({"cursor": cursor} if cursor else {})}
        _, page = await shop.api("GET", PATH, params=query)
        paged += [(each["name"], each["language"]) for each in page["items"]]
        cursor = page["cursor"]
    assert paged == found
    filters = {"channel": "duka-main", "status": "PENDING", "name": "receipt", "language": "pt_BR"}
    _, answer = await shop.api("GET", PATH, params=filters)
    assert [(each["name"], each["language"]) for each in answer["items"]] == [("receipt", "pt_BR")]
    _, answer = await shop.api("GET", f"{PATH}/receipt")
    assert [each["language"] for each in answer["variants"]] == ["en_US", "pt_BR"]
    code, answer = await shop.api("GET", PATH, params={"channel": "soko-main"})
    assert (code, answer["code"]) == (404, "no_such_channel")
    assert (await shop.api("GET", PATH, tenant="soko"))[1]["items"] == []


async def test_a_template_is_deleted(shop: House) -> None:
    """In one language, then in all; then it is 404. Another tenant's is not there."""
    for language in ("en_US", "pt_BR"):
        await post(shop, 201, template={**ORDER, "language": language})
    assert (await shop.api("DELETE", f"{PATH}/order_ready", tenant="soko"))[0] == 404
    code, answer = await shop.api("DELETE", f"{PATH}/order_ready", params={"language": "pt_BR"})
    assert (code, answer["languages"]) == (200, ["pt_BR"])
    code, answer = await shop.api("DELETE", f"{PATH}/order_ready", params={"channel": "duka-main"})
    assert (code, answer["languages"]) == (200, ["en_US"])
    code, answer = await shop.api("DELETE", f"{PATH}/order_ready")
    assert (code, answer["code"]) == (404, "no_such_template")


async def test_what_the_provider_refuses_is_told_by_its_code(shop: House) -> None:
    """502 provider_refused with the provider's code; its token never shows."""
    sim = shop.sim
    sim.revoke_token()
    answer = await post(shop, 502, template=ORDER)
    assert (answer["code"], answer["provider"], answer["provider_code"]) == (
        "provider_refused", "meta_cloud", 190,
    )  # fmt: skip
    code, answer = await shop.api("POST", f"{PATH}/sync", json={})
    assert (code, answer["code"]) == (502, "provider_refused")


async def test_the_account_is_read_anew(shop: House) -> None:
    """What somebody made at the provider is there after a sync, and sent at once."""
    code, answer = await shop.api("POST", f"{PATH}/sync", json={"channel": "duka-main"})
    assert (code, answer["account"], answer["vanished"]) == (200, "198700112233445", 0)
    code, answer = await shop.api("POST", f"{PATH}/sync", json={"channel": "soko-main"})
    assert (code, answer["code"]) == (404, "no_such_channel")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"status": "APPROVED"}, "/template/status"),
        ({"provider_id": "1"}, "/template/provider_id"),
        ({"name": "order_v2"}, "/template/name"),
        ({"category": "dinner"}, "/template/category"),
        ({"owner": "me"}, "/template"),
        ({"header": {"kind": "image", "sample": "/etc/passwd"}}, "/template/header/sample"),
        ({"body": 7}, "/template/body"),
    ],
)
async def test_what_is_no_template_is_refused(house: House, change: dict[str, Any], pointer: str) -> None:
    """422 with the place: server-owned and unknown fields, wrong words, files of the server."""
    answer = await post(house, 422, template={**ORDER, **change})
    assert answer["errors"][0]["pointer"] == pointer
