"""Synonyms and searches in vain, from the terminal and over the API."""

from __future__ import annotations

import pytest

from gateway.testing import World
from plugins.commerce.search.find import note_missed, search
from tests.plugins.commerce.goods import NOW, Shelf

BOTH = pytest.mark.database("sqlite", "postgres")


async def skus(world: World, text: str) -> list[str]:
    """What *text* finds."""
    return [item.sku for item in (await search(world.db(), "en", text, currency="KES")).items]


@BOTH
async def test_a_synonym_from_the_terminal(
    world: World, shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is heard at once, listed, and gone when it is removed, whichever word is named first."""
    assert await skus(world, "sneakers") == []
    assert await world.runs("commerce synonym add Sneakers shoes") == 0
    assert await skus(world, "sneaker") == ["SHOE-42"]
    await world.runs("commerce synonym list")
    assert "sneakers = shoes" in capsys.readouterr().out
    assert await world.runs("commerce synonym remove shoes sneakers") == 0
    assert await skus(world, "sneakers") == []
    assert await world.runs("commerce synonym remove shoes sneakers") == 1


@pytest.mark.parametrize("words", ["add kale", "add 'two words' kale", "add kale KALE", "add '' x", "remove"])
async def test_a_synonym_that_is_none(world: World, words: str) -> None:
    """Is refused with a sentence."""
    assert await world.runs(f"commerce synonym {words}") > 0
    assert await world.db().value("select count(*) from commerce_synonym where tenant = :tenant") == 0


@BOTH
async def test_synonyms_over_the_api(world: World, shelf: Shelf) -> None:
    """The whole list at once; a bad one changes nothing."""
    wanted = {"synonyms": [{"word": "greens", "means": "sukuma"}, {"word": "trainers", "means": "shoes"}]}
    answer = await world.request("PUT", "/p/commerce/synonyms", key=True, json=wanted)
    assert (answer.status, answer.json()) == (200, wanted)
    assert await skus(world, "trainers") == ["SHOE-42"]
    bad = {"synonyms": [{"word": "two words", "means": "kale"}]}
    refused = await world.request("PUT", "/p/commerce/synonyms", key=True, json=bad)
    assert refused.status == 422
    assert "is not one word" in refused.text
    assert (await world.request("GET", "/p/commerce/synonyms", key=True)).json() == wanted


@BOTH
async def test_searches_in_vain_are_told(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Most often first; after three months they are forgotten."""
    for text, day in (
        ("old", "2025-11-01"),
        ("Piano", "2026-03-01"),
        ("piano", "2026-03-02"),
        ("harp", "2026-03-02"),
    ):
        await note_missed(world.db(), "ana", text, day, NOW)
    told = (await world.request("GET", "/p/commerce/missed", key=True)).json()["missed"]
    assert [(each["words"], each["times"]) for each in told] == [("piano", 2), ("harp", 1)]
    assert await world.db().value("select count(*) from commerce_missed where tenant = :tenant") == 3
    await note_missed(world.db(), "ben", "harp", "2026-03-02", NOW)
    await note_missed(world.db(), "ben", "Harp", "2026-03-02", NOW)
    told = (await world.request("GET", "/p/commerce/missed", key=True)).json()["missed"]
    assert [(each["words"], each["times"]) for each in told] == [("harp", 3), ("piano", 2)]
    assert await world.runs("commerce missed") == 0


@BOTH
async def test_a_flood_of_searches_fills_no_table(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day has so many at most, and one contact fewer."""
    monkeypatch.setattr("plugins.commerce.search.find.A_DAY", 5)
    monkeypatch.setattr("plugins.commerce.search.find.ONES_DAY", 3)
    count = "select count(*) from commerce_missed where tenant = :tenant"
    for who, held in (("ana", 3), ("ben", 5)):
        for number in range(5):
            await note_missed(world.db(), who, f"thing {number}", "2026-03-02", NOW)
        assert await world.db().value(count) == held
