"""A contact asks in the chat to be erased, or for what is known of them; and comes back."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from gateway.house.privacy import ERASE, EXPORT, meant
from tests.support.house import ANA, BEN, House, until

SPEAKS = {
    "en": "Should we erase it?",
    "es": "¿Lo borramos?",
    "sw": "Tufute?",
    "fr": "effacer",
    "pt": "Apagamos?",
}


async def furnished(house: House, provider: str = "meta_cloud") -> None:
    """A tenant that answers everything with an echo."""
    house.line("duka", provider=provider)
    await house.start()
    house.sim.contact(ANA, "Ana Adhiambo")


async def heard(house: House, words: str, phone: str = ANA) -> Any:
    """The newest message that holds *words*, on the contact's phone."""

    def look() -> Any:
        found = [each for each in house.sim.contact(phone).inbox if words in each.text]
        return found[-1] if found else None

    return await until(look, words, 30)


def test_whole_messages_in_each_language() -> None:
    """A sentence that holds the words is no request, nor is half of them."""
    for what, words in (("erase", ERASE), ("export", EXPORT)):
        assert set(words) == {"en", "es", "sw", "fr", "pt"}
        for some in words.values():
            for each in some:
                assert meant(each) == meant(f"  {each.upper()}! ") == what
                assert meant(f"please {each} now") == ""
    assert meant("delete") == meant("data") == meant("") == ""


@pytest.mark.parametrize("language", sorted(ERASE))
async def test_what_will_happen_is_told_in_the_language_of_the_words(house: House, language: str) -> None:
    """And with when backups end; CANCEL, or the button, ends it."""
    house.line("duka").contact(ANA, "Ana")
    house.lines["duka"].tenant_options = {"language": language}
    await house.start()

    await house.sim.says(ANA, ERASE[language][0])
    asked = await heard(house, SPEAKS[language])

    assert "35" in asked.text
    await house.sim.taps(ANA, asked.options[1].id)
    await until(lambda: len(house.sim.contact(ANA).inbox) == 2)
    assert await house.rows("select count(*) from erasure") == [(0,)]


async def test_asked_agreed_and_gone(any_house: House) -> None:
    """The last message says that it is done. After it there is no contact, no message, no word of it."""
    house = any_house
    await furnished(house)
    await house.sim.says(ANA, "hello, I am new here")
    await heard(house, "hello, I am new here")

    await house.sim.says(ANA, "Delete my data")
    asked = await heard(house, "Should we erase it?")
    await house.sim.taps(ANA, asked.options[0].id)
    await heard(house, "We have erased what we knew of you")

    async def done() -> bool:
        return bool(await house.rows("select 1 from erasure where finished_at > 0"))

    await until(done, "the erasure ends", 90)
    for table in ("contact", "identity", "conversation", "message", "part", "flow", "event", "erasure_name"):
        assert await house.rows(f"select * from {table}") == [], table
    assert house.sim.contact(ANA).inbox[-1].text.startswith("We have erased")
    bodies = b"".join(bytes(row[0]) for row in await house.rows("select body from journal"))
    assert ANA[1:].encode() not in bodies
    audit = await house.rows("select action, object, detail from audit where action like 'contact.%'")
    assert [row[0] for row in audit] == ["contact.erase", "contact.erased"]
    assert ANA not in str(audit)


async def test_who_comes_back_is_somebody_new_and_still_gets_nothing_unasked(any_house: House) -> None:
    """Made again by the API, nothing is sent; who writes is answered, and stays suppressed."""
    house = any_house
    await furnished(house)
    await house.sim.says(ANA, "one")
    await heard(house, "one")
    (old,) = (row[0] for row in await house.rows("select id from contact"))
    code, told = await house.api("POST", f"/api/v1/contacts/{old}/erase")
    assert code == 202

    async def done() -> bool:
        return bool(await house.rows("select 1 from erasure where finished_at > 0"))

    await until(done, "the erasure ends", 60)
    before = len(house.sim.contact(ANA).inbox)
    person = {"name": "Ana again", "identities": [{"kind": "phone", "value": ANA}]}
    code, made = await house.api("POST", "/api/v1/contacts", json=person)
    assert code == 201, made
    order = {"channel": "duka-main", "to": ANA, "message": {"type": "text", "text": "buy!"}}
    code, told = await house.api("POST", json=order)
    assert (code, told["code"]) == (422, "suppressed") or code == 422, told

    await house.sim.says(ANA, "two")
    await heard(house, "two")
    code, told = await house.api("POST", json={**order, "purpose": "service"})
    assert code == 422, told
    assert "suppressed" in json.dumps(told)
    assert len(house.sim.contact(ANA).inbox) == before + 1
    ids = [row[0] for row in await house.rows("select id from contact")]
    assert ids == [made["id"]]
    assert old not in ids


async def test_my_data_is_a_file_behind_a_link(any_house: House) -> None:
    """Asked for in the chat, made, sent as a link: what a person reads, and the same as data."""
    house = any_house
    await furnished(house)
    house.sim.contact(BEN, "Ben Otieno")
    await house.sim.says(ANA, "what I said")
    await house.sim.says(BEN, "what Ben said")
    await house.sim.sends(ANA, "document", content=b"%PDF-1.7 mine", caption="my paper")
    await heard(house, "what I said")

    async def fetched() -> bool:
        return bool(await house.rows("select 1 from media where state = 'stored'"))

    await until(fetched, "the paper is there", 30)
    await house.sim.says(ANA, "MY DATA")
    asked = await heard(house, "Should we?")
    await house.sim.taps(ANA, asked.options[0].id)
    link = (await heard(house, "The link works for 24 hours:")).text.rpartition(" ")[2]

    async with house.session.get(house.url + "/media/" + link.rpartition("/media/")[2]) as answer:
        assert answer.status == 200
        found = zipfile.ZipFile(io.BytesIO(await answer.read()))
    data = json.loads(found.read("data.json"))
    page = found.read("index.html").decode()
    assert {row["value"] for row in data["identity"]} >= {ANA}
    said = [row["content"].get("text", {}) for row in data["message"]]
    assert "what I said" in str(said)
    assert "Ben" not in str(data)
    assert "what I said" in page
    assert "Ana Adhiambo" in page
    papers = [name for name in found.namelist() if name.startswith("files/")]
    assert [found.read(name) for name in papers] == [b"%PDF-1.7 mine"]
    rows = await house.rows("select expires_at - finished_at from export")
    assert rows == [(24 * 3600 * 1_000_000,)]
    await asyncio.sleep(0)


async def test_the_command_follows_it_to_the_end(any_house: House) -> None:
    """`gateway contact` acts through the gateway that runs; an export has a link, an erasure its rows."""
    house = any_house
    await furnished(house)
    await house.sim.says(ANA, "one")
    await heard(house, "one")
    (contact,) = (row[0] for row in await house.rows("select id from contact"))

    async def gateway(*words: str) -> tuple[int, str, str]:
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-m", "gateway", "contact", *words, "--tenant", "duka"]
        command += ["--config", str(house.config)]
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
        )
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()

    code, out, err = await gateway("export", contact, "--json")
    assert (code, json.loads(out)["state"]) == (0, "done"), err
    assert "/media/" in json.loads(out)["url"]
    code, out, err = await gateway("erase", contact)
    assert code != 0
    assert "cannot be undone" in err
    code, out, err = await gateway("erase", contact, "--yes")
    assert code == 0, err
    assert "erased" in out
    code, out, err = await gateway("erase", contact, "--yes")
    assert code != 0
    assert f"has no contact {contact!r}" in err
    assert await house.rows("select * from export") == []
    assert await house.rows("select * from media") == []


def test_the_words_are_those_of_the_docs() -> None:
    """docs/privacy.md shows the same table."""
    page = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text()
    for language in ERASE:
        row = f"| {language} | {', '.join(ERASE[language])} | {', '.join(EXPORT[language])} |"
        assert row in page
