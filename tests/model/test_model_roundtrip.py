"""Everything in the model survives JSON."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.model.capability import Capabilities, Limits, Loss
from gateway.model.event import ChannelEvent, Event, MessageReceived, StatusReceived
from gateway.model.inbound import Inbound
from gateway.model.outbound import Header, Outbound
from gateway.model.status import Failure, Pricing

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
FREE: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    TEXT,
    TEXT | st.integers(-(2**63), 2**63 - 1) | st.none() | st.lists(st.booleans(), max_size=2),
    max_size=2,
)
st.register_type_strategy(str, TEXT)
st.register_type_strategy(int, st.integers(-(2**63), 2**63 - 1))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


def strategy(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a msgspec type description."""
    info = msgspec.inspect
    if isinstance(kind, info.StructType):
        return st.builds(kind.cls, **{field.name: strategy(field.type) for field in kind.fields})
    if isinstance(kind, info.UnionType):
        return st.one_of([strategy(one) for one in kind.types])
    if isinstance(kind, info.LiteralType):
        return st.sampled_from(kind.values)
    if isinstance(kind, info.VarTupleType):
        return st.lists(strategy(kind.item_type), max_size=2).map(tuple)
    if isinstance(kind, (info.ListType, info.CollectionType)):
        return st.lists(strategy(kind.item_type), max_size=2)
    if isinstance(kind, info.DictType):
        if isinstance(kind.value_type, info.AnyType):
            return FREE
        return st.dictionaries(strategy(kind.key_type), strategy(kind.value_type), max_size=2)
    scalars: dict[Any, Any] = {
        info.StrType: str,
        info.IntType: int,
        info.FloatType: float,
        info.BoolType: bool,
    }
    scalars |= {info.BytesType: bytes, info.NoneType: type(None)}
    return st.from_type(scalars[type(kind)])


KINDS = [
    *get_args(Inbound),
    *get_args(Outbound),
    *get_args(Event),
    Capabilities,
    Limits,
    Loss,
    Failure,
    Pricing,
]
KINDS.append(Header)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.__module__.split('.')[-1]}.{kind.__name__}")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_struct_survives_json(kind: type[msgspec.Struct], data: st.DataObject) -> None:
    """Encoded and decoded through its union, a value is the same and of the same class."""
    value = data.draw(strategy(msgspec.inspect.type_info(kind)))
    union: Any = next((one for one in (Inbound, Outbound, Event) if kind in get_args(one)), kind)
    back = msgspec.json.decode(msgspec.json.encode(value), type=union)
    assert back == value
    assert type(back) is kind


@pytest.mark.parametrize("union", [Inbound, Outbound, Event])
def test_every_tag_is_one_word_and_its_own(union: Any) -> None:
    """The tags of a union, which the API shows, are distinct."""
    tags = [kind.__struct_config__.tag for kind in get_args(union)]
    assert len(set(tags)) == len(tags)
    assert all(tag.replace("_", "").isalpha() for tag in tags)


def test_the_model_cannot_be_changed() -> None:
    """Events are frozen: a plugin cannot alter what its neighbour sees."""
    for kind in KINDS:
        assert kind.__struct_config__.frozen
    assert {MessageReceived, StatusReceived, ChannelEvent} == set(get_args(Event))
