"""The Content API: limits, variables, approvals, and what may be sent without one."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from providers.twilio.simulator import TwilioSimulator
from tests.providers.twilio.simulator.conftest import ANA, SAMPLES, Business

REPLY: dict[str, Any] = {
    "body": "Confirm, {{1}}?",
    "actions": [{"type": "QUICK_REPLY", "title": "Yes", "id": "y"}],
}
LIST: dict[str, Any] = {"body": "Choose", "button": "Slots", "items": [{"item": "09:00", "id": "mon-9"}]}
LINK: dict[str, Any] = {
    "body": "See",
    "actions": [{"type": "URL", "title": "Open", "url": "https://example.org"}],
}
CARD: dict[str, Any] = {
    "title": "Tea",
    "body": "Nice",
    "media": "https://example.org/0.jpg",
    "actions": [{"type": "QUICK_REPLY", "title": "More", "id": "more"}],
}


def replies(count: int, **more: Any) -> dict[str, Any]:
    """A content with *count* quick replies."""
    actions = [{"type": "QUICK_REPLY", "title": f"T{n}", "id": f"r{n}"} for n in range(count)]
    return {"body": "Which?", "actions": actions, **more}


def items(count: int) -> dict[str, Any]:
    """A list with *count* rows."""
    return {**LIST, "items": [{"item": f"I{n}", "id": f"r{n}", "description": f"D{n}"} for n in range(count)]}


SAMPLES_OF_CONTENTS = sorted(path.name for path in SAMPLES.glob("content_create_*.json"))


@pytest.mark.parametrize("name", SAMPLES_OF_CONTENTS)
async def test_the_samples_are_taken(business: Business, name: str) -> None:
    """Every content of samples/twilio is made, read back and deleted."""
    body = json.loads((SAMPLES / name).read_text())
    code, made = await business.call("POST", "/v1/Content", json=body)
    assert code == 201, made
    assert made.keys() == {
        *("sid", "account_sid", "friendly_name", "language", "variables", "types", "date_created"),
        *("date_updated", "url", "links"),
    }
    assert {name: made[name] for name in body} == body
    path = made["url"].removeprefix(business.sim.api_base)
    assert await business.call("GET", path) == (200, made)
    assert (await business.call("DELETE", path))[0] == 204
    assert (await business.call("GET", path))[1]["code"] == 20404


#: type -> a content at its limits
FULL: list[tuple[str, dict[str, Any]]] = [
    ("twilio/text", {"body": "x" * 1600}),
    ("twilio/media", {"body": "x" * 1600, "media": ["https://example.org/a.jpg"]}),
    ("twilio/media", {"media": ["https://example.org/{{1}}"]}),
    ("twilio/quick-reply", replies(10, body="x" * 1024)),
    ("twilio/quick-reply", {"body": "x", "actions": [{"title": "x" * 20, "id": "x" * 200}]}),
    ("twilio/list-picker", {**items(10), "body": "x" * 1024, "button": "x" * 20}),
    ("twilio/list-picker", {**LIST, "items": [{"item": "x" * 24, "id": "x" * 200, "description": "x" * 72}]}),
    ("twilio/list-picker", {**LIST, "items": [{"item": "x", "id": "x", "description": None}]}),
    ("twilio/call-to-action", {**LINK, "actions": [
        {"type": "URL", "title": "x" * 25, "url": "https://example.org/{{1}}"},
        {"type": "PHONE_NUMBER", "title": "Call", "phone": "+34600111222"},
        {"type": "COPY_CODE", "title": "Copy", "code": "SAVE25"},
        {"type": "VOICE_CALL", "title": "Call us"},
    ]}),
    ("twilio/card", {"title": "x" * 1024, "subtitle": "x" * 60, "media": ["https://example.org/a.jpg"]}),
    ("twilio/carousel", {"body": "New", "cards": [CARD] * 10}),
    ("twilio/catalog", {"body": "All", "id": "7100"}),
    ("twilio/location", {"latitude": "40.4", "longitude": "{{1}}"}),
    ("twilio/flows", {"body": "B", "button_text": "Go", "type": "OTHER", "pages": [{"id": "p"}]}),
    ("twilio/schedule", {"id": "1", "title": "When", "time_slots": "x"}),
    ("whatsapp/card", {**replies(10), "footer": "x" * 60, "header_text": "x" * 60}),
    ("whatsapp/authentication", {"actions": [{"type": "COPY_CODE", "copy_code_text": "Copy"}]}),
    ("whatsapp/flows", {"body": "B", "button_text": "Go", "flow_id": "1"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "content"), FULL)
async def test_limits_are_inclusive(business: Business, kind: str, content: dict[str, Any]) -> None:
    """What is as large as it may be is taken."""
    await business.make(kind, content)


#: type, content, what the refusal names
WRONG: list[tuple[str, Any, str]] = [
    ("twilio/text", {"body": "x" * 1601}, "body has 1601 characters"),
    ("twilio/text", {"body": ""}, "body is required"),
    ("twilio/text", {"body": "x", "footer": "y"}, "no field 'footer'"),
    ("twilio/text", "x", "not an object"),
    ("twilio/telegram", {"body": "x"}, "no 'twilio/telegram'"),
    ("twilio/media", {"body": "x"}, "media has 0 entries"),
    ("twilio/media", {"media": "https://example.org"}, "not an array"),
    ("twilio/media", {"media": ["ftp://example.org"]}, "not a URL"),
    ("twilio/quick-reply", replies(11), "actions has 11 entries"),
    ("twilio/quick-reply", replies(0), "actions has 0 entries"),
    ("twilio/quick-reply", replies(1, body="x" * 1025), "body has 1025"),
    ("twilio/quick-reply", {"body": "x", "actions": [{"title": "x" * 21}]}, "title has 21"),
    ("twilio/quick-reply", {"body": "x", "actions": [{"title": "x", "type": "URL"}]}, "QUICK_REPLY"),
    ("twilio/quick-reply", {"body": "x", "actions": [{"title": "x"}, {"title": "x"}]}, "used twice"),
    ("twilio/quick-reply", {"body": "x", "actions": [{"title": "a", "id": "1"}, {"title": "b", "id": "1"}]},
     "id is used twice"),
    ("twilio/list-picker", items(11), "items has 11"),
    ("twilio/list-picker", {**LIST, "button": "x" * 21}, "button has 21"),
    ("twilio/list-picker", {**LIST, "items": [{"item": "x" * 25, "id": "1"}]}, "item has 25"),
    ("twilio/list-picker", {**LIST, "items": [{"item": "x", "id": "x" * 201}]}, "id has 201"),
    ("twilio/list-picker", {**LIST, "items": [{"item": "x", "id": "1", "description": "x" * 73}]}, "has 73"),
    ("twilio/list-picker", {**LIST, "items": LIST["items"] * 2}, "used twice"),
    ("twilio/list-picker", {**LIST, "header": "x"}, "no field 'header'"),
    ("twilio/call-to-action", {"body": "x", "actions": [{"type": "QUICK_REPLY", "title": "x"}]}, "one of"),
    ("twilio/call-to-action", {"body": "x", "actions": LINK["actions"] * 3}, "more than 2"),
    ("twilio/call-to-action", {"body": "x", "actions": [{"type": "URL", "title": "x"}]}, "url is not a URL"),
    ("twilio/call-to-action", {"body": "x", "actions": [{"type": "PHONE_NUMBER", "title": "x"}]}, "phone"),
    ("twilio/card", {"subtitle": "x"}, "needs a title or media"),
    ("twilio/card", {"title": "x", "subtitle": "x" * 61}, "subtitle has 61"),
    ("twilio/carousel", {"body": "x", "cards": [CARD]}, "cards has 1"),
    ("twilio/carousel", {"body": "x", "cards": [CARD] * 11}, "cards has 11"),
    ("twilio/carousel", {"body": "x", "cards": [CARD, {**CARD, "title": "x" * 158}]}, "more than 160"),
    ("twilio/carousel", {"body": "x", "cards": [CARD, {**CARD, "actions": LINK["actions"]}]}, "same types"),
    ("twilio/carousel", {"body": "x", "cards": [CARD, {**CARD, "media": None}]}, "media is not a URL"),
    ("twilio/catalog", {"body": "x"}, "needs id, items or dynamic_items"),
    ("twilio/location", {"latitude": 91, "longitude": 0}, "latitude is not a number"),
    ("twilio/location", {"latitude": True, "longitude": 0}, "latitude is not a number"),
    ("whatsapp/card", {**replies(1), "footer": "x" * 61}, "footer has 61"),
    ("whatsapp/card", {**replies(1), "header_text": "x", "media": ["https://x"]}, "one of them"),
    ("whatsapp/authentication", {"actions": [{"type": "URL", "copy_code_text": "x"}]}, "COPY_CODE"),
    ("whatsapp/authentication", {"code_expiration_minutes": 91, "actions": []}, "from 1 to 90"),
    ("twilio/text", {"body": "{{name}}"}, "numbered"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "content", "why"), WRONG)
async def test_what_is_wrong_is_refused(business: Business, kind: str, content: Any, why: str) -> None:
    """20001, and a sentence that names it."""
    body = {"language": "en", "types": {kind: content}}
    code, answer = await business.call("POST", "/v1/Content", json=body)
    assert (code, answer["code"]) == (400, 20001)
    assert why in answer["message"], answer["message"]
    assert len(business.sim.book) == 0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"types": {}}, "at least one type"),
        ({"types": None}, "at least one type"),
        ({"language": ""}, "language is required"),
        ({"language": "English"}, "not a language"),
        ({"variables": {"1": 5}}, "not an object of texts"),
        ({"variables": ["x"]}, "not an object of texts"),
        ({"colour": "red"}, "no field 'colour'"),
    ],
)
async def test_the_frame_is_checked_too(business: Business, change: dict[str, Any], why: str) -> None:
    """Language, variables, types, and nothing else."""
    body = {"language": "en", "types": {"twilio/text": {"body": "x"}}} | change
    code, answer = await business.call("POST", "/v1/Content", json=body)
    assert (code, answer["code"]) == (400, 20001)
    assert why in answer["message"]


async def test_contents_are_listed_page_by_page(business: Business) -> None:
    """The newest first; `meta` leads on."""
    made = [await business.make("twilio/text", {"body": f"{n}"}) for n in range(5)]
    found, path = [], "/v1/Content?PageSize=2"
    while path:
        _, page = await business.call("GET", path)
        found += [one["sid"] for one in page["contents"]]
        assert page["meta"]["key"] == "contents"
        path = (page["meta"]["next_page_url"] or "").removeprefix(business.sim.api_base)
    assert found == made[::-1]


async def test_an_approval_is_asked_for_and_given(sim: TwilioSimulator, business: Business) -> None:
    """Received at once, approved after `review_delay`; both lists have it."""
    sid = await business.make("twilio/quick-reply", REPLY, {"1": "Ana"})
    path = f"/v1/Content/{sid}/ApprovalRequests"
    assert (await business.call("GET", path))[1]["whatsapp"]["status"] == "unsubmitted"
    asked = json.loads((SAMPLES / "content_approval_request.json").read_text())
    sim.review_delay = 3600
    code, told = await business.call("POST", f"{path}/whatsapp", json=asked)
    assert (code, told["status"], told["name"]) == (201, "received", "visit_reminder")
    eligible = "/v2/ContentAndApprovals?ChannelEligibility=whatsapp:approved&PageSize=100"
    assert (await business.call("GET", eligible))[1]["contents"] == []
    await sim.pass_time(hours=2)
    wanted = json.loads((SAMPLES / "content_approval_status.json").read_text())
    _, told = await business.call("GET", path)
    assert (told.keys(), told["whatsapp"]) == (wanted.keys(), wanted["whatsapp"])
    for listing in (eligible, "/v1/ContentAndApprovals"):
        [one] = (await business.call("GET", listing))[1]["contents"]
        assert (one["sid"], one["approval_requests"]["status"]) == (sid, "approved")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"name": "Visit"}, "a-z, 0-9 and _"),
        ({"name": ""}, "name is required"),
        ({"category": "utility"}, "must be one of"),
        ({"colour": "red"}, "no field"),
    ],
)
async def test_an_approval_that_cannot_be_is_refused(
    business: Business, change: dict[str, str], why: str
) -> None:
    """The name, the category, and nothing else."""
    path = f"/v1/Content/{await business.make('twilio/text', {'body': 'x'})}/ApprovalRequests/whatsapp"
    asked = {"name": "visit", "category": "UTILITY"} | change
    code, answer = await business.call("POST", path, json=asked)
    assert (code, answer["code"]) == (400, 20001)
    assert why in answer["message"]


async def test_what_cannot_be_approved_twice_or_at_all(sim: TwilioSimulator, business: Business) -> None:
    """Lists never; a content once; a name once in a language. What was rejected can be changed and asked
    for again, what was approved cannot be changed."""

    async def ask(sid: str, name: str = "visit") -> str:
        path = f"/v1/Content/{sid}/ApprovalRequests/whatsapp"
        _, answer = await business.call("POST", path, json={"name": name, "category": "UTILITY"})
        return str(answer.get("message", answer["status"]))

    sim.review_delay = None
    text = await business.make("twilio/text", {"body": "x"})
    assert "does not approve" in await ask(await business.make("twilio/list-picker", LIST))
    assert await ask(text) == "received"
    assert "was submitted before" in await ask(text)
    other = await business.make("twilio/text", {"body": "y"})
    assert "already" in await ask(other)
    assert await ask(other, "another") == "received"
    sim.book.reject(text, "INVALID")
    _, told = await business.call("GET", f"/v1/Content/{text}/ApprovalRequests")
    assert (told["whatsapp"]["status"], told["whatsapp"]["rejection_reason"]) == ("rejected", "INVALID")
    change = {"types": {"twilio/text": {"body": "better"}}}
    code, changed = await business.call("PUT", f"/v1/Content/{text}", json=change)
    assert (code, changed["types"]) == (200, change["types"])
    assert await ask(text) == "received"
    sim.book.approve(text)
    assert (await business.call("PUT", f"/v1/Content/{text}", json=change))[1]["code"] == 20001
    with pytest.raises(LookupError):
        sim.book.approve(await business.make("twilio/text", {"body": "z"}))


#: type, content, whether it may be sent in a session without approval
SESSION: list[tuple[str, dict[str, Any], bool]] = [
    ("twilio/text", {"body": "x"}, True),
    ("twilio/media", {"media": ["https://example.org/a.jpg"]}, True),
    ("twilio/quick-reply", replies(3), True),
    ("twilio/quick-reply", replies(4), False),
    ("twilio/list-picker", items(10), True),
    ("twilio/call-to-action", LINK, True),
    ("twilio/call-to-action", {"body": "x", "actions": LINK["actions"] * 2}, False),
    ("twilio/call-to-action", {"body": "x", "actions": [{"type": "VOICE_CALL", "title": "Call"}]}, False),
    ("twilio/card", {"title": "x", "actions": replies(3)["actions"]}, True),
    ("twilio/card", {"title": "x", "actions": replies(4)["actions"]}, False),
    ("twilio/carousel", {"body": "x", "cards": [CARD] * 2}, True),
    ("twilio/carousel", {"body": "x", "cards": [{**CARD, "actions": LINK["actions"]}] * 2}, False),
    ("twilio/catalog", {"body": "x", "id": "1"}, True),
    ("twilio/location", {"latitude": 1, "longitude": 2}, True),
    ("whatsapp/flows", {"body": "B", "button_text": "Go", "flow_id": "1"}, True),
    ("whatsapp/card", replies(1), False),
    ("whatsapp/authentication", {"actions": [{"type": "COPY_CODE", "copy_code_text": "x"}]}, False),
]


@pytest.mark.parametrize(("kind", "content", "allowed"), SESSION)
async def test_what_a_session_allows_without_approval(
    sim: TwilioSimulator, business: Business, kind: str, content: dict[str, Any], allowed: bool
) -> None:
    """The rest is accepted and fails (63027), whether windows are enforced or not; outside of the window
    everything does (63016)."""
    sid = await business.make(kind, copy.deepcopy(content))
    for sim.windows in (False, True):
        if sim.windows:
            await sim.says(ANA, "hi")
        message = await business.sent(ContentSid=sid)
        await sim.settle()
        [kept, *_] = await business.listed(To=f"whatsapp:{ANA}")
        assert (kept["sid"], kept["error_code"]) == (message, None if allowed else 63027)
    await sim.pass_time(hours=25)
    await business.sent(ContentSid=sid)
    await sim.settle()
    assert (await business.listed(To=f"whatsapp:{ANA}"))[0]["error_code"] == 63016
    assert len(sim.inbox(ANA)) == (2 if allowed else 0)


async def test_a_template_is_for_any_time(sim: TwilioSimulator, business: Business) -> None:
    """Approved, it goes out without a window; rejected, paused, disabled it fails with its own code."""
    sim.windows = True
    sid = sim.book.add({"twilio/quick-reply": replies(10)}, name="choice")
    await business.sent(ContentSid=sid)
    await sim.settle()
    [seen] = sim.inbox(ANA)
    assert len(seen.options) == 10
    for act, code in ((sim.book.reject, 63040), (sim.book.pause, 63041), (sim.book.disable, 63042)):
        act(sid)
        await business.sent(ContentSid=sid)
        await sim.settle()
        assert (await business.listed())[0]["error_code"] == code


@pytest.mark.parametrize("values", ["{", "[]", '"x"', '{"1": 2}', '{"1": null}', "null"])
async def test_variables_are_an_object_of_texts(business: Business, values: str) -> None:
    """21656 for anything else."""
    sid = await business.make("twilio/text", {"body": "Hi {{1}}"}, {"1": "you"})
    code, answer = await business.send(ContentSid=sid, ContentVariables=values)
    assert (code, answer["code"]) == (400, 21656)


@pytest.mark.parametrize(
    ("variables", "values", "fate"),
    [
        ({"1": "you"}, {"1": "Ana"}, "Hi Ana and {{2}}"),
        ({}, {"1": "Ana", "2": "Ben"}, "Hi Ana and Ben"),
        ({"1": "you", "2": "all"}, {}, "Hi you and all"),
        ({"1": "you", "2": "all"}, {"2": "{{1}}"}, "Hi you and {{1}}"),
        ({"1": "a", "2": "b"}, {"3": "c"}, 63028),
        ({"1": "a"}, {}, 63028),
        ({"1": "a", "2": "b"}, {"1": "x" * 1600}, 63021),
    ],
)
async def test_variables_are_filled_in(
    sim: TwilioSimulator, business: Business, variables: dict[str, str], values: dict[str, str], fate: Any
) -> None:
    """From the send, else from the content; one that has no value, that is not in the content, or that
    makes it too long fails."""
    sid = await business.make("twilio/text", {"body": "Hi {{1}} and {{2}}"}, variables)
    await business.sent(ContentSid=sid, ContentVariables=json.dumps(values))
    await sim.settle()
    [kept] = await business.listed()
    fate = 63028 if fate == "Hi Ana and {{2}}" else fate
    if isinstance(fate, int):
        assert (kept["error_code"], sim.inbox(ANA)) == (fate, [])
    else:
        assert (kept["body"], sim.inbox(ANA)[0].text) == (fate, fate)


@pytest.mark.parametrize("value", ["two\nlines", "a\ttab", "x     y", " "])
async def test_a_templates_values_have_no_breaks(
    sim: TwilioSimulator, business: Business, value: str
) -> None:
    """63013 in a template; in a session such words are welcome, unless they are none."""
    template = sim.book.add({"twilio/text": {"body": "Hi {{1}}!"}}, name="hi")
    session = sim.book.add({"twilio/text": {"body": "Hi {{1}}!"}})
    for sid in (template, session):
        await business.sent(ContentSid=sid, ContentVariables=json.dumps({"1": value}))
    await sim.settle()
    [second, first] = await business.listed()
    assert (first["error_code"], second["error_code"]) == (63013, None)


async def test_a_phone_shows_every_type(sim: TwilioSimulator, business: Business) -> None:
    """Words, options, button, footer and file, with the values in place."""

    async def show(kind: str, content: dict[str, Any], **values: str) -> Any:
        sid = await business.make(kind, content)
        given = {"ContentVariables": json.dumps({name[1:]: value for name, value in values.items()})}
        await business.sent(ContentSid=sid, **(given if values else {}))
        return sim.inbox(ANA)[-1]

    seen = await show(
        "twilio/list-picker", {**LIST, "items": [{"item": "{{1}}", "id": "{{2}}"}]}, v1="A", v2="b"
    )
    assert (seen.text, seen.button, seen.kind) == ("Choose", "Slots", "twilio/list-picker")
    assert [(each.id, each.title, each.reply) for each in seen.options] == [("b", "A", "list")]
    seen = await show("twilio/quick-reply", REPLY, v1="Ana")
    assert (seen.text, [each.id for each in seen.options]) == ("Confirm, Ana?", ["y"])
    seen = await show("twilio/quick-reply", {"body": "x", "actions": [{"title": "No id"}]})
    assert [each.id for each in seen.options] == ["No id"]
    seen = await show("twilio/call-to-action", LINK)
    assert (seen.text, seen.button, seen.options) == ("See", "Open", ())
    picture = "https://example.org/a.jpg"
    seen = await show("twilio/card", {"title": "T", "subtitle": "S", "media": [picture], **{"actions": []}})
    assert (seen.text, seen.footer, seen.media) == ("T", "S", picture)
    seen = await show("twilio/carousel", {"body": "New", "cards": [CARD, {**CARD, "actions": [
        {"type": "QUICK_REPLY", "title": "Less", "id": "less"}]}]})  # fmt: skip
    assert [each.id for each in seen.options] == ["more", "less"]
    seen = await show(
        "twilio/location", {"latitude": 1, "longitude": 2, "label": "Shop", "address": "Here 1"}
    )
    assert seen.text == "Shop\nHere 1"
    seen = await show("twilio/media", {"body": "B", "media": [picture]})
    assert (seen.text, seen.media) == ("B", picture)
    copy_code = {"type": "COPY_CODE", "copy_code_text": "Copy code"}
    types = {"whatsapp/authentication": {"actions": [copy_code]}}
    code = sim.book.add(types, name="otp", category="AUTHENTICATION")
    await business.sent(ContentSid=code, ContentVariables='{"1": "123456"}')
    assert sim.inbox(ANA)[-1].text == "123456 is your verification code."
    assert sim.inbox(ANA)[-1].button == "Copy code"
    card = sim.book.add(
        {"whatsapp/card": {"body": "Hi {{1}}", "footer": "F", "header_text": "H", **{"actions": []}}},
        {"1": "all"}, name="card",
    )  # fmt: skip
    await business.sent(ContentSid=card)
    seen = sim.inbox(ANA)[-1]
    assert (seen.header, seen.text, seen.footer) == ("H", "Hi all", "F")


async def test_the_richest_type_is_sent(sim: TwilioSimulator, business: Business) -> None:
    """Of several types, WhatsApp gets the one that says most."""
    sid = sim.book.add({"twilio/text": {"body": "plain"}, "twilio/quick-reply": replies(2)})
    await business.sent(ContentSid=sid)
    assert sim.inbox(ANA)[0].kind == "twilio/quick-reply"


async def test_taps_answer_the_newest_menu(sim: TwilioSimulator, business: Business) -> None:
    """With the words and the id of the option, quoting the message; an older one by its SID."""
    first = await business.sent(ContentSid=sim.book.add({"twilio/quick-reply": replies(2)}))
    second = await business.sent(ContentSid=sim.book.add({"twilio/list-picker": LIST}))
    await sim.settle()
    business.taken.clear()
    await sim.taps(ANA, "mon-9")
    await sim.taps(ANA, "r1", message_id=first)
    picked, tapped = business.params
    assert (picked["ListId"], picked["ListTitle"], picked["Body"]) == ("mon-9", "09:00", "09:00")
    assert picked["OriginalRepliedMessageSid"] == second
    assert (tapped["ButtonPayload"], tapped["ButtonText"], tapped["ButtonType"]) == ("r1", "T1", "REPLY")
    assert tapped["OriginalRepliedMessageSid"] == first
    assert tapped["OriginalRepliedMessageSender"] == f"whatsapp:{sim.number}"
    sim.list_replies = "button"
    await sim.taps(ANA, "mon-9")
    assert business.params[-1]["ButtonPayload"] == "mon-9"
    with pytest.raises(LookupError, match="cannot tap 'r1'; the newest menu offers: mon-9"):
        await sim.taps(ANA, "r1")


async def test_a_flow_is_filled(sim: TwilioSimulator, business: Business) -> None:
    """The answer quotes the newest one."""
    flow = {"body": "B", "button_text": "Go", "flow_id": "1"}
    sid = await business.sent(ContentSid=sim.book.add({"whatsapp/flows": flow}))
    await sim.settle()
    await sim.fills(ANA, {"day": "mon"})
    assert json.loads(business.params[-1]["FlowData"]) == {"day": "mon"}
    assert business.params[-1]["OriginalRepliedMessageSid"] == sid
