"""Scopes: which there are, what they imply, and that nobody gains by giving."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.api.access import scopes
from gateway.api.route import Caller

DOC = Path(__file__).parents[2] / "docs" / "keys.md"
SCOPES = st.sampled_from(scopes.known(operator=True))
SETS = st.frozensets(SCOPES, max_size=8)
ASKED = [scope for scope in scopes.known(operator=True) if ":" in scope]


def _can(own: frozenset[str]) -> set[str]:
    """All that a key with these scopes may ask for."""
    caller = Caller("k", "duka", own)
    return {scope for scope in ASKED if caller.may(scope)}


@given(SETS)
def test_tidied_scopes_allow_the_same(given_scopes: frozenset[str]) -> None:
    """What is left out is implied by what stays; tidying again changes nothing."""
    tidied = scopes.tidy(given_scopes)

    assert _can(frozenset(tidied)) == _can(given_scopes)
    assert scopes.tidy(tidied) == tidied
    assert set(tidied) <= given_scopes


@given(SETS, SCOPES)
def test_nobody_gains_by_giving(own: frozenset[str], scope: str) -> None:
    """A scope that is covered allows nothing that the giver's own do not allow."""
    if scopes.covers(own, scope):
        assert _can(frozenset({scope})) <= _can(own)


@given(SETS, st.sampled_from(ASKED))
def test_a_resource_s_scope_is_covered_when_it_is_allowed(own: frozenset[str], scope: str) -> None:
    """The giver's rule and the door's agree."""
    assert scopes.covers(own, scope) == Caller("k", "duka", own).may(scope)


@given(st.text(max_size=200))
def test_any_other_text_is_no_scope(text: str) -> None:
    """It is named, cut short, and never an exception."""
    found = scopes.unknown([scopes.READ, text])

    assert (found is None) == (text in scopes.known())
    assert found is None or (found[0] == 1 and len(found[1]) < 1000)


def test_a_typo_is_answered_with_the_scope_that_was_meant() -> None:
    """And what resembles nothing with the whole list."""
    assert scopes.unknown(["contact:read"]) == (
        0, "there is no scope 'contact:read': did you mean 'contacts:read'?",
    )  # fmt: skip
    whole = scopes.unknown(["x"])
    assert whole is not None
    assert all(scope in whole[1] for scope in scopes.known())


@pytest.mark.parametrize("scope", ["tenants:read", "tenants:write"])
def test_work_across_tenants_is_for_operators(scope: str) -> None:
    """No tenant's key can have it."""
    assert scopes.unknown([scope]) is not None
    assert scopes.unknown([scope], operator=True) is None


def test_the_documented_scopes_are_those_there_are() -> None:
    """docs/keys.md has a row for each resource, with the same words."""
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|$", DOC.read_text(), re.M))

    assert {name: rows.get(name) for name in (*scopes.RESOURCES, *scopes.OPERATORS)} == {
        **scopes.RESOURCES, **scopes.OPERATORS,
    }  # fmt: skip
