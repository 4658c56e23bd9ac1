"""Whatever is sent either is refused before the call, by name, or is accepted by the simulator."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given

from gateway.errors import SendRefused
from gateway.fit import fit
from gateway.model import outbound as out
from gateway.model.outbound import Outbound
from gateway.provider import HttpAnswer, Rendered, StoredFile, StoredMedia
from providers.meta_cloud import provider
from providers.meta_cloud.limits import LIMITS
from providers.meta_cloud.simulator.checks import check_message
from tests.providers.meta_cloud.conftest import make_settings
from tests.providers.meta_cloud.messages import structs
from tests.support.desk import Desk
from tests.support.examples import examples

#: Messages of each kind.
FEW = 60
SETTINGS = make_settings()
OWN_NUMBER = "15550104477"
KINDS = get_args(Outbound)


def rendered(message: Outbound) -> Rendered | None:
    """The message in Meta's terms, None when it was refused as it should be."""
    try:
        fitted = fit(message, provider.capabilities)
    except SendRefused:
        return None
    try:
        made = [provider.render(one) for one in fitted.messages]
    except SendRefused as refused:
        said = str(refused)
    else:
        return Rendered(tuple(part for one in made for part in one.parts), fitted.losses)
    assert said.startswith("meta_cloud: ")
    return None


def bodies(message: Outbound, parts: tuple[dict[str, Any], ...]) -> list[tuple[dict[str, Any], bool]]:
    """What Meta is sent, and whether at the marketing endpoint."""
    to = "R1JPVVA=" if isinstance(message, out.Pin) else "+34600111222"
    desk = _Desk(lambda call: HttpAnswer(200, {}, b'{"id":"9","messages":[{"id":"wamid.1"}]}'))
    for part in parts:
        desk.run(provider.send(part, to, "order-7781", SETTINGS))
    sends = [call for call in desk.calls if call.sends]
    return [(json.loads(each.body), each.url.endswith("/marketing_messages")) for each in sends]


class _Desk(Desk):
    """Has every file."""

    def answer(self, ask: object) -> object:
        if isinstance(ask, StoredMedia):
            return StoredFile(ask.id, "image/jpeg", 9, "ab" * 32)
        return super().answer(ask)


def words(message: Outbound, sent: list[tuple[dict[str, Any], bool]]) -> None:
    """Nothing that was to be said is left out."""
    said = message.text if isinstance(message, out.Text) else getattr(message, "caption", "")
    told = [body[body["type"]].get("body") or body[body["type"]].get("caption") or "" for body, _ in sent]
    assert "".join("".join(told).split()) == "".join(said.split())
    if all(len(word) <= LIMITS.text for word in said.split()):
        assert " ".join(told).split() == said.split()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_rendered_is_accepted(kind: type) -> None:
    """And at least some of each kind is; what the simulator would refuse, we refuse first."""
    accepted = []

    @examples(FEW)
    @given(structs(kind))
    def judge(message: Outbound) -> None:
        found = rendered(message)
        if found is None:
            return
        sent = bodies(message, found.parts)
        for body, marketing in sent:
            check_message(body, OWN_NUMBER, marketing=marketing)
            assert marketing is getattr(message, "marketing", False)
            assert not [key for key in body if key.startswith("_")]
        if isinstance(message, out.Text | out.Image | out.Video | out.Document):
            words(message, sent)
        accepted.append(message)

    judge()
    assert accepted
