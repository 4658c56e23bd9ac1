"""`gateway key` and `gateway audit`."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gateway.audit import system_user
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


def test_a_key_is_made_with_scopes_and_an_end(gateway: Run) -> None:
    """And rotated: the list says when the old one ends, and which scopes both have."""
    options = ("--scopes", "media:write, media:read", "--expires", "90d", "--json")
    made = json.loads(gateway("key", "create", "--tenant", "duka", *options)[1])
    assert (made["scopes"], made["state"], made["operator"]) == (["media:write"], "active", False)

    code, out, err = gateway("key", "rotate", made["id"], "--overlap", "2h")
    assert (code, err) == (0, "")
    assert f"in place of {made['id']}" in out
    assert out.splitlines()[-1].startswith("gw_")

    old, new = json.loads(gateway("key", "list", "--json")[1])["keys"]
    assert (old["id"], new["rotates"]) == (made["id"], made["id"])
    assert old["expires_at"] - made["created_at"] < 2.1 * 3600 * 1_000_000
    assert new["expires_at"] - new["created_at"] == made["expires_at"] - made["created_at"]
    assert "media:write" in gateway("key", "list", "--tenant", "duka")[1]


def test_an_operator_s_key_is_made_and_listed_apart(gateway: Run) -> None:
    """It has the scope for tenants, and is not a tenant's."""
    _, out, _ = gateway("key", "create", "--operator", "--scopes", "tenants:read")
    assert "Gateway-Tenant" in out

    assert "(operator)" in gateway("key", "list")[1]
    assert "tenants:read" in gateway("key", "list", "--operator")[1]
    assert "(operator)" not in gateway("key", "list", "--tenant", "duka")[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("create", "--tenant", "duka", "--scopes", "contact:read"), "did you mean 'contacts:read'?"),
        (("create", "--tenant", "duka", "--scopes", "tenants:read"), "there is no scope 'tenants:read'"),
        (("create", "--tenant", "duka", "--expires", "soon"), "--expires: 'soon' is not a length of time"),
        (("create", "--tenant", "duka", "--expires", "9999d"), "at most 5 years ahead"),
        (("rotate", "abc"), "no API key has the id 'abc'; `gateway key list` prints the ids"),
        (("revoke", "abc"), "no API key has the id 'abc'; `gateway key list` prints the ids"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(gateway: Run, words: tuple[str, ...], told: str) -> None:
    """On stderr, with exit code 2."""
    code, out, err = gateway("key", *words)

    assert (code, out) == (2, "")
    assert told in err


def test_the_audit_log_tells_who_made_which_key(gateway: Run, folder: Path) -> None:
    """It is unbroken until somebody changes it; then `verify` exits 1 and names the row."""
    key_id = json.loads(gateway("key", "create", "--tenant", "duka", "--json")[1])["id"]
    gateway("key", "create", "--operator")
    gateway("key", "revoke", key_id)

    listed = gateway("audit", "list", "--tenant", "duka", "--action", "key")[1]
    assert listed.index("key.revoke") < listed.index("key.create")
    assert f"cli:{system_user()}" in listed
    assert [entry["tenant"] for entry in json.loads(gateway("audit", "list", "--json")[1])["entries"]] == [
        "duka", "", "duka",
    ]  # fmt: skip
    assert "operator_key:" in gateway("audit", "list", "--tenant", "-")[1]
    code, out, _ = gateway("audit", "verify")
    assert (code, out.count("unbroken")) == (0, 2)

    with closing(sqlite3.connect(folder / "gateway.db")) as harm, harm:
        harm.execute("drop trigger audit_kept")
        harm.execute("update audit set actor = 'cli:nobody' where tenant = 'duka' and seq = 2")
    code, out, _ = gateway("audit", "verify")
    assert code == 1
    assert "row 2 is not as it was written" in out
    assert gateway("audit", "verify", "--tenant", "-")[0] == 0
