"""Contents that are made for messages: one for each shape, with words in its variables."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import SendRefused
from gateway.model import outbound as out
from gateway.model.outbound import Outbound
from gateway.provider import HttpAnswer, HttpRequest, ProviderError
from providers.twilio.contents import resource
from providers.twilio.contents.blanks import BROKEN, Blanks
from providers.twilio.contents.resource import OURS, key
from providers.twilio.render import render
from providers.twilio.send import send
from providers.twilio.settings import TwilioSettings
from tests.providers.twilio.outgoing import SETTINGS, Twilio, ok, refusal
from tests.support.desk import Desk
from tests.support.examples import examples


def page(*skus: str, title: str = "Fruit") -> Outbound:
    """A page of a shop."""
    rows = [out.Row(f"p:{sku}", sku.title(), f"KES {len(sku)}") for sku in skus]
    return out.List(f"{title}\nTap one", "Open", [out.Section("", rows)])


def shape(message: Outbound) -> str:
    """The key of its content."""
    (part,) = render(message).parts
    return key(part["_content"]["types"], SETTINGS)


def filled(message: Outbound) -> Any:
    """What a contact sees."""
    (part,) = render(message).parts
    text = json.dumps(part["_content"]["types"], ensure_ascii=False)
    for name, value in sorted(part["ContentVariables"].items(), key=lambda item: -int(item[0])):
        text = text.replace("{{" + name + "}}", json.dumps(value, ensure_ascii=False)[1:-1])
    return json.loads(text)


def test_pages_of_a_shop_share_one_content() -> None:
    """The second page is one request, with other words, ids and prices in the variables."""
    twilio = Twilio()
    twilio.send(page("mango", "kiwi"))
    twilio.send(page("tractor", "plough", title="Machines"))
    assert len(twilio.made) == 1
    first, second = twilio.forms
    assert first["ContentSid"] == second["ContentSid"] == f"HX{1:032x}"
    assert json.loads(second["ContentVariables"])["5"] == "p:tractor"


def test_a_content_says_nothing_of_the_contact() -> None:
    """It stays at Twilio: no words of a message are in it, and its name says whose it is."""
    twilio = Twilio()
    twilio.send(page("mango", "kiwi"))
    (made,) = twilio.made
    assert "ango" not in json.dumps(made)
    assert made["friendly_name"].startswith(f"{OURS}list_picker_")
    assert made["variables"].keys() == json.loads(twilio.forms[0]["ContentVariables"]).keys()


def test_another_number_of_rows_or_fields_is_another_shape() -> None:
    """Types, counts, optional fields and line breaks make the shape; an account has its own."""
    bare = out.List("Fruit\nTap one", "Open", [out.Section("", [out.Row("p:a", "A"), out.Row("p:b", "B")])])
    shapes = {
        shape(page("a", "b")),
        shape(page("a", "b", "c")),
        shape(bare),
        shape(page("a", "b", title="x\ny")),
    }
    assert len(shapes) == 4
    other = TwilioSettings(account_sid="AC" + "1" * 32, auth_token="t", sender="whatsapp:+15550104477")
    types = render(bare).parts[0]["_content"]["types"]
    assert key(types, other) != key(types, SETTINGS)


def test_a_content_that_twilio_forgot_is_made_again_once() -> None:
    """Nothing was sent when it says so, so the message goes with the new one."""
    twilio = Twilio(ok({"sid": "SM1"}), refusal(400, 21655))
    twilio.send(page("a"))
    twilio.send(page("b"))
    assert len(twilio.made) == 2
    assert [form["ContentSid"][-1] for form in twilio.forms] == ["1", "1", "2"]
    twilio.send(page("c"))
    assert len(twilio.made) == 2
    assert twilio.forms[-1]["ContentSid"][-1] == "2"


def test_a_content_is_not_made_for_ever() -> None:
    """A second refusal is the message's."""
    twilio = Twilio(refusal(404, 20404), refusal(400, 21655))
    with pytest.raises(ProviderError) as refused:
        twilio.send(page("a"))
    assert (refused.value.code, refused.value.kind, len(twilio.made)) == (21655, "template", 2)


@pytest.mark.parametrize("code", [21656, 63016, 20003])
def test_another_refusal_makes_no_content(code: int) -> None:
    """Only an unknown content is made again."""
    twilio = Twilio(refusal(400, code))
    with pytest.raises(ProviderError):
        twilio.send(page("a"))
    assert len(twilio.made) == 1


def test_sends_that_make_one_shape_at_once_do_no_harm() -> None:
    """The later one takes what the first has remembered, and deletes its own; both messages go."""
    twilio = Twilio()
    (part,) = render(page("a")).parts
    first, second = resource(part["_content"], SETTINGS), resource(part["_content"], SETTINGS)
    assert twilio.answer(next(first)) == twilio.answer(next(second)) == ""
    assert first.send("") == second.send("")
    assert twilio.answer(first.send(ok({"sid": "HXa"}))) == ""
    twilio.answer(first.send(""))
    with pytest.raises(StopIteration, match="HXa"):
        next(first)
    assert twilio.answer(second.send(ok({"sid": "HXb"}))) == "HXa"
    deletion = second.send("HXa")
    assert isinstance(deletion, HttpRequest)
    assert (deletion.method, deletion.url.rpartition("/")[2], deletion.sends) == ("DELETE", "HXb", False)
    with pytest.raises(StopIteration, match="HXa"):
        second.send(HttpAnswer(404, {}, b""))
    twilio.send(page("b"))
    assert twilio.forms[0]["ContentSid"] == "HXa"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [(500, 0, "unavailable"), (429, 20429, "rate_limited"), (401, 20003, "auth"), (400, 20001, "invalid")],
)
def test_a_content_that_cannot_be_made_sends_nothing(status: int, code: int, kind: str) -> None:
    """A failure while it is made is never in doubt: no message was on its way."""
    desk = Desk(lambda call: refusal(status, code))
    (part,) = render(page("a")).parts
    with pytest.raises(ProviderError) as refused:
        desk.run(send(part, "+34600111222", "c", SETTINGS))
    assert refused.value.kind == kind
    assert [call.sends for call in desk.calls] == [False]


def test_a_stored_picture_of_a_card_gets_its_address_with_each_send() -> None:
    """It is a variable like the words."""
    cards = [out.CarouselCard("a", image="stored:f-1", buttons=[out.Button("x", "A")])] * 2
    twilio = Twilio()
    twilio.send(out.Carousel("t", cards))
    assert json.loads(twilio.forms[0]["ContentVariables"])["3"] == "https://gw.example.com/media/f-1"


def test_an_id_that_cannot_be_a_variable_comes_back_as_it_is() -> None:
    """It is part of the shape then; with braces in it, Twilio would read a variable."""
    seen = filled(out.Buttons("a", [out.Button("x\ny", "A"), out.Button(" z", "B")]))
    assert [action["id"] for action in seen["twilio/quick-reply"]["actions"]] == ["x\ny", " z"]
    with pytest.raises(SendRefused, match="Twilio would read a variable"):
        render(out.Buttons("a", [out.Button("{{1}}\n", "A")]))


def test_what_cannot_be_shown_is_refused() -> None:
    """A text of nothing but control characters would leave an empty variable."""
    for wrong in (out.Buttons("\x01", [out.Button("x", "A")]), out.Buttons("a", [out.Button("x", "\x01")])):
        with pytest.raises(SendRefused, match="nothing that can be shown"):
            render(wrong)


TEXTS = st.text(st.sampled_from("ab {}1\n\r\t\v\x00\x1f\x85\u2028é👍"), min_size=1, max_size=40).filter(
    lambda text: bool("".join(sign for sign in text if sign > "\x1f").strip())
)


@examples(200)
@given(TEXTS)
def test_variables_hold_what_twilio_takes(text: str) -> None:
    """Never empty, no line break, tab or five spaces; what a reader sees is all there."""
    blanks = Blanks()
    pattern = blanks.text(text, "Text")
    values = [str(value) for value in blanks.values.values()]
    assert values
    assert all(value.strip() and not BROKEN.search(value) for value in values)
    assert pattern.count("{{") == len(values)
    seen = "".join(sign for sign in text if sign > "\x1f")
    assert "".join("".join(values).split()) == "".join(seen.split())


@examples(60)
@given(st.text("abc xyz", min_size=1, max_size=19).filter(str.strip), st.text("abc", min_size=1, max_size=9))
def test_words_and_ids_do_not_make_a_shape(words: str, id: str) -> None:
    """Whatever is said, and whatever comes back: as long as the lines are as many."""
    said = out.Buttons(words, [out.Button(id, words), out.Button(id + "1", words + "1")])
    assert shape(said) == shape(out.Buttons("t", [out.Button("1", "A"), out.Button("2", "B")]))
    actions = filled(said)["twilio/quick-reply"]["actions"]
    assert [action["id"] for action in actions] == [id, id + "1"]
