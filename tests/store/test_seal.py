"""Secrets at rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import SealError, SettingsError
from gateway.store.seal import Place, Seal

OLD, NEW = "o" * 32, "n" * 32
PLACE = Place("duka", "channel", "settings", "duka-main")


@given(st.binary(max_size=300))
def test_what_is_sealed_opens_at_its_place(plain: bytes) -> None:
    """Round trip; and sealing twice gives two different texts that do not show the plain one."""
    seal = Seal([NEW])
    first, second = seal.close(plain, PLACE), seal.close(plain, PLACE)
    assert first != second
    assert len(plain) < 4 or plain not in first
    assert seal.open(first, PLACE) == seal.open(second, PLACE) == plain


@pytest.mark.parametrize(
    "other",
    [
        Place("other", "channel", "settings", "duka-main"),
        Place("duka", "api_key", "settings", "duka-main"),
        Place("duka", "channel", "number", "duka-main"),
        Place("duka", "channel", "settings", "duka-two"),
    ],
)
def test_a_copied_secret_does_not_open(other: Place) -> None:
    """Moving a sealed value to another tenant, table, column or row makes it worthless."""
    seal = Seal([NEW])
    with pytest.raises(SealError, match="another row"):
        seal.open(seal.close(b"token", PLACE), other)


def test_every_changed_byte_is_noticed() -> None:
    """Version, key id, nonce, text and tag are all protected."""
    seal = Seal([NEW])
    sealed = seal.close(b"token", PLACE)
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(SealError):
            seal.open(changed, PLACE)
    for length in range(len(sealed)):
        with pytest.raises(SealError):
            seal.open(sealed[:length], PLACE)


def test_rotation_opens_old_and_seals_new() -> None:
    """Old secrets decrypt, the first encrypts, and what is outdated can be told."""
    sealed = Seal([OLD]).close(b"token", PLACE)
    rotated = Seal([NEW, OLD])
    assert rotated.open(sealed, PLACE) == b"token"
    assert rotated.outdated(sealed)
    again = rotated.close(b"token", PLACE)
    assert not rotated.outdated(again)
    assert Seal([NEW]).open(again, PLACE) == b"token"


def test_a_lost_secret_is_told_by_name() -> None:
    """The error says which setting to repair."""
    with pytest.raises(SealError, match=r"\[server\] secret"):
        Seal([NEW]).open(Seal([OLD]).close(b"token", PLACE), PLACE)


@pytest.mark.parametrize("secrets", [[], ["short"], [NEW, "x" * 31]])
def test_weak_secrets_are_refused(secrets: list[str]) -> None:
    """None at all, or fewer than 32 characters, is a mistake in the settings."""
    with pytest.raises(SettingsError, match="openssl"):
        Seal(secrets)


def test_a_separator_cannot_forge_a_place() -> None:
    """("a|b", "c") and ("a", "b|c") must not be the same place."""
    with pytest.raises(SealError):
        Seal([NEW]).close(b"token", Place("a|b", "c", "d", "e"))
