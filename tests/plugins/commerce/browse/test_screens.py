"""Every screen fits on the phone, whatever things are called, in each language."""

from __future__ import annotations

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.testing import Contact, World
from plugins.commerce.browse.lists import ALONE, PAGE, in_full, row, window
from tests.plugins.commerce.goods import NOW, Good, stock_up

NASTY = (
    "🥭" * 100,
    "A" * 200,
    "مانجو طازجة حلوة المذاق من المزرعة إلى بيتك مباشرة كل صباح",
    "*bold* _it_ ~s~ ```code``` {name} {0} %s",
    "line\nbreak\t\u200b\u202e turned",
    "👨‍👩‍👧‍👦 family & \u201cfriends\u201d's <b>pack</b>",
    "x",
)
#: Verbs of screens; the others change something, or belong to other parts.
WALKED = {
    "home",
    "help",
    "search",
    "shop",
    "picks",
    "cat",
    "card",
    "kind",
    "pick",
    "more",
    "like",
    "qty",
    "find",
}


def _good(n: int, name: str) -> Good:
    """One variant or twelve, some of them sold out."""
    kinds = [(f"{name} {k}", f"S{n}-{k}", 10**11 + k, (n + k) % 3 * 7) for k in range(1 + n % 2 * 11)]
    return Good(f"p{n}", "", f"{name} {n}", {"es": f"{name} {n}"}, "kg" * 30, f"{name}\n" * 40, kinds, 10**12)


#: What stands behind a verb in ids that nobody made.
STRANGE = (
    "", "mango", "v-mng-ea:0", "v-mng-ea:-5", "fresh:999999999", "fresh:x", "\u0000:1", "x" * 150,
    "mango:other:7:8", "🥭:٣", ":::", "v-tom-1kg",
)  # fmt: skip


@pytest.fixture
async def nasty(world: World) -> None:
    """A shop in which nothing has a usual name."""
    await stock_up(world, [_good(n, name) for n, name in enumerate(NASTY * 3)])
    db = world.db()
    await db.many(
        "insert into commerce_category (tenant, id, parent, path, name, emoji, sort, created_at, updated_at)"
        " values (:tenant, :id, :parent, :id, :name, '🛒', :n, :now, :now)",
        [
            {"id": f"c{n}", "parent": "" if n % 3 else "fresh", "name": f"{name} {n}", "n": n, "now": NOW}
            for n, name in enumerate(NASTY * 4)
        ],
    )
    homes = [f"c{n % 28}" for n in range(14)] + ["c1"] * 7
    await db.many(
        "update commerce_product set category = :home where tenant = :tenant and id = :id",
        [{"home": home, "id": f"p{n}"} for n, home in enumerate(homes)],
    )


@pytest.mark.parametrize("language", ["en", "es", "sw"])
async def test_every_screen_fits(world: World, ana: Contact, nasty: None, language: str) -> None:
    """From the menu on, each option of each screen is tapped; nothing is cut, split or shown as something
    else, but what WhatsApp has no room for in one message: a whole description."""
    await ana.says("menu")
    contact = await world.db().value("select id from contact where tenant = :tenant")
    await world.request("PATCH", f"/api/v1/contacts/{contact}", key=True, json={"language": language})
    walked = await _walk(ana, "menu", "tienda" if language == "es" else "duka", "zeppelin", "A")
    assert {"cat", "card", "kind", "pick", "more", "like", "qty"} <= walked
    for seen in ana.inbox:
        losses = [each for each in seen.losses if (each.what, each.how) != ("text", "split")]
        assert not losses, (seen.text, losses)


@pytest.mark.provider("twilio")
async def test_every_screen_of_a_channel_with_less(ana: Contact, nasty: None) -> None:
    """What it cannot show it writes; nothing is dropped or cut."""
    await _walk(ana, "menu", most=40)
    for seen in ana.inbox:
        assert not [each for each in seen.losses if each.how in ("cut", "dropped")], seen.text


async def _walk(ana: Contact, *texts: str, most: int = 120) -> set[str]:
    """Tap everything that can be seen, each id once; the verbs that were met."""
    known: set[str] = set()
    waiting: deque[str] = deque()
    verbs: dict[str, int] = {}
    for text in texts:
        await ana.says(text)
        _note(ana, known, waiting)
        while waiting and most:
            id = waiting.popleft()
            verb = id.split(":")[1]
            if verbs.get(verb, 0) >= 15:
                continue
            verbs[verb] = verbs.get(verb, 0) + 1
            most -= 1
            await ana.taps(id)
            assert ana.new, f"nothing answers {id}"
            _note(ana, known, waiting)
    return set(verbs)


def _note(ana: Contact, known: set[str], waiting: deque[str]) -> None:
    fresh = [each.id for seen in ana.new for each in seen.choices if each.id not in known]
    known.update(fresh)
    waiting.extend(id for id in fresh if id.startswith("c:") and id.split(":")[1] in WALKED)


async def test_pages_show_each_thing_once(world: World, ana: Contact) -> None:
    """25 categories, and 42 products below them, page by page."""
    shirts = [(f"p{n}", f"Shirt number {n}", [("", f"S-{n}", 1000, 5)]) for n in range(42)]
    await stock_up(world, [Good(id, "clothes", name, {}, "", "", kinds) for id, name, kinds in shirts])
    await world.db().many(
        "insert into commerce_category (tenant, id, parent, path, name, sort, created_at, updated_at)"
        " values (:tenant, :id, :parent, :id, :id, :n, :now, :now)",
        [{"id": f"c{n}", "parent": "clothes", "n": n, "now": NOW} for n in range(25)],
    )
    await world.db().many(
        "update commerce_product set category = :id where tenant = :tenant and id = :product",
        [{"id": f"c{n}", "product": f"p{n}"} for n in range(25)],
    )
    await ana.says("shop")
    await ana.taps("Clothes")
    assert await ana.sees("Showing 1 to 8 of 67.")
    titles: list[str] = []
    while True:
        page = (await ana.sees()).buttons
        titles += [each for each in page if each not in ("Previous page", "Next page", "Menu")]
        if "Next page" not in page:
            break
        await ana.taps("Next page")
    assert len(titles) == len(set(titles)) == 67
    assert await ana.sees("Showing 65 to 67 of 67.")


@pytest.mark.parametrize("verb", sorted(WALKED | {"wait", "unwait", "sent", "add", "p1"}))
async def test_whatever_a_tap_holds_it_is_answered(world: World, ana: Contact, verb: str) -> None:
    """Ids that nobody made, of last month, or of another shop."""
    await stock_up(world)
    for words in STRANGE:
        id = ":".join(filter(None, ("c", verb, words)))
        await ana.sends("button_reply", id=id, title="x")
        assert ana.new, id


@given(st.integers(0, 2000), st.integers(-10, 10**9), st.integers(1, 30))
def test_a_window_is_a_part_of_what_there_is(total: int, page: int, size: int) -> None:
    """Never more than fit, and all pages together are everything."""
    shown = window(total, page, size, size + 1)
    assert 1 <= shown.page <= shown.pages
    assert 0 <= shown.count <= max(size, size + 1)
    assert shown.offset + shown.count <= total
    pages = [window(total, n, size, size + 1) for n in range(1, shown.pages + 1)]
    assert sum(each.count for each in pages) == total
    assert PAGE < ALONE < 10


@given(st.text(max_size=300), st.text(max_size=300))
def test_rows_fit_whatever_they_are_called(title: str, description: str) -> None:
    """As WhatsApp counts, and never empty."""
    made = row("c:x", title, description)
    assert 1 <= len(made.title.encode("utf-16-le", "surrogatepass")) // 2 <= 24
    assert len(made.description.encode("utf-16-le", "surrogatepass")) // 2 <= 72
    assert title.split() == made.title.split() or in_full([title]) or not title.split()
