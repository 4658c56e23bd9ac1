"""What holds for every message on every channel: limits, words, ids, order, and that fitted fits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import SendRefused
from gateway.fit import Fitted, fit
from gateway.model import outbound as out
from gateway.model.capability import Capabilities
from gateway.model.outbound import Outbound
from tests.fit.said import INTERACTIVE, fields, ids, letters, too_much
from tests.fit.tables import ANY, KINDS, TAGS
from tests.providers.meta_cloud.messages import structs
from tests.support.examples import examples

#: Messages of each kind.
FEW = 80


def fitted(message: Outbound, capabilities: Capabilities, **more: str) -> Fitted | None:
    """The result, None when it was refused."""
    try:
        return fit(message, capabilities, **more)
    except SendRefused:
        return None


def lost(result: Fitted, path: str) -> bool:
    """Whether a loss says that words of *path* are gone, or a whole message that something became."""
    gone = [loss.what for loss in result.losses if loss.how in ("cut", "dropped")]
    if {*gone} & {*TAGS}:
        return True
    return any(path == what or path.startswith((f"{what}.", f"{what}[")) for what in gone)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_fitted_holds_what_is_promised(kind: type) -> None:
    """For any message of a kind, and any channel."""

    @examples(FEW)
    @given(structs(kind), ANY, st.sampled_from(["", "What have you got today?"]))
    def judge(message: Outbound, capabilities: Capabilities, quoted: str) -> None:
        result = fitted(message, capabilities, quoted=quoted)
        if result is not None:
            within(result, capabilities)
            words_are_kept(message, result)
            ids_are_kept(message, result)
            what_is_tapped_is_last(message, result)
            fitted_again_is_the_same(result, capabilities)
            common_fields(message, result, capabilities)

    judge()


def within(result: Fitted, capabilities: Capabilities) -> None:
    """Nothing is over a limit, and every kind is one that the channel carries."""
    assert [problem for each in result.messages for problem in too_much(each, capabilities)] == []


def words_are_kept(message: Outbound, result: Fitted) -> None:
    """Each field's words stand in what is sent, in one piece, unless a loss names the field."""
    if not result.messages:
        assert result.losses
        return
    told = letters("".join(words for each in result.messages for _, words in fields(each)))
    for path, words in fields(message):
        if not lost(result, path):
            assert letters(words) in told, path


def ids_are_kept(message: Outbound, result: Fitted) -> None:
    """All of them in their order where they can be tapped; none where there is text; the menu has all."""
    sent = [each for one in result.messages for each in ids(one)]
    wanted = ids(message)
    if isinstance(message, out.Carousel):
        assert [each for each in wanted if each in sent] == sent
    else:
        assert sent in ([], wanted)
    if result.messages and wanted:
        assert result.menu is not None
        assert [option.id for option in result.menu.options] == wanted


def what_is_tapped_is_last(message: Outbound, result: Fitted) -> None:
    """Nothing stands below it, but a carousel's next card."""
    tapped = [at for at, each in enumerate(result.messages) if isinstance(each, INTERACTIVE)]
    if not isinstance(message, out.Carousel):
        assert tapped in ([], [len(result.messages) - 1])


def fitted_again_is_the_same(result: Fitted, capabilities: Capabilities) -> None:
    """What fits is left alone, and loses nothing more."""
    for each in result.messages:
        again = fit(each, capabilities)
        assert again.messages == (each,)
        assert [loss for loss in again.losses if loss.how in ("cut", "dropped")] == []


def common_fields(message: Outbound, result: Fitted, capabilities: Capabilities) -> None:
    """The quote is on the first or in words or told; the category is on all or on none."""
    marks: list[Any] = [each.reply_to for each in result.messages]
    native = capabilities.feature("reply_to") in ("full", "partial")
    assert not any(marks[1:])
    if message.reply_to and result.messages and not isinstance(message, out.Reaction | out.Pin):
        assert bool(marks[0]) is native
        assert native or any(loss.what == "reply_to" for loss in result.losses)
    assert len({each.category for each in result.messages}) <= 1
