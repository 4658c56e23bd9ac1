"""`gateway key`."""

from __future__ import annotations

import re

from tests.commands.conftest import Run


def test_the_key_is_alone_on_the_last_line(gateway: Run) -> None:
    """A script takes it with `tail -n 1`."""
    code, out, err = gateway("key", "create", "--tenant", "duka", "--name", "till 2")

    assert (code, err) == (0, "")
    assert re.fullmatch(r"gw_[a-z2-7]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}", out.splitlines()[-1])


def test_keys_are_listed_without_their_secret_and_revoked_by_id(gateway: Run) -> None:
    """The id is enough for both."""
    key = gateway("key", "create", "--tenant", "duka", "--name", "till 2")[1].split()[-1]
    _, key_id, secret, _ = key.split("_")

    listed = gateway("key", "list")[1]
    assert key_id in listed
    assert "till 2" in listed
    assert "in use" in listed
    assert secret not in listed

    assert gateway("key", "revoke", key_id)[0] == 0
    assert "revoked 20" in gateway("key", "list", "--tenant", "duka")[1]


def test_a_whole_key_can_be_revoked_and_is_not_repeated(gateway: Run) -> None:
    """Who pastes the key in place of its id is understood, and the secret stays out of the output."""
    key = gateway("key", "create", "--tenant", "duka")[1].split()[-1]

    code, out, _ = gateway("key", "revoke", key)

    assert code == 0
    assert key not in out


def test_an_unknown_tenant_is_a_sentence_and_exit_code_2(gateway: Run) -> None:
    """The known ones are named."""
    code, out, err = gateway("key", "create", "--tenant", "dukka")

    assert (code, out) == (2, "")
    assert err.startswith("gateway: there is no tenant 'dukka'")
    assert err.endswith("there are: duka\n")
