"""POST Messages.json and the resource: what is refused, in which words, and what is kept."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from providers.twilio.simulator import TwilioSimulator
from tests.providers.twilio.simulator.conftest import ANA, BEN, SAMPLES, Business, sample

SERVICE = "MG00000000000000000000000000000007"


async def test_the_answer_is_the_sample(business: Business) -> None:
    """201, with exactly the members of the sample, and their values where they do not depend on the day."""
    wanted = json.loads((SAMPLES / "response_message_created.json").read_text())
    code, answer = await business.send(Body="Hi")
    assert (code, list(answer)) == (201, list(wanted))
    own = {"sid", "uri", "subresource_uris", "date_created", "date_updated"}
    assert {name: answer[name] for name in answer.keys() - own} == {
        name: wanted[name] for name in wanted.keys() - own
    }
    assert answer["uri"] == f"{business.account}/Messages/{answer['sid']}.json"
    assert answer["subresource_uris"] == {"media": f"{business.account}/Messages/{answer['sid']}/Media.json"}
    assert len(answer["date_created"]) == len(wanted["date_created"])


@pytest.mark.parametrize("name", ["send_text", "send_text_bsuid", "send_media", "send_location"])
async def test_the_samples_are_taken(sim: TwilioSimulator, business: Business, name: str) -> None:
    """What samples/twilio sends arrives."""
    form = sample(f"{name}.form")
    sim.contact(ANA)
    sim._world._known["ES.90817263544536271"] = sim.contact(ANA)
    code, answer = await business.call("POST", f"{business.account}/Messages.json", form=[*form.items()])
    assert code == 201, answer
    [seen] = sim.inbox(ANA)
    assert seen.message_id == answer["sid"]
    kinds = {"send_media": "media", "send_location": "location"}
    assert seen.kind == kinds.get(name, "text")
    assert form["Body"] in seen.text


REFUSALS: list[tuple[int, dict[str, str]]] = [
    (21604, {"To": ""}),
    (21211, {"To": "whatsapp:34600111222"}),
    (21211, {"To": "whatsapp:+0"}),
    (21211, {"To": "whatsapp:es.1"}),
    (21910, {"To": "+34600111222"}),
    (21910, {"From": "+15550104477"}),
    (21606, {"From": "+15550104477", "To": "+34600111222"}),
    (21603, {"From": ""}),
    (21212, {"From": "whatsapp:shop"}),
    (63007, {"From": "whatsapp:+15550109999"}),
    (63031, {"To": "whatsapp:+15550104477"}),
    (21701, {"From": "", "MessagingServiceSid": SERVICE}),
    (21602, {"Body": ""}),
    (21602, {"Body": "  "}),
    (21617, {"Body": "x" * 1601}),
    (21620, {"MediaUrl": "ftp://example.org/a.jpg"}),
    (21620, {"MediaUrl": "https://"}),
    (21620, {"MediaUrl": "https://[x/a.jpg"}),
    (21620, {"MediaUrl": "https://example.org/a b.jpg"}),
    (21654, {"ContentVariables": "{}"}),
    (21655, {"ContentSid": "HX1", "Body": ""}),
    (21655, {"ContentSid": "HX" + "0" * 32, "Body": ""}),
    (20001, {"ContentSid": "HX" + "0" * 32}),
    (20001, {"ContentSid": "HX" + "0" * 32, "Body": "", "MediaUrl": "https://example.org/a.jpg"}),
    (20001, {"PersistentAction": "geo:91,0"}),
    (20001, {"PersistentAction": "mailto:x"}),
    (21609, {"StatusCallback": "nowhere"}),
    (21609, {"StatusCallback": "https://my_host.example/x"}),
    (20001, {"ValidityPeriod": "0"}),
    (20001, {"ValidityPeriod": "36001"}),
    (20001, {"ValidityPeriod": "soon"}),
    (35112, {"SendAt": "2030-01-01T00:00:00Z"}),
    (35118, {"SendAt": "2030-01-01T00:00:00Z", "ScheduleType": "fixed"}),
]


@pytest.mark.parametrize(("code", "form"), REFUSALS)
async def test_what_is_wrong_is_refused(
    sim: TwilioSimulator, business: Business, code: int, form: dict[str, str]
) -> None:
    """Each with its own code, and nothing arrives."""
    status, answer = await business.send(**({"Body": "Hi"} | form))
    assert (status, answer["code"]) == (400, code), answer
    assert answer.keys() == {"code", "message", "more_info", "status"}
    assert sim.accepted == []
    assert await business.listed() == []


@pytest.mark.parametrize("name", ["21211", "21617", "63007", "20003", "20429"])
async def test_refusals_are_the_samples(sim: TwilioSimulator, business: Business, name: str) -> None:
    """Word for word."""
    wanted = json.loads((SAMPLES / f"response_error_{name}.json").read_text())
    word = "wrong" if name == "20003" else "auth-token"
    sim.refuse = 1.0 if name == "20429" else 0.0
    form = {
        "21211": {"To": "whatsapp:+0"},
        "21617": {"Body": "x" * 1601},
        "63007": {"From": "whatsapp:+15550109999"},
    }.get(name, {})
    wish = {"To": f"whatsapp:{ANA}", "From": f"whatsapp:{sim.number}", "Body": "Hi"} | form
    code, answer = await business.call(
        "POST", f"{business.account}/Messages.json", form=[*wish.items()], word=word
    )
    assert code == wanted["status"]
    assert answer["code"] == wanted["code"]
    assert answer["message"].rstrip(".") in (wanted["message"], "The 'To' number is not a valid phone number")


async def test_more_than_ten_files_are_too_many(business: Business) -> None:
    """21623."""
    code, answer = await business.send(Body="x", media=["https://example.org/a.jpg"] * 11)
    assert (code, answer["code"]) == (400, 21623)


async def test_the_limits_are_inclusive(business: Business) -> None:
    """What is as long as it may be is taken."""
    await business.sent(Body="x" * 1600, ValidityPeriod="36000")
    await business.sent(Body="x", media=["https://example.org/a.jpg"] * 10, ValidityPeriod="1")


async def test_parameters_that_nobody_knows_are_passed_over(sim: TwilioSimulator, business: Business) -> None:
    """As Twilio does; but it is told among the troubles."""
    await business.sent(Body="hi", Boddy="hi")
    assert sim.troubles == ["parameter Boddy is not known and was passed over (1×)"]


async def test_only_the_first_file_is_sent_and_captions_are_for_pictures(
    sim: TwilioSimulator, business: Business
) -> None:
    """A body stands under an image; with a video, a document, a sticker it is lost."""
    for name in ("a.jpg", "b.mp4", "c.pdf", "d.webp"):
        sid = await business.sent(
            Body="words", media=[f"https://example.org/{name}", "https://example.org/x.png"]
        )
        assert sid.startswith("MM")
    shown = [(seen.media[-5:], seen.text) for seen in sim.inbox(ANA)]
    assert shown == [("a.jpg", "words"), ("b.mp4", ""), ("c.pdf", ""), (".webp", "")]


async def test_the_list_is_filtered_and_paged(sim: TwilioSimulator, business: Business) -> None:
    """By To, From and the day or moment of sending, newest first, in pages that lead to the next one."""
    for n in range(3):
        await sim.says(ANA, f"in {n}")
    await business.sent(BEN, Body="out")
    await sim.settle()
    assert [one["body"] for one in await business.listed()] == ["out", "in 2", "in 1", "in 0"]
    assert [one["body"] for one in await business.listed(To=f"whatsapp:{BEN}")] == ["out"]
    assert len(await business.listed(From=f"whatsapp:{ANA}")) == 3
    await sim.pass_time(days=2)
    await sim.says(ANA, "later")
    day = f"{(await business.listed())[0]['date_sent']}"
    assert day.endswith("+0000")
    from email.utils import parsedate_to_datetime

    at = parsedate_to_datetime(day)
    for since in (at.date().isoformat(), at.strftime("%Y-%m-%dT%H:%M:%SZ")):
        assert [one["body"] for one in await business.listed(**{"DateSent>": since})] == ["later"]
        assert len(await business.listed(**{"DateSent<": since})) == 5
        assert [one["body"] for one in await business.listed(DateSent=since)] == ["later"]
    path, bodies = f"{business.account}/Messages.json?PageSize=2", []
    while path:
        _, page = await business.call("GET", path)
        bodies += [one["body"] for one in page["messages"]]
        assert (page["page_size"], page["uri"]) == (2, path)
        path = page["next_page_uri"]
    assert bodies == ["later", "out", "in 2", "in 1", "in 0"]


@pytest.mark.parametrize(
    "query", [{"PageSize": "x"}, {"Page": "-1"}, {"DateSent": "yesterday"}, {"DateSent>": ""}]
)
async def test_a_filter_that_is_none_is_refused(business: Business, query: dict[str, str]) -> None:
    """20001."""
    code, answer = await business.call("GET", f"{business.account}/Messages.json?{urlencode(query)}")
    assert (code, answer["code"]) == (400, 20001)


async def test_a_message_is_read_emptied_and_deleted(sim: TwilioSimulator, business: Business) -> None:
    """Fetch, redact, delete; a message that is under way cannot be deleted."""
    sim.status_delay = 30
    path = f"{business.account}/Messages/{await business.sent(Body='secret')}.json"
    code, answer = await business.call("DELETE", path)
    assert (code, answer["code"]) == (409, 20009)
    await sim.pass_time(minutes=3)
    assert (await business.call("GET", path))[1]["status"] == "read"
    assert (await business.call("POST", path, form=[("Body", "x")]))[1]["code"] == 20001
    assert (await business.call("POST", path, form=[("Body", "")]))[1]["body"] == ""
    assert (await business.call("DELETE", path))[0] == 204
    assert (await business.call("GET", path))[1]["code"] == 20404


async def test_a_scheduled_message_waits_and_can_be_taken_back(business: Business) -> None:
    """It goes out at its time, unless it was canceled before; afterwards it cannot be."""
    async with TwilioSimulator(auth_token="auth-token", messaging_service_sid=SERVICE) as sim:
        business.sim = sim
        sim.status_delay = 0.002
        from providers.twilio.simulator.ids import iso8601

        def wish(minutes: int) -> dict[str, str]:
            at = iso8601(sim.clock.now() + minutes * 60_000_000)
            return {"Body": "later", "SendAt": at, "ScheduleType": "fixed", "MessagingServiceSid": SERVICE}

        assert (await business.send(**wish(5)))[1]["code"] == 35114
        assert (await business.send(**wish(36 * 24 * 60)))[1]["code"] == 35114
        assert (await business.send(**(wish(60) | {"SendAt": "soon"})))[1]["code"] == 35113
        assert (await business.send(**(wish(60) | {"SendAt": ""})))[1]["code"] == 35111
        first, second = [await business.sent(**wish(60)) for _ in range(2)]
        code, answer = await business.call(
            "POST", f"{business.account}/Messages/{first}.json", form=[("Status", "canceled")]
        )
        assert (code, answer["status"], sim.inbox(ANA)) == (200, "canceled", [])
        await sim.pass_time(hours=2)
        assert [seen.message_id for seen in sim.inbox(ANA)] == [second]
        assert business.statuses(first) == ["scheduled", "canceled"]
        assert business.statuses(second) == ["scheduled", "queued", "sent", "delivered", "read"]
        code, answer = await business.call(
            "POST", f"{business.account}/Messages/{second}.json", form=[("Status", "canceled")]
        )
        assert (code, answer["code"]) == (409, 30409)
        assert sim.ticks(first) == "canceled"


async def test_a_messaging_service_sends_for_its_senders(business: Business) -> None:
    """Without From, the first sender is taken; the status is `accepted` then."""
    async with TwilioSimulator(auth_token="auth-token", messaging_service_sid=SERVICE) as sim:
        business.sim = sim
        code, answer = await business.send(Body="hi", From="", MessagingServiceSid=SERVICE)
        assert (code, answer["status"], answer["from"]) == (201, "accepted", f"whatsapp:{sim.number}")
        assert answer["messaging_service_sid"] == SERVICE
        assert (await business.send(Body="hi", MessagingServiceSid="MGx"))[1]["code"] == 21701


async def test_an_answer_can_get_lost(sim: TwilioSimulator, business: Business) -> None:
    """The message is accepted and arrives; a look at the list finds it."""
    sim.lose_answers, sim.hang = 1.0, 0.01
    for _ in range(4):
        with pytest.raises(aiohttp.ClientError):
            await business.send(Body="hi")
    assert len(sim.inbox(ANA)) == len(await business.listed(To=f"whatsapp:{ANA}")) == 4


async def test_a_refusal_can_pass(sim: TwilioSimulator, business: Business) -> None:
    """`refuse` answers 20429 and nothing is accepted."""
    sim.refuse = 1.0
    code, answer = await business.send(Body="hi")
    assert (code, answer["code"], sim.accepted) == (429, 20429, [])


async def test_answers_can_be_held_and_late(sim: TwilioSimulator, business: Business) -> None:
    """With `hold_answers` statuses come first; `delay` is before everything."""
    sim.hold_answers, sim.status_delay = 0.4, 0.0
    await business.sent(Body="hi")
    assert business.statuses() == ["queued", "sent", "delivered", "read"]
    sim.hold_answers, sim.delay = 0.0, 0.05
    before = asyncio.get_running_loop().time()
    await business.sent(Body="hi")
    assert asyncio.get_running_loop().time() - before >= 0.05


async def test_the_window_is_enforced(sim: TwilioSimulator, business: Business) -> None:
    """With `windows` whatever is no approved template fails (63016) a day after the contact's last word."""
    sim.windows = True
    first = await business.sent(Body="hi")
    place = await business.sent(Body="Shop", PersistentAction="geo:1,2")
    await sim.settle()
    assert business.statuses(first) == business.statuses(place) == ["failed"]
    assert {params["ErrorCode"] for params in business.params} == {"63016"}
    await sim.says(ANA, "hello")
    await business.sent(Body="hi")
    await sim.pass_time(hours=25)
    late = await business.sent(Body="hi again")
    await sim.settle()
    assert business.statuses(late) == ["failed"]
    assert len(sim.inbox(ANA)) == 1


async def test_a_sender_can_be_too_fast(sim: TwilioSimulator, business: Business) -> None:
    """With `rates`, what is beyond `throughput` is accepted and fails with 63018."""
    sim.rates, sim.throughput = True, 2.0
    sids = [await business.sent(Body=f"{n}") for n in range(3)]
    await sim.settle()
    assert [business.statuses(sid)[-1] for sid in sids] == ["read", "read", "failed"]
    await sim.pass_time(seconds=1)
    last = await business.sent(Body="again")
    await sim.settle()
    assert business.statuses(last)[-1] == "read"


async def test_too_many_calls_at_once_are_refused(sim: TwilioSimulator, business: Business) -> None:
    """With `rates`, more than `concurrency` calls at the same time get 20429."""
    sim.rates, sim.concurrency, sim.delay = True, 2, 0.3
    answers = await asyncio.gather(*(business.send(Body=f"{n}") for n in range(4)))
    assert sorted(code for code, _ in answers) == [201, 201, 429, 429]
    assert {answer["code"] for code, answer in answers if code == 429} == {20429}


async def test_stop_opts_out_until_start(sim: TwilioSimulator, business: Business) -> None:
    """With `opt_outs`, 21610 at once."""
    sim.opt_outs = True
    await sim.says(ANA, " stop ")
    code, answer = await business.send(Body="hi")
    assert (code, answer["code"]) == (400, 21610)
    await sim.says(ANA, "START")
    await business.sent(Body="hi")


async def test_what_fails_next_can_be_chosen(sim: TwilioSimulator, business: Business) -> None:
    """Codes of the API refuse, codes of the channel fail later; for one contact or for anybody."""
    sim.fail_next(21408)
    assert (await business.send(Body="hi"))[1]["code"] == 21408
    sim.fail_next(63049, BEN)
    await business.sent(ANA, Body="hi")
    unlucky = await business.sent(BEN, Body="hi")
    await sim.settle()
    assert business.statuses(unlucky) == ["undelivered"]
    assert sim.ticks(unlucky) == "failed"
    await business.sent(BEN, Body="hi")
    sim.refuse_with = 20500
    code, answer = await business.send(Body="hi")
    assert (code, answer["code"]) == (500, 20500)


async def test_honest_turns_on_what_twilio_refuses(sim: TwilioSimulator) -> None:
    """All of it, and nothing that an account chooses."""
    sim.honest()
    assert sim.windows
    assert sim.rates
    assert sim.media_checks
    assert sim.known_messages
    assert not sim.opt_outs


@pytest.mark.parametrize(
    ("user", "word"), [("", "wrong"), ("AC1", "auth-token"), ("SK1", "auth-token"), ("", "")]
)
async def test_credentials_are_needed(business: Business, user: str, word: str) -> None:
    """20003 without the right ones, on every path."""
    for path in (f"{business.account}.json", "/v1/Content", "/v2/Channels/Senders", "/nowhere"):
        code, answer = await business.call("GET", path, user=user, word=word)
        assert (code, answer["code"]) == (401, 20003)


async def test_an_api_key_opens_until_it_is_revoked(sim: TwilioSimulator, business: Business) -> None:
    """The settings of a channel have one; after `revoke_token` they have another."""

    async def opens(settings: dict[str, Any]) -> int:
        path, key = f"{business.account}.json", settings["api_key"]
        return (await business.call("GET", path, user=key, word=settings["api_secret"]))[0]

    before = sim.channel_settings()
    assert await opens(before) == 200
    sim.revoke_token()
    after = sim.channel_settings()
    assert (await opens(before), await opens(after)) == (401, 200)
    assert before["auth_token"] == after["auth_token"]


async def test_what_is_elsewhere_is_not_found(business: Business) -> None:
    """20404 for another account and for paths that are none."""
    other = "/2010-04-01/Accounts/AC00000000000000000000000000000001"
    for method, path in (
        ("GET", f"{other}/Messages.json"),
        ("POST", f"{other}/Messages.json"),
        ("GET", f"{business.account}/Messages/SM1.json"),
        ("PATCH", "/v1/Content"),
    ):
        assert (await business.call(method, path))[1]["code"] == 20404, path
