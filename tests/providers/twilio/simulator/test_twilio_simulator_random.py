"""Whatever is wrong with a request or a webhook's words, Twilio answers with an error of its own; nothing
crashes, and what is signed verifies."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.clock import ManualClock
from providers.twilio.simulator import phone
from providers.twilio.simulator.contents.filled import filled, names
from providers.twilio.simulator.contents.judge import judge
from providers.twilio.simulator.contents.record import Approval, Record
from providers.twilio.simulator.contents.types import CHECKS, check_type, without_nulls
from providers.twilio.simulator.credentials import Credentials
from providers.twilio.simulator.errors import REFUSALS, TwilioError
from providers.twilio.simulator.ledger import moments, span
from providers.twilio.simulator.overrides import overrides
from providers.twilio.simulator.signing import Signer
from providers.twilio.simulator.target import Told, complaint
from providers.twilio.simulator.wishes import PARAMETERS, wish_of
from tests.providers.twilio.simulator.conftest import SAMPLES, signature
from tests.providers.twilio.simulator.test_twilio_simulator_contents import FULL

words = st.text(max_size=12)
junk = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 20) | words | st.sampled_from(["{{1}}", "URL", "https://x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


def refused(act: Callable[[], object]) -> int:
    """The code that *act* is refused with, 0 for none."""
    try:
        act()
    except TwilioError as error:
        return error.code
    return 0


def damage(draw: st.DrawFn, whole: Any) -> Any:
    """*whole* with one value somewhere replaced, repeated or missing."""
    whole = copy.deepcopy(whole)
    place = whole
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return whole
        key = draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and draw(st.integers(0, 3)):
            place = place[key]
            continue
        match draw(st.integers(0, 2)):
            case 0:
                place[key] = draw(junk)
            case 1 if isinstance(place, list):
                place.append(copy.deepcopy(place[key]))
            case _:
                del place[key]
        return whole


def test_what_is_full_covers_every_type() -> None:
    """The undamaged contents pass, so that the properties below say something."""
    assert {kind for kind, _ in FULL} == set(CHECKS)
    for kind, content in FULL:
        check_type(kind, content)


@given(st.data(), st.sampled_from(range(len(FULL))))
def test_a_damaged_content_is_taken_or_refused(data: st.DataObject, which: int) -> None:
    """Nothing but an error of Twilio's comes of it; what is taken can be sent and shown."""
    kind, content = FULL[which]
    broken = data.draw(st.composite(damage)(content))
    code = refused(lambda: check_type(kind, broken))
    assert code in (0, 20001)
    if code:
        return
    shown = phone.shown("SM1", kind, without_nulls(broken), {})
    assert all(option.id and option.title for option in shown.options)


@given(st.data(), st.sampled_from(range(len(FULL))), st.booleans(), st.booleans())
def test_any_values_can_be_judged(data: st.DataObject, which: int, approved: bool, in_window: bool) -> None:
    """A send is fine or fails with a known code; what is fine can be shown without a variable left over."""
    kind, content = FULL[which]
    values = data.draw(st.dictionaries(st.sampled_from(["1", "2", "x"]), st.text(max_size=40), max_size=3))
    record = Record("HX1", "x", "en", {}, {kind: copy.deepcopy(content)}, 0, 0)
    if approved:
        record.approval = Approval("x", "UTILITY", "approved")
    sendable = judge(record, values, in_window=in_window)
    assert sendable.code in (0, 63013, 63016, 63021, 63027, 63028)
    if sendable.code == 0:
        phone.shown("SM1", sendable.kind, sendable.content, {})
        assert record.types[kind] == content


@given(words, st.dictionaries(st.sampled_from("123"), words))
def test_filling_is_done_once(text: str, values: dict[str, str]) -> None:
    """Values are never taken for variables, and what has no value stays as it is."""
    plain = text.replace("{", "").replace("}", "")
    template = f"{plain}{{{{1}}}}{plain}{{{{ 2 }}}}"
    wanted = f"{plain}{values.get('1', '{{1}}')}{plain}{values.get('2', '{{ 2 }}')}"
    assert filled({"a": [template]}, values) == {"a": [wanted]}
    assert names({"a": [template]}) == {"1", "2"}


pairs = st.lists(st.tuples(st.sampled_from(sorted(PARAMETERS)) | words, words | st.sampled_from(
    ["https://example.org/a.jpg", "https://[", "geo:1,2|x", "HX" + "0" * 32, "fixed", "2026-11-21T10:00:00Z"]
)), max_size=8)  # fmt: skip


@given(pairs)
def test_any_form_is_a_wish_or_refused(form: list[tuple[str, str]]) -> None:
    """Every parameter may hold anything."""
    code = refused(lambda: wish_of(form, ManualClock().now()))
    if code:
        assert REFUSALS[code][0] == 400
        return
    wish = wish_of(form, ManualClock().now())
    assert wish.content or wish.media or wish.body.strip()
    assert len(wish.body) <= 1600


@given(st.text(max_size=30))
def test_any_date_is_a_span_or_refused(value: str) -> None:
    """Filters of the list may hold anything."""
    code = refused(lambda: moments(value))
    assert code in (0, 20001)
    if code:
        return
    first, after = moments(value)
    assert first < after
    assert span({"DateSent": value}) == (max(0, first), after)


@given(st.text(max_size=30))
def test_any_fragment_is_an_override(fragment: str) -> None:
    """Twilio makes of it what it can: never more than five tries and 15 seconds."""
    try:
        wish = overrides(f"https://example.org/#{fragment}")
    except ValueError:
        return  # no URL at all
    assert 0 <= wish.retries <= 5
    assert (wish.read or 0) <= 15
    assert (wish.total or 0) <= 15


@given(st.dictionaries(words.filter(bool), st.text(max_size=20), max_size=6), st.booleans())
def test_what_is_signed_verifies(params: dict[str, str], shared: bool) -> None:
    """Whatever the parameters: the signature is the one that a receiver computes over the decoded form."""
    from urllib.parse import parse_qsl

    params = {name.replace("\ud800", ""): value for name, value in params.items()}
    keys = Credentials("AC1", "token")
    made = Signer(keys).form("https://gw.example.org/hook?t=1#rc=2", params, shared=shared)
    received = dict(parse_qsl(made.body.decode(), keep_blank_values=True))
    assert received == params
    secret, algorithm = (keys.shared_keys[0][1], "sha256") if shared else ("token", "sha1")
    assert made.headers["X-Twilio-Signature"] == signature(
        "https://gw.example.org/hook?t=1", received, secret, algorithm
    )


@given(st.binary(max_size=60), st.sampled_from(["text/xml", "application/json", ""]))
def test_any_answer_can_be_read(body: bytes, content_type: str) -> None:
    """What the business answers may be anything."""
    wrong = complaint(Told("200", "", content_type, body))
    assert wrong == "" or wrong[:5] in ("12100", "12200", "12300")


def test_the_samples_are_whole() -> None:
    """Every content of samples/twilio is JSON with one type."""
    found = sorted(SAMPLES.glob("content_create_*.json"))
    assert len(found) == 8
    for path in found:
        [(kind, content)] = json.loads(path.read_text())["types"].items()
        check_type(kind, content)
