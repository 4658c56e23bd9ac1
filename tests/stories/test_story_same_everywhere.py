"""One plugin file, three providers: the same words arrive, and the same ids come back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.stories.anywhere import CAPTION, FRUIT, TEXT
from tests.support.house import ANA, House

PLUGIN = Path(__file__).with_name("anywhere.py")


async def _shown(sim: Any, words: str, parts: int) -> list[Any]:
    """What the phone shows in answer to *words*."""
    before = len(sim.inbox(ANA))
    await sim.says(ANA, words)
    return list((await sim.wait_for(ANA, before + parts, timeout=8))[before:])


@pytest.mark.parametrize("provider", ["meta_cloud", "dialog360", "twilio"])
async def test_the_same_everywhere(any_house: House, provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Menus of 2, 5 and 14 options, a captioned document and a text of 3,000 Cyrillic letters: no word is
    cut or dropped, and every option comes back with its id."""
    told_to = any_house.folder / "told.jsonl"
    monkeypatch.setenv("TOLD", str(told_to))
    any_house.paths.append(str(PLUGIN))
    sim = any_house.line("duka", "anywhere", provider=provider)
    await any_house.start()
    for count in (2, 5, 14):
        (menu,) = await _shown(sim, f"buttons {count}", 1)
        offered = [option.title for option in menu.options] or menu.text
        assert all(name in offered for name in FRUIT[:count])
        for number in (1, count):
            (answer,) = await _shown(sim, str(number), 1)
            assert answer.text == f"you chose f{number - 1}"
        if menu.options:
            await sim.taps(ANA, f"f{count - 1}")
            assert (await sim.wait_for(ANA, len(sim.inbox(ANA)) + 1))[-1].text == f"you chose f{count - 1}"
    twilio = provider == "twilio"
    file, *caption = await _shown(sim, "document", 2 if twilio else 1)
    assert file.media
    assert "".join(each.text for each in (file, *caption)) == CAPTION
    texts = await _shown(sim, "text", 2 if twilio else 1)
    assert " ".join(each.text for each in texts) == TEXT
    told = [json.loads(line) for line in told_to.read_text().splitlines()]
    for each in told:
        assert not [loss for loss in each["losses"] if loss[1] in ("cut", "dropped")], each
        if not each["text"].isdecimal() and each["text"] not in FRUIT:
            print(
                f"{provider:11} {each['text']:12} {each['parts']} part(s)  {each['losses'] or 'nothing lost'}"
            )
