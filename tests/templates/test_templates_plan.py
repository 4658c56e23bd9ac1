"""Files of templates, what differs, and what is planned: pure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.errors import SettingsError
from gateway.model.template import (
    TemplateButtonDefinition,
    TemplateCardDefinition,
    TemplateDefinition,
    TemplateHeader,
)
from gateway.templates.differences import differences
from gateway.templates.file import read_file, samples
from gateway.templates.known import Known
from gateway.templates.names import following, logical, version
from gateway.templates.plan import Step, plan

HELLO = TemplateDefinition("hello", "en", "utility", body="Hi {{1}}, how are you?", examples=["Ana"])
THERE = replace(HELLO, provider_id="1", status="APPROVED", quality="GREEN")


def planned(ours: TemplateDefinition, *theirs: TemplateDefinition) -> Step:
    """The one step for *ours*."""
    [step] = plan([ours], [Known("duka", "w", each, True) for each in theirs])
    return step


@pytest.mark.parametrize(
    ("ours", "theirs", "action", "name"),
    [
        (HELLO, [], "create", "hello"),
        (HELLO, [THERE], "unchanged", "hello"),
        (HELLO, [replace(THERE, language="es")], "create", "hello"),
        (HELLO, [replace(THERE, status="DELETED")], "create", "hello"),
        (replace(HELLO, footer="Duka"), [THERE], "edit", "hello"),
        (replace(HELLO, footer="Duka"), [replace(THERE, status="PAUSED")], "edit", "hello"),
        (replace(HELLO, footer="Duka"), [replace(THERE, status="PENDING")], "refused", "hello"),
        (replace(HELLO, footer="Duka"), [replace(THERE, status="DISABLED")], "rename", "hello_v2"),
        (HELLO, [replace(THERE, category="marketing")], "rename", "hello_v2"),
        (HELLO, [replace(THERE, category="marketing", status="REJECTED")], "edit", "hello"),
        (HELLO, [replace(THERE, category="marketing", status="PENDING")], "refused", "hello"),
        (HELLO, [replace(THERE, category="marketing"), replace(THERE, name="hello_v2")], "unchanged",
         "hello_v2"),
        (HELLO, [THERE, replace(THERE, name="hello_v2", footer="by hand")], "unchanged", "hello"),
        (HELLO, [replace(THERE, name="hello_v2", category="marketing")], "rename", "hello_v3"),
        (HELLO, [replace(THERE, language="es", category="marketing")], "rename", "hello_v2"),
    ],
)  # fmt: skip
def test_what_is_planned(
    ours: TemplateDefinition, theirs: list[TemplateDefinition], action: str, name: str
) -> None:
    """From what is there, and in which state; a reason stands by what is out of the ordinary."""
    step = planned(ours, *theirs)

    assert (step.action, step.logical, step.definition.name) == (action, "hello", name)
    assert step.acts == (action not in ("unchanged", "refused"))
    assert bool(step.reason) == (action in ("rename", "refused"))
    assert bool(step.changes) == (action in ("edit", "refused") or (bool(theirs) and action == "rename"
                                  and theirs[0].language == "en"))  # fmt: skip
    if action == "edit":
        assert step.definition.provider_id == "1"


def test_two_languages_get_one_new_name() -> None:
    """The category of both changes: both become version 2."""
    english, spanish = HELLO, replace(HELLO, language="es")
    there = [Known("duka", "w", replace(each, category="marketing", status="APPROVED"), True)
             for each in (english, spanish)]  # fmt: skip
    steps = plan([english, spanish], there)

    assert [(step.action, step.definition.name) for step in steps] == [("rename", "hello_v2")] * 2


def test_what_was_rejected_says_why() -> None:
    """Unchanged since: the reviewer's reason stands beside it."""
    assert "SCAM" in planned(HELLO, replace(THERE, status="REJECTED", reason="SCAM")).reason


LINK = TemplateButtonDefinition("url", "See", "https://e.org/{{1}}", example="https://e.org/1")
PHOTO = TemplateHeader("image", sample="a.png")
FLOW = TemplateButtonDefinition("flow", "Book", details={"flow_name": "book", "flow_action": "navigate"})
OTP = TemplateButtonDefinition("otp", details={"otp_type": "COPY_CODE"})
LOGIN = TemplateDefinition("login", "en", "authentication", security_recommendation=True, buttons=[OTP])
LISTED_OTP = TemplateButtonDefinition(
    "otp", "Copy code", "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE"
)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (HELLO, THERE),
        (replace(HELLO, examples=["Ben"]), THERE),
        (replace(HELLO, header=PHOTO), replace(THERE, header=TemplateHeader("image", handle="https://cdn"))),
        (replace(HELLO, buttons=[replace(LINK, example="x")]), replace(THERE, buttons=[LINK])),
        (replace(HELLO, buttons=[FLOW]), replace(THERE, buttons=[
            TemplateButtonDefinition("flow", "Book", details={"flow_id": "8", "flow_action": "navigate"})])),
        (LOGIN, replace(LOGIN, body="*{{1}}* is your code.", examples=["1"], buttons=[LISTED_OTP])),
        (HELLO, replace(THERE, ttl=600)),
    ],
)  # fmt: skip
def test_what_the_provider_words_itself_is_no_difference(
    ours: TemplateDefinition, theirs: TemplateDefinition
) -> None:
    """Samples, examples, ids in place of names, and texts that are not ours."""
    assert differences(ours, theirs) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "line"),
    [
        ({"body": "Hello"}, {}, "body: 'Hi {{1}}, how are you?' -> 'Hello'"),
        ({"footer": "Duka"}, {}, "footer: nothing -> 'Duka'"),
        ({"header": PHOTO}, {}, "header: nothing -> {'kind': 'image'}"),
        ({"header": PHOTO}, {"header": TemplateHeader("video")}, "header.kind: 'video' -> 'image'"),
        ({"header": TemplateHeader(text="A")}, {"header": TemplateHeader(text="B")},
         "header.text: 'B' -> 'A'"),
        ({"buttons": [LINK]}, {}, "buttons: nothing -> ['url']"),
        ({"buttons": [replace(LINK, url="https://e.org/x")]}, {"buttons": [LINK]},
         "buttons[0].url: 'https://e.org/{{1}}' -> 'https://e.org/x'"),
        ({"buttons": [OTP]}, {"buttons": [replace(OTP, details={"otp_type": "ZERO_TAP"})]},
         "buttons[0].otp_type: 'ZERO_TAP' -> 'COPY_CODE'"),
        ({"cards": [TemplateCardDefinition(PHOTO)]}, {}, "cards: 0 -> 1"),
        ({"cards": [TemplateCardDefinition(PHOTO, "a")]}, {"cards": [TemplateCardDefinition(PHOTO, "b")]},
         "cards[0].body: 'b' -> 'a'"),
        ({"ttl": 60}, {"ttl": 600}, "ttl: 600 -> 60"),
        ({"code_minutes": 5}, {}, "code_minutes: 0 -> 5"),
        ({"examples": ["Ben"]}, {"status": "REJECTED"}, "examples: ['Ana'] -> ['Ben']"),
    ],
)  # fmt: skip
def test_a_difference_is_a_line(ours: dict[str, Any], theirs: dict[str, Any], line: str) -> None:
    """The path, what the provider has, what the file says."""
    assert differences(replace(HELLO, **ours), replace(THERE, **theirs)) == [line]


@given(st.from_regex(r"[a-z_]{1,20}(_v[0-9]{1,4})?", fullmatch=True))
def test_versions_of_a_name(name: str) -> None:
    """Each version has the same logical name, and the next one is one more."""
    after = following(name)

    assert logical(after) == logical(name)
    assert version(after) == version(name) + 1
    assert following(logical(name)) == f"{logical(name)}_v2"


def write(tmp_path: Path, text: str) -> Path:
    """A file of templates."""
    path = tmp_path / "templates.toml"
    path.write_text(text)
    return path


GOOD = '[[templates]]\nname = "hello"\nlanguage = "en"\ncategory = "utility"\nbody = "Hi"\n'


def test_the_file_of_the_documentation_is_read(tmp_path: Path) -> None:
    """The example is a definition with a header, named variables and two buttons."""
    page = (Path(__file__).parents[2] / "docs/templates.md").read_text()
    path = write(tmp_path, page.split("```toml\n")[1].split("```")[0])
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples/order.png").write_bytes(b"PNG")

    [definition] = read_file(path)

    assert definition.name == "order_ready"
    assert definition.examples == {"first_name": "Ana", "number": "1042"}
    assert [button.kind for button in definition.buttons] == ["quick_reply", "url"]
    [sample] = samples(definition, tmp_path).values()
    assert (sample.name, sample.mime, sample.content) == ("order.png", "image/png", b"PNG")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("= nonsense", "templates.toml: is no TOML"),
        ("", "templates.toml: templates: missing"),
        ("template = []", "templates.toml: template: unknown setting"),
        (GOOD + 'bdy = "x"', "templates.toml: templates[0].bdy: unknown setting"),
        (GOOD + "footer = 7", "templates[0].footer"),
        (GOOD.replace("utility", "sales"), "templates[0].category"),
        (GOOD + "[[templates.buttons]]\nkind = 'link'", "templates[0].buttons[0].kind"),
        (GOOD + "[templates.header]\nknd = 'image'", "templates[0].header"),
        (GOOD + 'status = "APPROVED"', "templates[0].status: is told by the provider"),
        (GOOD + GOOD, "templates[1]: templates[0] is hello in en too"),
        (GOOD.replace("hello", "hello_v2"), "templates[0].name: ends with a version"),
    ],
)
def test_a_file_that_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    """The place is named, and what to write."""
    with pytest.raises(SettingsError) as caught:
        read_file(write(tmp_path, text))
    assert words in str(caught.value)


def test_a_sample_that_is_not_there(tmp_path: Path) -> None:
    """A path that leads nowhere, and an ending that says no type."""
    for name, words in (("a.png", "cannot be read"), ("a.qqq", "says no type")):
        definition = replace(HELLO, header=TemplateHeader("image", sample=name))
        with pytest.raises(SettingsError, match=words):
            samples(definition, tmp_path)
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        read_file(tmp_path / "nowhere.toml")
