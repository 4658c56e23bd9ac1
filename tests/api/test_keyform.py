"""The form of API keys."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from gateway.api.access import keyform


def test_a_key_has_the_documented_form() -> None:
    """Scanners and people recognise it: a prefix, a public id, a secret of 256 bits, a check."""
    key_id, key = keyform.make()

    assert re.fullmatch(r"gw_[a-z2-7]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}", key)
    assert keyform.parse(key) == keyform.KeyParts(key_id, key[:-7])


def test_keys_differ() -> None:
    """Neither the id nor the secret comes twice."""
    made = [keyform.make() for _ in range(200)]

    assert len({key_id for key_id, _ in made}) == len({key for _, key in made}) == 200


@given(st.integers(0, 65), st.sampled_from("0aZ_-é\n"))
def test_one_wrong_character_is_refused_offline(position: int, character: str) -> None:
    """A mistyped key never reaches the database."""
    _, key = keyform.make()
    wrong = key[:position] + character + key[position + 1 :]

    assert (keyform.parse(wrong) is None) == (wrong != key)


@given(st.text())
def test_any_text_is_safe_to_parse(text: str) -> None:
    """What is no key is None, never an exception."""
    assert keyform.parse(text) is None


def test_a_key_with_a_line_end_is_no_key() -> None:
    """A trailing newline is not cut off silently."""
    assert keyform.parse(keyform.make()[1] + "\n") is None


def test_the_hash_depends_on_the_secret_and_on_the_key() -> None:
    """A stolen table is of no use without the server's secret, and no two keys share a hash."""
    one, two = keyform.pepper("a" * 32), keyform.pepper("b" * 32)

    assert len({keyform.digest(body, pepper) for body in ("x", "y") for pepper in (one, two)}) == 4
    assert one == keyform.pepper("a" * 32)
