"""The life of a template: written, listed, reviewed, paused, edited, deleted, sent (wire.md 2.6, 2.7)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.clock import ManualClock
from gateway.simulator import samples
from providers.meta_cloud.simulator import MetaSimulator
from providers.meta_cloud.simulator.graph import APP_ID
from tests.providers.meta_cloud.simulator.graph_client import graph, refused

WABA = "198700112233445"
PATH = f"{WABA}/message_templates"
SAMPLES = Path(__file__).parents[3] / "samples" / "meta"
Body = dict[str, Any]
VISIT: Body = {
    "name": "visit_reminder",
    "language": "es",
    "category": "UTILITY",
    "parameter_format": "NAMED",
    "components": [
        {
            "type": "HEADER",
            "format": "TEXT",
            "text": "Cita {{day}}",
            "example": {"header_text_named_params": [{"param_name": "day", "example": "lunes"}]},
        },
        {
            "type": "BODY",
            "text": "Hola {{first_name}}, te esperamos.",
            "example": {"body_text_named_params": [{"param_name": "first_name", "example": "Ana"}]},
        },
        {"type": "FOOTER", "text": "Ruiz SL"},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Confirmar"},
                {
                    "type": "URL",
                    "text": "Ver",
                    "url": "https://example.org/{{1}}",
                    "example": ["https://example.org/v1"],
                },
                {"type": "PHONE_NUMBER", "text": "Llamar", "phone_number": "+34600999888"},
            ],
        },
    ],
}
OTP: Body = {
    "name": "login_code",
    "language": "en_US",
    "category": "AUTHENTICATION",
    "components": [
        {"type": "BODY", "add_security_recommendation": True},
        {"type": "FOOTER", "code_expiration_minutes": 10},
        {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy"}]},
    ],
}


@pytest.fixture
async def sim() -> AsyncIterator[MetaSimulator]:
    """A simulator whose time stands still until it is passed, and that checks templates."""
    simulator = MetaSimulator(access_token="token", app_secret="app-secret", clock=ManualClock())
    simulator.status_delay = simulator.batch_wait = simulator.retry_first = 0.002
    simulator.templates = "strict"
    async with simulator:
        yield simulator


def plain(name: str = "plain", *components: Body, body: str = "Thank you", **more: Any) -> Body:
    """A template with a body and no variables."""
    parts = [{"type": "BODY", "text": body}, *components]
    return {"name": name, "language": "en_US", "category": "UTILITY", "components": parts, **more}


def buttons(*made: Body) -> Body:
    """Their component."""
    return {"type": "BUTTONS", "buttons": list(made)}


def reply(text: str) -> Body:
    """A quick reply."""
    return {"type": "QUICK_REPLY", "text": text}


def link(text: str, url: str = "https://example.org", **more: Any) -> Body:
    """A URL button."""
    return {"type": "URL", "text": text, "url": url, **more}


async def create(sim: MetaSimulator, template: Body) -> Body:
    """Submit a template; the answer."""
    status, answer = await graph(sim, "POST", PATH, template)
    assert status == 200, answer
    return answer


async def test_a_template_is_reviewed(sim: MetaSimulator, business) -> None:
    """PENDING at first, then approved with the webhook of the samples."""
    answer = await create(sim, VISIT)
    assert (answer["status"], answer["category"]) == ("PENDING", "UTILITY")
    await sim.settle()
    sample = json.loads((SAMPLES / "field_message_template_status_update_approved.json").read_text())
    want = sample["entry"][0]["changes"][0]
    sent = json.loads(business.bodies[-1])["entry"][0]
    assert sent["changes"][0]["field"] == want["field"]
    assert sent["changes"][0]["value"] == {**want["value"], "message_template_id": int(answer["id"])}
    assert isinstance(sent["time"], int)
    _, told = await graph(sim, "GET", answer["id"], fields="status,quality_score,components")
    assert told.pop("quality_score").keys() == {"score", "date"}
    assert told == {"status": "APPROVED", "components": VISIT["components"], "id": answer["id"]}


async def test_a_review_takes_its_time(sim: MetaSimulator, business) -> None:
    """`review_delay` is on the simulator's clock; None waits for a verdict."""
    sim.review_delay = 3600.0
    made = await create(sim, plain())
    await sim.pass_time(minutes=59)
    assert (await graph(sim, "GET", made["id"]))[1]["status"] == "PENDING"
    await sim.pass_time(minutes=2)
    assert (await graph(sim, "GET", made["id"]))[1]["status"] == "APPROVED"
    sim.review_delay = None
    made = await create(sim, plain("other"))
    await sim.book.reject("other")
    _, told = await graph(sim, "GET", made["id"], fields="status,rejected_reason")
    assert (told["status"], told["rejected_reason"]) == ("REJECTED", "INVALID_FORMAT")
    assert business.values[-1]["rejection_info"].keys() == {"reason", "recommendation"}


async def test_lists_come_in_pages(sim: MetaSimulator, business) -> None:
    """Cursors lead through all; filters and fields are obeyed; a made-up cursor is 131059."""
    for n in range(7):
        await create(sim, plain(f"t{n}"))
    await sim.settle()
    names, query = [], {"limit": "3", "fields": "name"}
    while True:
        _, page = await graph(sim, "GET", PATH, **query)
        names += [row["name"] for row in page["data"]]
        assert all(row.keys() == {"name", "id"} for row in page["data"])
        if "next" not in page["paging"]:
            break
        assert page["paging"]["next"].startswith(sim.api_base)
        query["after"] = page["paging"]["cursors"]["after"]
    assert sorted(names) == [f"t{n}" for n in range(7)]
    _, page = await graph(sim, "GET", PATH, name="t3", status="APPROVED")
    assert [row["name"] for row in page["data"]] == ["t3"]
    assert (await graph(sim, "GET", PATH, status="PAUSED"))[1] == {"data": []}
    assert await refused(sim, "GET", PATH, after="bm9uZQ==") == 131059
    assert await refused(sim, "GET", PATH, fields="name,colour") == 100


REFUSED: list[tuple[str, int, Body]] = [
    ("no body", 2388072, {**plain(), "components": [{"type": "FOOTER", "text": "x"}]}),
    ("a long body", 2388040, plain(body="x" * 1025)),
    ("a leading variable", 2388299, plain(body="{{1}} is here")),
    ("a trailing variable", 2388299, plain(body="Here is {{1}}.")),
    ("no example", 2388072, plain(body="Hi {{1}} you")),
    ("a gap", 2388072, plain(body="Hi {{2}} you")),
    ("an open variable", 2388072, plain(body="Hi {{1} you")),
    ("too many variables", 2388293, plain(body="a {{1}}{{2}}{{3}} b")),
    ("a long header", 2388040, plain("p", {"type": "HEADER", "format": "TEXT", "text": "x" * 61})),
    (
        "two variables in a header",
        2388047,
        plain("p", {"type": "HEADER", "format": "TEXT", "text": "{{1}} a {{2}}"}),
    ),
    ("an unknown format", 2388047, plain("p", {"type": "HEADER", "format": "SOUND"})),
    ("no sample", 2388047, plain("p", {"type": "HEADER", "format": "IMAGE"})),
    (
        "a made-up sample",
        100,
        plain(
            "p",
            {
                "type": "HEADER",
                "format": "IMAGE",
                "example": {"header_handle": ["4::eA=="]},
            },
        ),
    ),
    ("a variable in the footer", 2388073, plain("p", {"type": "FOOTER", "text": "{{1}}"})),
    ("a long footer", 2388040, plain("p", {"type": "FOOTER", "text": "x" * 61})),
    ("three links", 100, plain("p", buttons(link("a"), link("b"), link("c")))),
    ("replies apart", 100, plain("p", buttons(reply("a"), link("b"), reply("c")))),
    ("eleven buttons", 131009, plain("p", buttons(*[reply(str(n)) for n in range(11)]))),
    ("a long label", 100, plain("p", buttons(reply("x" * 26)))),
    ("a variable inside of a link", 100, plain("p", buttons(link("a", "https://{{1}}.org", example=["x"])))),
    ("a link without an example", 131008, plain("p", buttons(link("a", "https://example.org/{{1}}")))),
    ("a long coupon", 100, plain("p", buttons({"type": "COPY_CODE", "example": "x" * 16}))),
    ("a strange name", 131009, plain("Visit!")),
    ("a strange category", 131009, plain(category="SERVICE")),
    ("a strange member", 100, plain(colour="red")),
    ("a strange component", 131009, plain("p", {"type": "PICTURE"})),
    ("a short life", 131009, plain(message_send_ttl_seconds=29)),
    ("a code without a button", 100, {**OTP, "components": OTP["components"][:2]}),
    (
        "a code that lives long",
        131009,
        {
            **OTP,
            "components": [
                OTP["components"][0],
                {"type": "FOOTER", "code_expiration_minutes": 91},
                OTP["components"][2],
            ],
        },
    ),
    ("one card", 131009, plain("p", {"type": "CAROUSEL", "cards": [{"components": []}]})),
    (
        "a long offer",
        100,
        plain("p", {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "x" * 17}}),
    ),
]


@pytest.mark.parametrize(("code", "template"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_what_meta_would_not_take(sim: MetaSimulator, code: int, template: Body) -> None:
    """Each rule has its code, and nothing is stored."""
    assert await refused(sim, "POST", PATH, template) == code
    assert (await graph(sim, "GET", PATH))[1] == {"data": []}


async def test_a_name_is_taken(sim: MetaSimulator, business) -> None:
    """By the same language, by another category, and for 30 days after an approved one was deleted."""
    await create(sim, plain())
    await sim.settle()
    assert await refused(sim, "POST", PATH, plain()) == 100
    assert await refused(sim, "POST", PATH, plain(language="es", category="MARKETING")) == 100
    await create(sim, plain(language="es"))
    assert await graph(sim, "DELETE", PATH, name="plain") == (200, {"success": True})
    assert (await graph(sim, "GET", PATH))[1] == {"data": []}
    _, answer = await graph(sim, "POST", PATH, plain())
    assert answer["error"]["error_subcode"] == 2388023
    await sim.pass_time(days=30.1)
    await create(sim, plain())


async def test_one_language_is_deleted(sim: MetaSimulator, business) -> None:
    """With `hsm_id` the others stay; a disabled one cannot be deleted."""
    first = await create(sim, plain())
    await create(sim, plain(language="es"))
    await graph(sim, "DELETE", PATH, name="plain", hsm_id=first["id"])
    [left] = (await graph(sim, "GET", PATH))[1]["data"]
    assert left["language"] == "es"
    await sim.settle()
    await sim.book.disable("plain")
    assert await refused(sim, "DELETE", PATH, name="plain") == 100
    assert await refused(sim, "DELETE", PATH, name="nothing") == 100


async def test_an_account_makes_so_many_an_hour(sim: MetaSimulator) -> None:
    """A hundred creations an hour, then 2388019."""
    sim.review_delay = None
    for n in range(100):
        await create(sim, plain(f"t{n}"))
    assert await refused(sim, "POST", PATH, plain("more")) == 2388019
    await sim.pass_time(hours=1.1)
    await create(sim, plain("more"))


async def test_edits_are_counted(sim: MetaSimulator, business) -> None:
    """Approved: once a day, ten times in 30 days, never the category; every edit is reviewed again."""
    made = await create(sim, plain())
    assert await refused(sim, "POST", made["id"], {"components": plain()["components"]}) in (0, 100)
    await sim.settle()
    assert await refused(sim, "POST", made["id"], {"category": "MARKETING"}) == 100
    await sim.pass_time(days=31)
    for n in range(10):
        changed = {"components": [{"type": "BODY", "text": f"Thank you {n} times"}]}
        assert await refused(sim, "POST", made["id"], changed) == 0
        await sim.settle()
        assert await refused(sim, "POST", made["id"], changed) == 100
        await sim.pass_time(days=1.1)
    assert await refused(sim, "POST", made["id"], changed) == 100
    updates = [value for value in business.values if "message_template_element" in value]
    assert updates[-1]["message_template_element"] == "Thank you 9 times"
    _, told = await graph(sim, "GET", made["id"], fields="components,status")
    assert told["components"] == changed["components"]
    assert told["status"] == "APPROVED"


async def test_pauses(sim: MetaSimulator, business) -> None:
    """3 hours, 6 hours, then disabled; sends are refused meanwhile (132015, 132016)."""
    await create(sim, plain())
    await sim.settle()
    send = {"type": "template", "template": {"name": "plain", "language": {"code": "en_US"}}}
    for hours in (3, 6):
        await sim.book.pause("plain")
        assert (await business.send(**send))[1]["error"]["code"] == 132015
        await sim.pass_time(hours=hours + 0.1)
        assert (await business.send(**send))[0] == 200
    await sim.book.pause("plain")
    assert (await business.send(**send))[1]["error"]["code"] == 132016
    events = [value.get("event") for value in business.values if "event" in value]
    assert events == ["APPROVED", "PAUSED", "APPROVED", "PAUSED", "APPROVED", "DISABLED"]
    titles = [value["other_info"]["title"] for value in business.values if "other_info" in value]
    assert titles == ["FIRST_PAUSE", "UNPAUSE", "SECOND_PAUSE", "UNPAUSE", "DISABLED"]


async def test_unpause_by_call(sim: MetaSimulator, business) -> None:
    """Only a paused one can be unpaused."""
    made = await create(sim, plain())
    await sim.settle()
    assert await refused(sim, "POST", f"{made['id']}/unpause") == 100
    await sim.book.pause("plain")
    await sim.settle()
    assert await refused(sim, "POST", f"{made['id']}/unpause") == 0


async def test_quality_and_category(sim: MetaSimulator, business) -> None:
    """The webhooks have the members of the samples; an announced category changes after a day."""
    await create(sim, plain())
    await sim.settle()
    business.bodies.clear()
    await sim.book.set_quality("plain", "YELLOW")
    await sim.book.announce_category("plain", "MARKETING")
    await sim.pass_time(hours=24.1)
    shapes = []
    for name in ("quality_update", "category_update_impending", "category_update_done"):
        prefix = "field_message_template_" if name == "quality_update" else "field_template_"
        sample = json.loads((SAMPLES / f"{prefix}{name}.json").read_text())
        shapes.append(sample["entry"][0]["changes"][0]["value"].keys())
    assert [value.keys() for value in business.values] == shapes
    assert (await graph(sim, "GET", PATH))[1]["data"][0]["category"] == "MARKETING"


async def sample(sim: MetaSimulator, data: bytes, mime: str = "image/png", **headers: str) -> Body:
    """Upload a sample; the last answer."""
    query = {"file_name": "a.png", "file_length": str(len(data)), "file_type": mime}
    _, session = await graph(sim, "POST", f"{APP_ID}/uploads", **query)
    sent = {"Authorization": f"OAuth {sim.access_token}", "file_offset": "0", **headers}
    return (await graph(sim, "POST", session["id"], data=data, headers=sent))[1]


async def test_a_sample_ends_in_a_handle(sim: MetaSimulator) -> None:
    """Two calls; the handle is good for a header; wrong scheme, offset or bytes are refused."""
    handle = (await sample(sim, samples.png()))["h"]
    assert handle.startswith("4::")
    head = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": [handle]}}
    await create(sim, plain("pictured", head))
    assert (await sample(sim, samples.png(), Authorization="Bearer token"))["error"]["code"] == 190
    assert (await sample(sim, samples.png(), file_offset="5"))["error"]["code"] == 131009
    assert (await sample(sim, b"no picture"))["error"]["code"] == 131053


async def test_an_upload_can_be_resumed(sim: MetaSimulator) -> None:
    """The session says how far it is, and goes on from there."""
    data = samples.png()
    _, session = await graph(
        sim, "POST", f"{APP_ID}/uploads", file_name="a", file_length=str(len(data)), file_type="image/png"
    )
    bearing = {"Authorization": f"OAuth {sim.access_token}"}
    await graph(sim, "POST", session["id"], data=data[:10], headers={**bearing, "file_offset": "0"})
    _, told = await graph(sim, "GET", session["id"], headers=bearing)
    assert told["file_offset"] == 10
    rest = {**bearing, "file_offset": "10"}
    assert "h" in (await graph(sim, "POST", session["id"], data=data[10:], headers=rest))[1]


def visit(body: list[Body] | None = None, *more: Body, head: str = "lunes", **changed: Any) -> Body:
    """A send of VISIT."""
    name = [{"type": "text", "parameter_name": "first_name", "text": "Ana"}]
    parts: list[Body] = [
        {"type": "header", "parameters": [{"type": "text", "parameter_name": "day", "text": head}]},
        {"type": "body", "parameters": name if body is None else body},
        *(more or (part("url", 1, {"type": "text", "text": "visit/17"}),)),
    ]
    content = {"name": "visit_reminder", "language": {"code": "es"}, "components": parts, **changed}
    return {"type": "template", "template": content}


def part(kind: str, index: int, *values: Body) -> Body:
    """The values of a button."""
    return {"type": "button", "sub_type": kind, "index": str(index), "parameters": list(values)}


SENDS: list[tuple[str, int, Body]] = [
    ("right", 0, visit()),
    ("another language", 132001, visit(language={"code": "fr"})),
    ("another name", 132001, visit(name="visits")),
    ("too few values", 132000, visit([])),
    ("another parameter", 132018, visit([{"type": "text", "parameter_name": "name", "text": "Ana"}])),
    ("no parameter names", 132018, visit([{"type": "text", "text": "Ana"}])),
    ("a long text", 132005, visit([{"type": "text", "parameter_name": "first_name", "text": "x" * 1020}])),
    ("no suffix", 131008, visit(None, part("quick_reply", 0, {"type": "payload", "payload": "x"}))),
    ("another kind of button", 132018, visit(None, part("url", 0, {"type": "text", "text": "x"}))),
    ("a button that is not there", 132018, visit(None, part("url", 7, {"type": "text", "text": "x"}))),
]


@pytest.mark.parametrize(("code", "body"), [row[1:] for row in SENDS], ids=[row[0] for row in SENDS])
async def test_a_send_is_held_to_its_template(sim: MetaSimulator, business, code: int, body: Body) -> None:
    """The right values are accepted, each mistake has its code."""
    await create(sim, VISIT)
    await sim.settle()
    _, answer = await business.send(**body)
    assert answer.get("error", {}).get("code", 0) == code
    if not code:
        assert answer["messages"][0]["message_status"] == "accepted"


async def test_direct_send_makes_templates(sim: MetaSimulator, business) -> None:
    """One for equal messages; listed by `source` only; nobody can edit or delete it."""
    for _ in range(2):
        await business.send(text={"body": "Your parcel leaves today."}, category="utility")
    assert (await graph(sim, "GET", PATH))[1] == {"data": []}
    [made] = (await graph(sim, "GET", PATH, source="AUTO_GENERATED"))[1]["data"]
    assert (made["category"], made["status"]) == ("UTILITY", "APPROVED")
    assert await refused(sim, "POST", made["id"], {"components": plain()["components"]}) == 2388318
    assert await refused(sim, "DELETE", PATH, name=made["name"]) == 2388330


async def test_a_code_needs_a_phone(sim: MetaSimulator, business) -> None:
    """The sample of a one-time code is accepted; to a user id it fails with 131062."""
    await create(sim, OTP)
    await sim.settle()
    body = json.loads((SAMPLES / "send_template_auth_copy_code.json").read_text())
    assert (await business.send(**body))[0] == 200
    user_id = sim.contact("+34600111222").user_id
    assert (await business.send(**{**body, "to": None, "recipient": user_id}))[0] == 200
    await sim.settle()
    [failed] = [status for status in business.statuses if status["status"] == "failed"]
    assert failed["errors"][0]["code"] == 131062


async def test_the_marketing_endpoint(sim: MetaSimulator, business) -> None:
    """Marketing templates only; one that syncs or an account that is not onboarded has its code."""
    await create(sim, plain())
    await create(sim, plain("offer", category="MARKETING"))
    await sim.settle()
    path = f"{sim.number}/marketing_messages"

    def body(name: str) -> Body:
        template = {"name": name, "language": {"code": "en_US"}}
        return {
            "messaging_product": "whatsapp",
            "to": "+34600111222",
            "type": "template",
            "template": template,
            "product_policy": "STRICT",
        }

    assert await refused(sim, "POST", path, body("offer")) == 0
    assert await refused(sim, "POST", path, body("plain")) == 134100
    text = {"messaging_product": "whatsapp", "to": "+34600111222", "text": {"body": "x"}}
    assert await refused(sim, "POST", path, text) == 131055
    assert await refused(sim, "POST", f"{sim.number}/messages", body("offer")) == 100
    sim.marketing_sync = 600.0
    assert await refused(sim, "POST", path, body("offer")) == 134101
    sim.marketing_onboarded = False
    assert await refused(sim, "POST", path, body("offer")) == 134102
    sim.marketing_on_cloud_api = False
    by_messages = {name: value for name, value in body("offer").items() if name != "product_policy"}
    assert await refused(sim, "POST", f"{sim.number}/messages", by_messages) == 131063


async def test_a_capped_user_gets_no_marketing(sim: MetaSimulator, business) -> None:
    """Accepted, then failed with 131049; utility templates arrive."""
    await create(sim, plain())
    await create(sim, plain("offer", category="MARKETING"))
    await sim.settle()
    sim.marketing_capped.add("+254700000001")
    for name in ("plain", "offer"):
        await business.send(type="template", template={"name": name, "language": {"code": "en_US"}})
    await sim.settle()
    assert [status["errors"][0]["code"] for status in business.statuses if "errors" in status] == [131049]
    assert len(sim.inbox("+254700000001")) == 1


@pytest.mark.parametrize("drop", [False, True])
async def test_held_templates(sim: MetaSimulator, business, drop: bool) -> None:
    """Nothing is told until they are released: they are delivered, or fail with 132015."""
    sim.templates, sim.hold_templates = "any", True
    _, answer = await business.send(type="template", template={"name": "any", "language": {"code": "es"}})
    assert answer["messages"][0]["message_status"] == "held_for_quality_assessment"
    await sim.settle()
    assert business.statuses == []
    await sim.release_held(drop=drop)
    await sim.settle()
    told = [status["status"] for status in business.statuses]
    assert told == (["failed"] if drop else ["sent", "delivered", "read"])
