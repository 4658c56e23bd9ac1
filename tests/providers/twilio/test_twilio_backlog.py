"""Messages whose webhooks did not reach us: Twilio's list, and what the reader makes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import inbound
from gateway.model.event import Identity, MessageReceived, StatusReceived
from gateway.model.status import Failure
from gateway.provider import HttpAnswer, HttpRequest, ProviderError
from providers.twilio import backlog, provider
from tests.providers.twilio.conftest import ACCOUNT, FOLDER, NUMBER, make_settings
from tests.support.desk import Desk
from tests.support.examples import examples

CREATED: dict[str, Any] = json.loads((FOLDER / "response_message_created.json").read_bytes())
#: Friday 20 November 2026, 10:00:00 UTC, in microseconds.
TEN = int(datetime(2026, 11, 20, 10, tzinfo=UTC).timestamp()) * 1_000_000
MINUTE = 60_000_000
ROOT = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"


def came(number: int, at: int = TEN, **more: Any) -> dict[str, Any]:
    """A message that a contact sent, as the list has it."""
    sid = f"SM{number:032x}"
    when = format_datetime(datetime.fromtimestamp(at / 1e6, UTC))
    return CREATED | {
        "sid": sid, "direction": "inbound", "status": "received", "from": "whatsapp:+34600111222",
        "to": f"whatsapp:{NUMBER}", "body": f"Hi {number}", "date_created": when, "date_sent": when,
        "date_updated": when, "subresource_uris": {"media": f"{ROOT}/{sid}/Media.json"}, **more,
    }  # fmt: skip


def went(number: int, status: str, at: int = TEN, **more: Any) -> dict[str, Any]:
    """A message that we sent."""
    ours = {"direction": "outbound-api", "status": status, "from": f"whatsapp:{NUMBER}"}
    return came(number, at, **ours, to="whatsapp:+34600111222", **more)


class Listed(Desk):
    """Twilio's list, newest first, in pages of *size*. *files* are those of a message, or a status."""

    def __init__(self, *messages: dict[str, Any], size: int = 2, files: dict[str, Any] | None = None) -> None:
        super().__init__(self._told)
        self.messages, self.size, self.listed = messages, size, files or {}

    def _told(self, request: HttpRequest) -> HttpAnswer:
        assert (request.method, request.sends) == ("GET", False)
        assert request.headers == {"Authorization": make_settings().basic}
        parts = urlsplit(request.url)
        assert f"{parts.scheme}://{parts.netloc}" == "https://api.twilio.com"
        if parts.path.endswith("/Media.json"):
            files = self.listed.get(parts.path.split("/")[-2], [])
            if isinstance(files, int):
                return HttpAnswer(files, {}, b"{}")
            return HttpAnswer(200, {}, json.dumps({"media_list": files}).encode())
        query = dict(parse_qsl(parts.query))
        role = "to" if "To" in query else "from"
        rows = [each for each in self.messages if each[role] == query[role.title()]]
        start = int(query.get("Page", 0)) * self.size
        more = start + self.size < len(rows)
        after = urlencode(query | {"Page": str(int(query.get("Page", 0)) + 1)})
        told = {
            "messages": rows[start : start + self.size],
            "next_page_uri": f"{ROOT}.json?{after}" if more else None,
        }
        return HttpAnswer(200, {}, json.dumps(told).encode())

    def missed(self, since: int = TEN) -> list[dict[str, Any]]:
        """What was missed, as objects."""
        assert provider.backlog is not None
        return [json.loads(body) for body in self.run(provider.backlog.missed(since, make_settings()))]


def test_both_ways_are_asked_for_by_day() -> None:
    """What came to the number, and what went from it."""
    twilio = Listed()
    assert twilio.missed() == []
    asked = [dict(parse_qsl(urlsplit(call.url).query)) for call in twilio.calls]
    assert asked == [
        {"To": f"whatsapp:{NUMBER}", "DateSent>": "2026-11-20", "PageSize": "200"},
        {"From": f"whatsapp:{NUMBER}", "DateSent>": "2026-11-20", "PageSize": "200"},
    ]


def test_pages_are_read_until_they_are_old() -> None:
    """Newest first, so the rest is older still; what comes out begins with the oldest."""
    rows = [came(n, TEN - n * MINUTE) for n in range(9)]
    twilio = Listed(*rows)

    found = twilio.missed(TEN - 3 * MINUTE)

    assert [each["body"] for each in found] == ["Hi 4", "Hi 3", "Hi 2", "Hi 1", "Hi 0"]  # a minute of slack
    assert len(twilio.calls) == 4 + 1


def test_a_list_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many pages."""
    monkeypatch.setattr(backlog, "PAGES", 3)
    twilio = Listed(*(came(n) for n in range(20)))
    assert len(twilio.missed()) == 6
    assert len(twilio.calls) == 4


def test_what_is_under_way_is_no_news() -> None:
    """Only what became of a message is; a message without dates may be new."""
    twilio = Listed(
        *(went(n, status) for n, status in enumerate(["queued", "sending", "accepted", "scheduled"])),
        went(7, "delivered"), went(8, "failed", error_code=63016), went(9, "read", TEN - 99 * MINUTE),
        came(1, date_sent=None, date_created=None, date_updated="nonsense"),
    )  # fmt: skip
    assert [each["sid"][-1] for each in twilio.missed()] == ["1", "8", "7"]


def test_a_message_that_changed_lately_is_news() -> None:
    """It was sent long ago, and read now."""
    late = went(1, "read", TEN - 99 * MINUTE) | {"date_updated": "Fri, 20 Nov 2026 10:00:00 +0000"}
    assert len(Listed(late).missed()) == 1


def test_the_reader_understands_what_came() -> None:
    """A text with its time, which a webhook has not; its key is the SID, as that of its webhook."""
    (body,) = Listed(came(1)).missed()
    raw = json.dumps(body).encode()
    (event,) = provider.parse(raw).events
    (same,) = provider.parse(
        urlencode(
            {"MessageSid": body["sid"], "From": body["from"], "To": body["to"], "Body": "Hi 1"}
        ).encode()
    ).events
    assert isinstance(event, MessageReceived)
    assert isinstance(same, MessageReceived)
    assert (event.message_id, event.number, event.content) == (same.message_id, same.number, same.content)
    assert (event.at, event.sender.identities) == (TEN, (Identity("phone", "+34600111222"),))


def test_the_reader_understands_what_became_of_ours() -> None:
    """As a status of the same key as its webhook's."""
    rows = Listed(went(1, "undelivered", error_code=63024, error_message="No"), went(2, "read")).missed()
    events = [provider.parse(json.dumps(row).encode()).events[0] for row in rows]
    assert all(isinstance(event, StatusReceived) and event.at == 0 for event in events)
    assert [getattr(event, "status", "") for event in events] == ["read", "failed"]
    assert getattr(events[1], "failure", None) == Failure("undeliverable", 63024, title="No")


def test_files_are_asked_for_and_told_like_a_webhook_s() -> None:
    """The list has their count only; their address is at the place that the settings say."""
    sid = f"SM{1:032x}"
    uri = f"{ROOT}/{sid}/Media/ME{'7' * 32}"
    files = [{"sid": "ME" + "7" * 32, "content_type": "image/jpeg", "uri": f"{uri}.json"}]
    twilio = Listed(came(1, num_media="1", body="Look"), came(2), files={sid: files})

    rows = twilio.missed()

    event = provider.parse(json.dumps(rows[1]).encode()).events[0]
    assert isinstance(event, MessageReceived)
    assert event.content == inbound.Image(
        "ME" + "7" * 32, "image/jpeg", url=f"https://api.twilio.com{uri}", caption="Look"
    )
    assert sum(call.url.endswith("Media.json") for call in twilio.calls) == 1
    moved = make_settings(api_base="https://proxy.example")
    assert provider.parse(json.dumps(rows[1] | {"media_base": moved.api_base}).encode()).events


@pytest.mark.parametrize("told", [404, 410])
def test_files_that_are_gone_do_not_stop_the_rest(told: int) -> None:
    """The message is readable, and says that there was something."""
    sid = f"SM{1:032x}"
    (body,) = Listed(came(1, num_media="1", body="Look"), files={sid: told}).missed()
    event = provider.parse(json.dumps(body).encode()).events[0]
    assert isinstance(event, MessageReceived)
    assert event.content == inbound.Unsupported("media", text="Look")


def test_a_refusal_is_an_error() -> None:
    """So that the list is asked again, and nothing is taken for read."""
    sid = f"SM{1:032x}"
    with pytest.raises(ProviderError) as caught:
        Listed(came(1, num_media="1"), files={sid: 503}).missed()
    assert caught.value.http == 503
    desk = Desk(lambda request: HttpAnswer(401, {}, b'{"code": 20003, "message": "Authenticate"}'))
    with pytest.raises(ProviderError, match="Authenticate"):
        desk.run(backlog.missed(TEN, make_settings()))


def test_no_address_in_an_answer_takes_the_token_elsewhere() -> None:
    """Paths count, hosts do not."""
    told = {"messages": [came(1)], "next_page_uri": "https://evil.example/2010?Page=1"}
    answers = [told, {"messages": []}, {"messages": []}]
    desk = Desk(lambda request: HttpAnswer(200, {}, json.dumps(answers.pop(0)).encode()))
    desk.run(backlog.missed(TEN, make_settings()))
    assert [urlsplit(call.url).netloc for call in desk.calls] == ["api.twilio.com"] * 3


SCALARS = st.none() | st.text(max_size=8) | st.integers()
MEMBERS = st.sampled_from(["sid", "num_media", "status", "date_sent", "subresource_uris", "direction"])
MESSAGE = st.dictionaries(MEMBERS, SCALARS | st.dictionaries(st.just("media"), st.text()))


@examples(100)
@given(
    st.dictionaries(
        st.sampled_from(["messages", "next_page_uri"]),
        SCALARS | st.lists(SCALARS | MESSAGE, max_size=3),
    )
)
def test_any_answer_can_be_read(told: dict[str, Any]) -> None:
    """Whatever is in it, there are bodies, and the reader takes them."""
    desk = Desk(lambda request: HttpAnswer(200, {}, json.dumps(told).encode()))
    for body in desk.run(backlog.missed(TEN, make_settings())):
        parsed = provider.parse(body)
        assert len(parsed.events) + len(parsed.failures) <= 1


def test_since_the_beginning_of_time() -> None:
    """A number that was never heard of is no error."""
    assert Listed().missed(0) == []
