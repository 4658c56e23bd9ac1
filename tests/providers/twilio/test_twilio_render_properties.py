"""Whatever is sent either is refused before the call, by name, or is accepted by the simulator."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from msgspec.structs import replace

from gateway.errors import SendRefused
from gateway.fit import fit
from gateway.model import outbound as out
from gateway.model.outbound import Outbound
from providers.twilio.capabilities import CAPABILITIES
from providers.twilio.limits import LIMITS
from providers.twilio.render import render
from providers.twilio.send import send
from providers.twilio.simulator.contents.filled import check_names, filled, names, read_values
from providers.twilio.simulator.contents.session import allowed
from providers.twilio.simulator.contents.types import check_type
from providers.twilio.simulator.wishes import wish_of
from tests.providers.meta_cloud.messages import structs
from tests.providers.twilio.outgoing import ANA, SETTINGS, Twilio
from tests.support.examples import examples

#: Messages of each kind.
FEW = 60
#: What a channel without an account's templates cannot send, and what it leaves out.
NEVER = (out.Template, out.Pin)
KINDS = [kind for kind in get_args(Outbound) if kind not in NEVER]


def posed(message: Outbound) -> list[dict[str, Any]] | None:
    """The parts of *message*, None when it was refused as it should be."""
    try:
        fitted = fit(message, CAPABILITIES, quoted="What did you say?")
    except SendRefused:
        return None
    try:
        return [part for one in fitted.messages for part in render(kept(one)).parts]
    except SendRefused as refused:
        told = str(refused)
    assert told.startswith("twilio: ")
    return None


def kept(message: Outbound) -> Outbound:
    """*message* as it comes to be rendered: the gateway keeps bytes before."""
    has_bytes = isinstance(message, out.Media) and message.data
    return replace(message, data=b"", stored="f") if has_bytes else message


def judge(twilio: Twilio) -> list[str]:
    """The words of all messages, each held to the limits of the wire."""
    said = []
    contents = {f"HX{n:032x}": made for n, made in enumerate(twilio.made, 1)}
    for form in twilio.forms:
        wish = wish_of(list(form.items()), 0)
        assert bool(wish.content) != bool(form.get("Body") or form.get("MediaUrl"))
        if wish.content:
            made = contents[wish.content]
            ((kind, content),) = made["types"].items()
            values = read_values(wish.variables)
            assert names(content) == values.keys() == made["variables"].keys()
            check_names(made["types"])
            check_type(kind, content)
            check_type(kind, filled(content, made["variables"]))
            check_type(kind, filled(content, values))
            assert allowed(kind, content)
            said.append(json.dumps(filled(content, values)))
        else:
            assert len(form.get("Body", "")) <= LIMITS.text
            said.append(form.get("Body", ""))
    return said


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_rendered_is_accepted(kind: type) -> None:
    """And at least some of each kind is: within the window, with variables that Twilio takes."""
    accepted = []

    @examples(FEW)
    @given(structs(kind))
    def one(message: Outbound) -> None:
        message = replace(message, category="", reply_to=message.reply_to and "SM" + "1" * 32)
        if isinstance(message, out.FlowForm):  # most that are drawn have what Twilio has no place for
            message = replace(message, flow_id=message.flow_id or "1", flow_name="", data={}, draft=False)
        parts = posed(message)
        if parts is None:
            return
        twilio = Twilio()
        for part in parts:
            twilio.run(send(part, ANA, "c-1", SETTINGS))
        said = judge(twilio)
        if isinstance(message, out.Text):
            text = "".join("".join(said).split())
            assert text.endswith("".join(message.text.split()))
        accepted.append(message)

    one()
    assert accepted


def test_the_table_has_every_kind_of_ours() -> None:
    """A kind that is not there would be rejected without anybody having decided so."""
    kinds = {str(kind.__struct_config__.tag) for kind in get_args(Outbound)}
    assert kinds == {name for name in CAPABILITIES.levels if name in kinds}
