"""Fields of other shapes than the samples': lists of many, what is missing, what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.model import notice
from gateway.model.event import ChannelEvent, Identity, MessageReceived, Person
from providers.meta_cloud.fields import FIELDS
from providers.meta_cloud.parse import parse
from tests.providers.meta_cloud.bodies import ACCOUNT, NUMBER, change, events, load, numbered, one, value_of

#: Sample and the list whose elements are events of their own.
LISTS = [
    ("field_user_preferences_stop", "user_preferences"),
    ("field_user_id_update", "user_id_update"),
    ("field_smb_message_echoes_text", "message_echoes"),
    ("field_smb_app_state_sync", "state_sync"),
    ("field_calls_connect_user_initiated", "calls"),
    ("field_calls_status_ringing", "statuses"),
    ("field_group_participants_update_join", "groups"),
    ("in_value_errors_only", "errors"),
    ("in_user_actions_marketing_link_click", "user_actions"),
]
STATUS = {
    "event": "APPROVED",
    "message_template_id": 7,
    "message_template_name": "visit",
    "message_template_language": "en-US",
}


@pytest.mark.parametrize(("name", "member"), LISTS, ids=[name for name, _ in LISTS])
@pytest.mark.parametrize("bad", [None, 7, "x", [], {}], ids=repr)
@pytest.mark.parametrize("place", [0, 1])
def test_a_bad_element_fails_alone(name: str, member: str, bad: Any, place: int) -> None:
    """Its slice is kept for a person; its neighbour is read as if it stood alone."""
    body = load(name)
    (alone,) = events(json.dumps(body).encode())
    value_of(body)[member].insert(place, bad)

    parsed = parse(json.dumps(body).encode())

    if bad == {} and member == "errors":  # every part of an error may be missing
        assert (len(parsed.events), parsed.failures) == (2, ())
    else:
        assert [failure.raw for failure in parsed.failures] == [json.dumps(bad).encode()]
    assert alone in parsed.events


@pytest.mark.parametrize(("name", "member"), LISTS, ids=[name for name, _ in LISTS])
def test_each_element_is_an_event_with_its_own_slice(name: str, member: str) -> None:
    """Two in one list are two events; the key of the first is the one that it has alone."""
    body = load(name)
    (alone,) = events(json.dumps(body).encode())
    first = value_of(body)[member][0]
    second = {
        key: 5 if key == "code" else f"{item}1" if isinstance(item, str) else item
        for key, item in first.items()
    }
    second |= {key: first[key] for key in ("event", "type", "action_type") if key in first}
    value_of(body)[member].append(second)

    both = events(json.dumps(body).encode())

    assert both[0] == alone
    assert both[1].key != alone.key
    assert [json.loads(event.raw) for event in both] == [first, second]


@pytest.mark.parametrize(
    "name", ["smb_message_echoes", "calls", "history", "user_preferences", "user_id_update"]
)
def test_without_a_number_nobody_is_written_to(name: str) -> None:
    """An event about a contact must not be given to whoever has the first channel of the app."""
    sample = {
        "user_preferences": "user_preferences_stop",
        "calls": "calls_terminate",
        "history": "history_threads",
    }
    sample["smb_message_echoes"] = "smb_message_echoes_text"
    body = load(f"field_{sample.get(name, name)}")
    value_of(body)["metadata"] = {}

    parsed = parse(json.dumps(body).encode())

    assert not any(event.person.identities for event in parsed.events if isinstance(event, ChannelEvent))
    assert "phone_number_id" in parsed.failures[0].reason


@pytest.mark.parametrize("name", [*FIELDS, "a_field_of_tomorrow"])
def test_a_value_of_another_shape_is_kept_whole(name: str) -> None:
    """Known field or not: an object that says nothing we know is not lost."""
    value = {"news": [1, {"a": None}], "metadata": {"phone_number_id": NUMBER}}

    event = one(change(name, value))

    assert (event.name, event.account, event.number) == (name, ACCOUNT, NUMBER)
    assert event.content == notice.Other(value)
    assert event.at == 1_794_900_000_000_000
    assert json.loads(event.raw) == {"field": name, "value": value}


@pytest.mark.parametrize("name", [*FIELDS, "a_field_of_tomorrow"])
@pytest.mark.parametrize("value", [None, [], "x", 7], ids=repr)
def test_a_value_that_is_no_object_is_a_failure(name: str, value: Any) -> None:
    """It is kept with its field's name, for a person."""
    parsed = parse(change(name, value))

    assert parsed.events == ()
    assert [json.loads(failure.raw) for failure in parsed.failures] == [{"field": name, "value": value}]


@pytest.mark.parametrize("name", ["standby", "messaging_handovers"])
def test_a_copy_for_standby_is_never_a_message(name: str) -> None:
    """What looks like a message there belongs to somebody else's conversation."""
    value = value_of(load("in_text"))

    assert one(change(name, value)).content == notice.Other(value)


def test_a_value_of_messages_with_nothing_known_is_kept() -> None:
    """A sibling of tomorrow alone in a value is an event of its own."""
    event = one(numbered("messages", conversation_context={"summary": "wants tea"}))

    assert isinstance(event.content, notice.Other)
    assert event.content.payload["conversation_context"] == {"summary": "wants tea"}
    assert event.number == NUMBER


def test_errors_beside_a_fields_list_are_events() -> None:
    """An error of the number is told, in whichever field it stands."""
    (event,) = events(numbered("calls", errors=[{"code": 131044, "title": "No payment method"}]))

    assert (event.name, event.content) == (
        "error",
        notice.AccountError("payment", 131044, "No payment method"),
    )


def test_a_template_may_be_approved_twice() -> None:
    """The value is the same, the time is not: both are told. A repeat of one is one."""
    first, again, later = (
        one(change("message_template_status_update", STATUS, time))
        for time in (1_794_900_000, 1_794_900_000, 1_794_990_000)
    )

    assert first.key == again.key != later.key
    assert isinstance(first.content, notice.TemplateStatus)
    assert first.content.language == "en_US"


def test_a_template_says_when_it_will_be_disabled() -> None:
    """Null in the place of a word is no word."""
    value = STATUS | {"event": "DISABLED", "reason": None, "disable_info": {"disable_date": "2026-12-01"}}

    content = one(change("message_template_status_update", value)).content

    assert content == notice.TemplateStatus(
        template_id="7", template="visit", language="en_US", status="DISABLED", disable_date="2026-12-01"
    )


def test_older_forms_of_account_and_number_values() -> None:
    """A ban's states in a list, a limit of one number, a number written for people, one more spelling."""
    ban = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": ["SCHEDULE_FOR_DISABLE", "DISABLE"]}}
    quality = {
        "display_phone_number": "\u202a+1\u00a0555-010-4477\u202c",
        "event": "DOWNGRADE",
        "current_limit": "TIER_250",
        "old_limit": "TIER_2K",
    }
    violation = {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SCAM"}}
    name = {"display_phone_number": "15550104477", "username": "ruiz.sl", "status": "deleted"}

    assert one(change("account_update", ban)).content == notice.AccountUpdate(
        "DISABLED_UPDATE", ban_states=("SCHEDULE_FOR_DISABLE", "DISABLE"), details=ban
    )
    assert one(change("account_update", violation)).content == notice.AccountUpdate(
        "ACCOUNT_VIOLATION", violation="SCAM", details=violation
    )
    assert one(change("phone_number_quality_update", quality)).content == notice.NumberQuality(
        "+15550104477", "DOWNGRADE", "TIER_250", "TIER_2K", "TIER_250"
    )
    limit = one(change("business_capability_update", {"max_daily_conversation_per_phone": -1}))
    assert limit.content == notice.BusinessLimit("-1")
    assert one(change("business_username_update", name)).content == notice.BusinessUsername(
        "+15550104477", "ruiz.sl", "deleted"
    )


def test_a_preference_of_tomorrow_is_unknown_and_told() -> None:
    """A hidden number is no obstacle; a contact that nobody can name is one."""
    told = {
        "user_id": "ES.1",
        "parent_user_id": "ES.ENT.1",
        "value": "pause",
        "category": "marketing_messages",
    }
    event = one(numbered("user_preferences", user_preferences=[told]))

    assert event.content == notice.MarketingPreference("unknown", "marketing_messages")
    assert event.person == Person((Identity("bsuid", "ES.1", ACCOUNT), Identity("parent_bsuid", "ES.ENT.1")))
    assert parse(numbered("user_preferences", user_preferences=[{"value": "stop"}])).events == ()


def test_a_changed_user_id_finds_the_contact_by_the_names_from_before() -> None:
    """The previous ids and the phone are the person; the current ids stand in the notice alone."""
    update = {
        "user_id": {"previous": "ES.1", "current": "ES.2"},
        "parent_user_id": {"previous": "ES.ENT.1", "current": "ES.ENT.2"},
        "timestamp": "1794900000",
    }
    contact = {"profile": {"name": "Lucia Prado"}, "wa_id": "34600111222", "user_id": "ES.2"}

    event = one(numbered("user_id_update", contacts=[contact], user_id_update=[update]))

    assert event.content == notice.UserIdChanged("ES.1", "ES.2", "ES.ENT.1", "ES.ENT.2")
    assert event.person == Person(
        (
            Identity("phone", "+34600111222"),
            Identity("bsuid", "ES.1", ACCOUNT),
            Identity("parent_bsuid", "ES.ENT.1"),
        ),
        "Lucia Prado",
    )


def test_a_changed_user_id_without_the_one_before() -> None:
    """The phone finds the contact; without a phone only the new id is left."""
    with_phone = {"wa_id": "34600111222", "user_id": {"current": "ES.2"}}
    without = {"user_id": {"current": "ES.2"}}

    found = events(numbered("user_id_update", user_id_update=[with_phone, without]))

    assert [event.person.identities for event in found] == [
        (Identity("phone", "+34600111222"),),
        (Identity("bsuid", "ES.2", ACCOUNT),),
    ]


def test_what_is_no_contact_in_the_address_book_is_kept() -> None:
    """A removal has a phone alone; another type is the provider's own object."""
    gone = {
        "type": "contact",
        "contact": {"phone_number": "34600111222", "user_id": "ES.1"},
        "action": "remove",
    }
    label = {"type": "label", "label": {"name": "VIP"}}

    first, second = events(numbered("smb_app_state_sync", state_sync=[gone, label]))

    assert first.content == notice.ContactSync("remove", "+34600111222", user_id="ES.1")
    assert first.person == Person()
    assert second.content == notice.Other(label)


def test_a_call_is_about_the_other_side() -> None:
    """Whoever called, and also when a number is hidden."""
    out = {
        "id": "wacid.1",
        "event": "connect",
        "from": "15550104477",
        "to_user_id": "ES.1",
        "direction": "BUSINESS_INITIATED",
    }
    hidden = {
        "id": "wacid.2",
        "event": "connect",
        "from_user_id": "ES.2",
        "to": "15550104477",
        "direction": "USER_INITIATED",
    }

    first, second = events(numbered("calls", calls=[out, hidden]))

    assert first.person.identities == (Identity("bsuid", "ES.1", ACCOUNT),)
    assert second.person.identities == (Identity("bsuid", "ES.2", ACCOUNT),)
    assert [
        event.content.direction for event in (first, second) if isinstance(event.content, notice.Call)
    ] == ["out", "in"]


def test_a_group_is_told_to_its_own_conversation() -> None:
    """Participants are phones where these are shown, else user ids."""
    change_ = {
        "type": "group_participants_remove",
        "group_id": "R1JPVVA=",
        "request_id": "req-1",
        "removed_participants": [{"wa_id": "34600111222"}, {"user_id": "ES.2"}],
        "errors": [{"code": 131208}],
    }
    event = one(numbered("group_participants_update", groups=[change_]))

    assert isinstance(event.content, notice.GroupUpdate)
    assert (event.content.removed, event.content.request_id) == (("+34600111222", "ES.2"), "req-1")
    assert event.content.details["errors"] == [{"code": 131208}]
    assert event.person == Person((Identity("group", "R1JPVVA=", NUMBER),))


def test_another_action_of_a_user_is_kept() -> None:
    """Only clicks on links have a type of their own."""
    action = {"action_type": "poke", "timestamp": "1794900000"}

    event = one(numbered("messages", user_actions=[action]))

    assert (event.name, event.content) == ("user_action", notice.Other(action))


def test_all_fields_of_one_webhook_are_read_beside_each_other() -> None:
    """Two accounts and a message in one body: each event has its own account, the message its own way."""
    body = load("in_text")
    other = {
        "id": "2",
        "time": 1_794_900_000,
        "changes": [{"field": "account_review_update", "value": {"decision": "APPROVED"}}],
    }
    body["entry"].append(other)

    message, review = parse(json.dumps(body).encode()).events

    assert isinstance(message, MessageReceived)
    assert isinstance(review, ChannelEvent)
    assert (review.account, review.content) == ("2", notice.AccountReview("APPROVED"))


def test_a_thousand_preferences_with_one_that_is_bad() -> None:
    """999 arrive, each about its own contact, whatever the order of the contacts."""
    told = [{"wa_id": f"346{i:08}", "value": "stop", "timestamp": 1_794_900_000} for i in range(1000)]
    contacts = [
        {"wa_id": one["wa_id"], "profile": {"name": f"Name {one['wa_id']}"}} for one in reversed(told)
    ]
    told[500] = {"value": {"x OR 1": 1}}

    parsed = parse(numbered("user_preferences", contacts=contacts, user_preferences=told))

    assert [failure.raw for failure in parsed.failures] == [json.dumps(told[500]).encode()]
    people = [event.person for event in parsed.events if isinstance(event, ChannelEvent)]
    assert len(people) == 999
    assert all(person.name == f"Name {person.identities[0].value[1:]}" for person in people)
    assert len({event.key for event in parsed.events if isinstance(event, ChannelEvent)}) == 999


def test_two_numbers_in_one_webhook() -> None:
    """Each element belongs to the number of its own change."""
    stop = {"wa_id": "34600111222", "value": "stop"}
    body = json.loads(numbered("user_preferences", user_preferences=[stop]))
    other = json.loads(numbered("user_preferences", user_preferences=[stop]))
    value_of(other)["metadata"]["phone_number_id"] = "2"
    body["entry"] += other["entry"]

    first, second = events(json.dumps(body).encode())

    assert (first.number, second.number) == (NUMBER, "2")
    assert first.key != second.key
