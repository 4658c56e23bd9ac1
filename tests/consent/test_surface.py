"""Consent from outside: over the API and by command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.testing import Contact, World


class Deaf:
    """A plugin without hooks would be none."""

    from gateway import hook

    @hook.on_message
    async def hear(self, message, chat):
        await chat.say("yes")


async def known(world: World, who: Contact) -> str:
    """The address of a contact's consent."""
    await who.says("hi")
    contact = await world.db().value("select id from contact where tenant = :tenant order by id desc limit 1")
    return f"/api/v1/contacts/{contact}/consent"


@pytest.mark.plugins.with_args(Deaf)
@pytest.mark.database("sqlite", "postgres")
async def test_consent_is_shown_and_recorded(world: World, ana: Contact) -> None:
    """State and events, in pages; what was said later counts; a yes needs a proof; each change is audited."""
    path = await known(world, ana)
    answer = (await world.request("GET", path, key=True)).json()
    assert (answer["service"], answer["marketing"], answer["cursor"]) == ("in", None, None)
    assert [(each["purpose"], each["source"]) for each in answer["items"]] == [("service", "first_message")]

    yes = {"purpose": "marketing", "state": "in"}
    refused = await world.request("POST", path, key=True, json=yes)
    assert (refused.status, refused.json()["code"], refused.json()["errors"][0]["pointer"]) == (
        422,
        "proof_missing",
        "/proof",
    )
    given = (await world.request("POST", path, key=True, json={**yes, "proof": "form 3"})).json()
    assert given["marketing"] == "in"
    late = {"purpose": "marketing", "state": "out", "source": "import", "at": "2020-01-01T00:00:00Z"}
    assert (await world.request("POST", path, key=True, json=late)).json()["marketing"] == "in"
    no = {"purpose": "marketing", "state": "out"}
    assert (await world.request("POST", path, key=True, json=no)).json()["marketing"] == "out"

    first = (await world.request("GET", f"{path}?limit=2", key=True)).json()
    rest = (await world.request("GET", f"{path}?limit=2&cursor={first['cursor']}", key=True)).json()
    told = [(each["source"], each["state"], each["proof"]) for each in (*first["items"], *rest["items"])]
    assert told[:3] == [("api", "out", ""), ("import", "out", ""), ("api", "in", "form 3")]
    assert (told[3][:2], rest["cursor"]) == (("first_message", "in"), None)
    audited = await world.db().all("select action from audit where tenant = :tenant order by seq")
    assert [row["action"] for row in audited].count("contact.consent") == 3


@pytest.mark.plugins.with_args(Deaf)
@pytest.mark.parametrize(
    "wrong", [{"purpose": "offers"}, {"state": "maybe"}, {"tenant": "x"}, {"source": "keyword"}]
)
async def test_what_is_no_consent_is_refused(world: World, ana: Contact, wrong: dict[str, str]) -> None:
    """Unknown words and fields, and sources that are not the caller's to name; nobody's contact is a 404."""
    path = await known(world, ana)
    body = {"purpose": "service", "state": "out", **wrong}
    assert (await world.request("POST", path, key=True, json=body)).status == 422
    nobody = path.replace(path.split("/")[4], "0199a4f2-8c1e-7b3a-9d52-3f6a1c0e7b44")
    assert (await world.request("GET", nobody, key=True)).status == 404
    plain = {"purpose": "service", "state": "out"}
    assert (await world.request("POST", nobody, key=True, json=plain)).status == 404


def gateway(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command in *folder*."""
    return subprocess.run(
        [sys.executable, "-m", "gateway", *words], cwd=folder, capture_output=True, text=True, timeout=120
    )


def test_consent_by_command(tmp_path: Path) -> None:
    """Shown, given with a proof, withdrawn; of nobody it says so."""
    secret = "s" * 40
    (tmp_path / "gateway.toml").write_text(f'[server]\nsecret = "{secret}"\n[[tenants]]\nid = "duka"\n')
    assert gateway(tmp_path, "migrate").returncode == 0
    add = """insert into contact (tenant, id, name, username, language, created_at)
    values ('duka', 'c1', '', '', '', 1)"""
    import sqlite3

    with sqlite3.connect(tmp_path / "gateway.db") as file:
        file.execute(add)
    file.close()
    about = ("--tenant", "duka", "--purpose", "marketing", "c1")
    assert gateway(tmp_path, "consent", "give", *about).returncode == 2
    given = gateway(tmp_path, "consent", "give", "--proof", "form 3", *about, "--json")
    assert given.returncode == 0, given.stderr
    assert json.loads(given.stdout)["marketing"] == "in"
    withdrawn = gateway(tmp_path, "consent", "withdraw", *about)
    assert "marketing: out" in withdrawn.stdout
    shown = gateway(tmp_path, "consent", "show", "--tenant", "duka", "c1").stdout
    assert "service: nothing was said" in shown
    assert "form 3" in shown
    assert "no contact" in gateway(tmp_path, "consent", "show", "--tenant", "duka", "c2").stderr
