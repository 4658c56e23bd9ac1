"""Nothing that arrives can stop the reader, nothing of it is lost. `HYPOTHESIS_EXAMPLES` raises the cases."""

from __future__ import annotations

import copy
import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.event import ChannelEvent, MessageReceived
from gateway.model.notice import HistoryProgress
from gateway.provider import Parsed
from providers.meta_cloud.fields import FIELDS
from providers.meta_cloud.parse import parse
from tests.providers.meta_cloud.bodies import load, value_of
from tests.providers.meta_cloud.expected.fields import FIELDS as FIELD_SAMPLES
from tests.providers.meta_cloud.expected.messages import INBOUND
from tests.providers.meta_cloud.expected.statuses import STATUSES
from tests.support.examples import examples

SAMPLES = {name: load(name) for name in [*INBOUND, *STATUSES, *FIELD_SAMPLES]}
NEIGHBOUR = SAMPLES["in_text"]["entry"][0]

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
#: Names that readers look for, so that they find something of another kind there.
NAMES = st.sampled_from(
    [
        "metadata",
        "contacts",
        "messages",
        "statuses",
        "errors",
        "user_actions",
        "user_preferences",
        "user_id_update",
        "message_echoes",
        "state_sync",
        "history",
        "threads",
        "calls",
        "groups",
        "event",
        "decision",
        "status",
        "id",
        "type",
        "timestamp",
        "value",
        "code",
        "user_id",
        "wa_id",
        "phone_number_id",
        "message_template_name",
        "display_phone_number",
        "context",
        "text",
    ]
)
KNOWING = st.recursive(
    LEAVES | st.sampled_from(["34600111222", "15550104477", "ES.1", "text", "1794900000"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=20,
)


def text(value: Any) -> bytes:
    """Objects as bytes."""
    return json.dumps(value).encode()


def check(body: bytes) -> Parsed:
    """Parse *body*; every event must be storable."""
    parsed = parse(body)
    for event in parsed.events:
        encoded = msgspec.json.encode(event)
        assert b"\\u0000" not in encoded
        encoded.decode("utf-8")
        assert -(2**63) <= event.at < 2**63
    return parsed


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to all nodes below *value*, forty levels at most: more were made by `nested`."""
    if len(path) == 40:
        return []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, item in items for found in [(*path, key), *places(item, (*path, key))]]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    """The node at *path*."""
    for key in path:
        value = value[key]
    return value


def nested(value: Any, depth: int) -> Any:
    """*value* in *depth* lists."""
    for _ in range(depth):
        value = [value]
    return value


def mutate(data: st.DataObject, root: Any, *ways: str) -> None:
    """Change one node below *root* in one of these ways."""
    path = data.draw(st.sampled_from(places(root)))
    parent, key = at(root, path[:-1]), path[-1]
    match data.draw(st.sampled_from(ways)):
        case "drop":
            del parent[key]
        case "retype":
            parent[key] = data.draw(JSON | KNOWING)
        case "nest":
            parent[key] = nested(parent[key], data.draw(st.sampled_from([1, 2, 33, 150, 250])))
        case "duplicate" if isinstance(parent, list):
            parent.insert(key, parent[key])
        case _:
            parent[f"{key}_2" if isinstance(parent, dict) else -1] = parent[key]


@examples(200)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_never_raise(body: bytes) -> None:
    """Bytes of any kind give an answer."""
    check(body)


@examples(200)
@given(JSON | KNOWING)
def test_arbitrary_json_never_raises(value: Any) -> None:
    """JSON of any shape gives an answer, in each place of the envelope."""
    check(text(value))
    check(text({"entry": value}))
    check(text({"entry": [{"id": "1", "changes": value}]}))


@examples(500)
@given(st.sampled_from([*FIELDS, "messages"]) | st.text(max_size=8), JSON | KNOWING, JSON)
def test_any_value_of_any_field_is_kept(field: str, value: Any, time: Any) -> None:
    """Whatever a change says, there is an event or a failure for it, and its neighbour is read."""
    change = {"field": field, "value": value}
    entry = {"id": "1", "time": time, "changes": [change]}

    alone = check(text({"entry": [{"id": "1", "changes": [change]}]}))
    beside = check(text({"entry": [entry, NEIGHBOUR]}))

    assert alone.events or alone.failures
    assert any(isinstance(event, MessageReceived) for event in beside.events)


@examples(500)
@given(st.data())
def test_a_mutated_sample_never_raises(data: st.DataObject) -> None:
    """One to three nodes dropped, retyped, duplicated or nested: the neighbour is read."""
    body = copy.deepcopy(SAMPLES[data.draw(st.sampled_from(sorted(SAMPLES)))])
    for _ in range(data.draw(st.integers(1, 3))):
        if places(body["entry"]):
            mutate(data, body["entry"], "drop", "retype", "duplicate", "nest")
    body["entry"].append(NEIGHBOUR)

    parsed = check(text(body))

    assert any(
        isinstance(event, MessageReceived)
        and event.message_id == value_of({"entry": [NEIGHBOUR]})["messages"][0]["id"]
        for event in parsed.events
    )


#: Sample and path from its value to a list whose elements fail alone.
LISTS: list[tuple[str, tuple[Any, ...]]] = [
    ("in_text", ("messages",)),
    ("in_order", ("messages",)),
    ("in_interactive_nfm_reply_flow", ("messages",)),
    ("in_system_user_changed_user_id", ("messages",)),
    ("status_sent_v23_cbp_with_conversation", ("statuses",)),
    ("status_failed_131026", ("statuses",)),
    ("in_value_errors_only", ("errors",)),
    ("in_user_actions_marketing_link_click", ("user_actions",)),
    ("field_user_preferences_signup", ("user_preferences",)),
    ("field_user_id_update", ("user_id_update",)),
    ("field_smb_message_echoes_edit", ("message_echoes",)),
    ("field_smb_app_state_sync", ("state_sync",)),
    ("field_calls_terminate", ("calls",)),
    ("field_calls_status_ringing", ("statuses",)),
    ("field_group_participants_update_join", ("groups",)),
    ("field_history_threads", ("history",)),
    ("field_history_threads", ("history", 0, "threads")),
    ("field_history_threads", ("history", 0, "threads", 0, "messages")),
]


def twin(value: Any, number: int) -> Any:
    """A copy of an element with ids and times of its own."""
    if isinstance(value, list):
        return [twin(item, number) for item in value]
    if not isinstance(value, dict):
        return value
    own = {key: twin(item, number) for key, item in value.items()}
    for key, item in value.items():
        if key == "id" and isinstance(item, str):
            own[key] = f"{item}{number}"
        elif key in ("timestamp", "code", "chunk_order"):
            own[key] = int(item) + number
    return own


def elements_events(parsed: Parsed, deep: bool) -> list[Any]:
    """The events, without a chunk's progress when it is the chunk itself that is changed."""
    return [
        event
        for event in parsed.events
        if not (deep and isinstance(event, ChannelEvent) and isinstance(event.content, HistoryProgress))
    ]


@examples(400)
@given(st.data())
def test_a_mutated_element_leaves_its_neighbours(data: st.DataObject) -> None:
    """Of three in a list the middle one is changed anywhere: the events of the others stay as they were."""
    name, path = data.draw(st.sampled_from(LISTS))
    body = copy.deepcopy(SAMPLES[name])
    elements = at(value_of(body), path)
    first, middle, last = (twin(elements[0], number) for number in (1, 2, 3))
    elements[:] = [first, last]
    expected = elements_events(check(text(body)), len(path) > 1)
    assert expected
    holder = [middle]
    mutate(data, holder, "drop", "retype", "nest")
    elements[:] = [first, *holder, last]

    found = elements_events(check(text(body)), len(path) > 1)

    assert [event for event in expected if event not in found] == []


def reversed_keys(value: Any) -> Any:
    """The same value with the members of each object the other way round."""
    if isinstance(value, dict):
        return {key: reversed_keys(item) for key, item in reversed(value.items())}
    return [reversed_keys(item) for item in value] if isinstance(value, list) else value


def named(value: Any) -> Any:
    """The same value without U+0000 in names: it is taken out, and two names of an object may be one then."""
    if isinstance(value, dict):
        return {key.replace("\0", "0"): named(item) for key, item in value.items()}
    return [named(item) for item in value] if isinstance(value, list) else value


def keys(body: bytes) -> tuple[list[str], int]:
    """What the events of *body* are unique by, and how many pieces fail."""
    parsed = parse(body)
    found = [event.key if isinstance(event, ChannelEvent) else event.message_id for event in parsed.events]
    return sorted(found), len(parsed.failures)


@examples(300)
@given(st.data())
def test_a_repeat_written_differently_has_the_same_keys(data: st.DataObject) -> None:
    """Order of members, white space, escapes: a redelivery is known again, whatever it says."""
    body = copy.deepcopy(SAMPLES[data.draw(st.sampled_from(sorted(SAMPLES)))])
    if data.draw(st.booleans()):
        mutate(data, value_of(body), "drop", "retype", "duplicate")
    body = named(body)

    first = keys(text(body))

    for again in (
        json.dumps(body, sort_keys=True, indent=2),
        json.dumps(reversed_keys(body), separators=(",", ":"), ensure_ascii=False),
        json.dumps(body).replace("/", "\\/"),
    ):
        assert keys(again.encode()) == first
