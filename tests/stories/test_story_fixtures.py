"""`gateway fixtures`: from stored webhooks to anonymous test cases, and back through the adapter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.support.house import ANA, House, until


def gateway(*words: str) -> tuple[int, str]:
    """Run the command line: exit code and what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "gateway", *words], capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


async def test_recorded_webhooks_are_anonymous_and_read_the_same_way(
    any_house: House, tmp_path: Path
) -> None:
    """While the gateway runs: the newest webhooks become files without the contact's words; the check finds
    nothing different, and finds what was changed by hand."""
    import asyncio

    house = any_house
    sim = house.line()
    await house.start()
    await sim.says(ANA, "My secret is Mpesa pin 4711")
    await until(lambda: house.rows("select id from message where direction = 'in'"), "the message")
    folder = tmp_path / "recorded"

    code, printed = await asyncio.to_thread(
        gateway, "fixtures", "record", "--last", "20", "--to", str(folder), "--config", str(house.config)
    )
    assert code == 0, printed
    recorded = {file: file.read_text() for file in folder.glob("meta_cloud-*.json")}
    ((file, text),) = [(file, text) for file, text in recorded.items() if '"messages": [' in text]
    assert "secret" not in text
    assert "4711" not in text
    assert ANA.strip("+") not in text

    code, printed = gateway("fixtures", "check", str(folder))
    assert code == 0, printed
    changed = json.loads(text)
    changed["events"][0]["content"]["text"] = "something else"
    file.write_text(json.dumps(changed))
    code, printed = gateway("fixtures", "check", str(folder))
    assert code == 1
    assert 'events[0].content.text: "something else" -> ' in printed


async def test_what_cannot_be_recorded_is_told(any_house: House, tmp_path: Path) -> None:
    """An id that nobody has, and a folder with nothing in it."""
    import asyncio

    house = any_house
    house.line()
    await house.start()
    words = ("fixtures", "record", "17", "--to", str(tmp_path / "no"), "--config", str(house.config))
    code, printed = await asyncio.to_thread(gateway, *words)
    assert code == 1
    assert "17: there is no stored webhook with this id" in printed
    assert gateway("fixtures", "check", str(tmp_path / "no"))[0] == 1
    assert gateway("fixtures", "check", str(house.config))[0] == 2


async def test_a_folder_or_a_number_that_cannot_be_is_refused_in_words(house: House, tmp_path: Path) -> None:
    """A file in the folder's place, and too many; an empty journal is told as well."""
    house.line()
    config = ("--config", str(house.write().path))
    (tmp_path / "file").write_text("here already")
    code, printed = gateway("fixtures", "record", "--last", "5", "--to", str(tmp_path / "file"), *config)
    assert (code, printed.count("Traceback")) == (2, 0)
    assert "cannot be written to (File exists); name a folder" in printed
    for last in ("-5", "1001"):
        code, printed = gateway("fixtures", "record", "17", "--last", last, "--to", str(tmp_path), *config)
        assert code == 2
        assert "1 to 1000" in printed
    code, printed = gateway("fixtures", "record", "--last", "5", "--to", str(tmp_path / "new"), *config)
    assert (code, printed.strip()) == (0, "no webhook is stored yet")
