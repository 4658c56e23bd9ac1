"""Templates there and back: what we write as a content is read as the same template."""

from __future__ import annotations

import json
import re

import pytest
from msgspec.structs import replace

from gateway.model.template import TemplateButtonDefinition as ButtonOf
from gateway.model.template import TemplateDefinition, TemplateHeader, TemplateOffer
from gateway.provider import ProviderError
from gateway.templates.differences import differences
from providers.twilio.templates.lint import lint
from providers.twilio.templates.write import write
from tests.providers.twilio.definitions import ALL, CARDS, CDN, CODE, FORM, NUMBERED, READY, SHOP, SID, listed


@pytest.mark.parametrize("definition", ALL, ids=lambda each: each.name)
def test_a_template_comes_back_as_it_was_written(definition: TemplateDefinition) -> None:
    """Applied again, nothing differs: not after an approval, nor in examples after a rejection."""
    lint(definition)
    there = listed(definition)
    assert differences(definition, there) == []
    assert differences(definition, replace(there, status="REJECTED")) == []
    assert (there.provider_id, there.status, there.category) == (SID, "APPROVED", definition.category)


@pytest.mark.parametrize("definition", ALL, ids=lambda each: each.name)
def test_every_variable_of_a_content_has_one_number_and_a_sample(definition: TemplateDefinition) -> None:
    """From 1 on without a gap: Twilio counts them through the whole content."""
    content, samples = write(definition)
    found = set(re.findall(r"\{\{(\w+)\}\}", json.dumps(content.fields)))
    assert found == set(samples) == {str(n) for n in range(1, len(samples) + 1)}
    assert all(samples.values())


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        (replace(NUMBERED, name="No"), "name has"),
        (replace(NUMBERED, body=""), "body is empty"),
        (replace(NUMBERED, examples=[]), "examples has 0 values"),
        (replace(NUMBERED, ttl=60), "ttl does not exist"),
        (replace(NUMBERED, offer=TemplateOffer("x")), "offer does not exist"),
        (replace(NUMBERED, unknown=[{"type": "X"}]), "unknown has components"),
        (replace(READY, header=TemplateHeader("image", sample="a.png")), "header.handle is missing"),
        (replace(READY, header=TemplateHeader("image", handle=CDN)), "header.example is empty"),
        (replace(READY, header=TemplateHeader("location")), "header.kind location does not exist"),
        (replace(NUMBERED, buttons=[ButtonOf("catalog", "a")]), "buttons[0].kind catalog does not exist"),
        (
            replace(NUMBERED, buttons=[ButtonOf("url", "a", "https://a/{{1}}/b")]),
            "takes one variable, at its end",
        ),
        (replace(NUMBERED, buttons=[ButtonOf("url", "a", SHOP, example="1")]), "example is the whole link"),
        (replace(NUMBERED, buttons=[ButtonOf("copy_code")]), "buttons[0].example is empty"),
        (replace(FORM, footer="a"), "stands alone"),
        (replace(FORM, buttons=[ButtonOf("flow", "a")]), "flow_id is missing"),
        (replace(CARDS, footer="a"), "cards exclude"),
        (replace(CARDS, cards=CARDS.cards[:1]), "takes 2 to 10"),
        (replace(CODE, buttons=[]), "one of kind otp"),
        (replace(CODE, buttons=[ButtonOf("otp")]), 'otp_type = "COPY_CODE"'),
        (replace(CODE, code_minutes=91), "code_minutes is 1 to 90"),
    ],
)
def test_what_twilio_will_not_take_is_found_first(definition: TemplateDefinition, words: str) -> None:
    """Every field is named, with what would do."""
    with pytest.raises(ProviderError) as refused:
        lint(definition)
    assert (refused.value.kind, words in str(refused.value)) == ("invalid", True)
