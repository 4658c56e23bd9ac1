"""A number, the option's words or a tap find the option; nothing else does."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.errors import SendRefused
from gateway.fit import answer, fit, menu_of, tapped
from gateway.fit.digits import number, plain
from gateway.fit.numbered import numbers_apply
from gateway.model import outbound as out
from gateway.model.menu import Menu, OpenMenu, Option
from gateway.model.outbound import Outbound
from tests.fit.tables import TEXT_ONLY
from tests.providers.meta_cloud.messages import structs
from tests.support.examples import examples

FRUIT = Menu(
    "list",
    (
        Option("f1", "Mango", "KES 50"),
        Option("f2", "Piña colada"),
        Option("f3", "🥭 Dried mango!"),
        Option("f4", "Don’t know"),
    ),
)
SIZE = Menu("buttons", (Option("s1", "Small"), Option("s2", "Large")))
QUESTION = Menu("question")


def titled(*titles: str) -> Menu:
    """Options with these titles, o1 and so on."""
    return Menu("buttons", tuple(Option(f"o{at}", title) for at, title in enumerate(titles, 1)))


def open_menus(*menus: Menu) -> list[OpenMenu]:
    """*menus*, newest first."""
    return [OpenMenu(f"m{at}", 1_000_000 - at, menu) for at, menu in enumerate(menus)]


def found(text: str, *menus: Menu) -> str:
    """The id of the option that *text* means, "" for none."""
    answered = answer(text, open_menus(*menus))
    return answered[1].id if answered else ""


@pytest.mark.parametrize(
    "text",
    ["2", " 2 ", "2.", "2)", "(2)", "#2", "# 2", "2️⃣", "２", "٢", "२", "②", "❷", "²", "no. 2", "Nº 2", "№2",
     "option 2", "Option: 2", "Opción 2", "chaguo 2", "विकल्प 2", "رقم ٢", "number two", "two", "Two!", "TWO.",
     "2 👍🏽", "dos", "dois", "deux", "zwei", "mbili", "dua", "दो", "اثنان", "два", "二", "02"],
)  # fmt: skip
def test_a_number_is_understood(text: str) -> None:
    """In figures of any script, in words, with what people write around it."""
    assert found(text, FRUIT) == "f2"


def test_a_number_that_options_hold_is_no_place() -> None:
    """Who writes "2" to "2 kg" and "5 kg" does not mean the second one; where each number is its place, or
    tells nothing, or the options are so many that they are numbered, places count."""
    assert [found("2", titled(*each)) for each in (("2 kg", "5 kg", "9 kg"), ("Table 2", "Table 3"))] == [
        "",
        "",
    ]
    assert found("2 kg", titled("2 kg", "5 kg")) == "o1"
    assert found("2", titled("1 kg", "2 kg")) == "o2"
    assert found("1", titled("Mango, 1 kg", "Kiwi, 1 kg")) == "o1"
    pizzas = ("4 seasons", "Margherita", "Diavola", "Marinara", *(f"Pizza {sign}" for sign in "abcdefg"))
    assert found("4", titled(*pizzas)) == "o4"


@pytest.mark.parametrize(
    "text",
    ["", " ", "0", "5", "99", "2 3", "1-2", "2 kg", "-2x", "2.5", "1,000", "twenty", "two three", "to",
     "2?no", "I want two", "none", "no one", "noone", "n two", "um...", "No", "option", "#", ".", "man",
     "mangoes", "mango juice", "pina colada", "dried", "known"],
)  # fmt: skip
def test_what_is_no_answer(text: str) -> None:
    """Other numbers, more than a number, parts of words, words without their accents."""
    assert found(text, FRUIT) == ""


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("mango", "f1"), ("MANGO", "f1"), (" Mango. ", "f1"), ("Mango 🙂", "f1"), ("mango — kes 50", "f1"),
        ("Mango KES 50", "f1"), ("1. Mango — KES 50", "f1"), ("1 mango", "f1"), ("piña  colada", "f2"),
        ("PIÑA COLADA", "f2"), ("pin\u0303a-colada", "f2"), ("dried mango", "f3"), ("🥭 Dried mango!", "f3"),
        ("don't know", "f4"), ("ｍａｎｇｏ", "f1"), ("2. mango", ""), ("3. Dried Mango", "f3"),
    ],
)  # fmt: skip
def test_an_options_own_words_are_understood(text: str, id: str) -> None:
    """Whatever their case, width, spaces, marks and emoji; with its own number before them too."""
    assert found(text, FRUIT) == id


def test_numbers_belong_to_the_newest_menu_and_words_may_match_an_older() -> None:
    """The newest that has the words wins."""
    assert found("2", SIZE, FRUIT) == "s2"
    assert found("3", SIZE, FRUIT) == ""
    assert found("mango", SIZE, FRUIT) == "f1"
    assert found("large", FRUIT, SIZE) == "s2"
    both = Menu("buttons", (Option("new", "Mango"),))
    assert found("mango", both, FRUIT) == "new"


def test_numbers_lapse_with_a_question() -> None:
    """Words still match."""
    assert found("2", QUESTION, FRUIT) == ""
    assert found("two", QUESTION, FRUIT) == ""
    assert found("mango", QUESTION, FRUIT) == "f1"


def test_two_options_with_the_same_words_are_not_guessed() -> None:
    """Not in the menu, and not in an older one."""
    twice = Menu("list", (Option("a", "Tea", "green"), Option("b", "Tea", "black")))
    tea = Menu("buttons", (Option("old", "Tea"),))
    assert found("tea", twice, tea) == ""
    assert found("tea - black", twice, tea) == "b"
    assert found("1", twice) == "a"
    marks = Menu("buttons", (Option("c", "C"), Option("cpp", "C++"), Option("cs", "C#")))
    assert [found(text, marks) for text in ("c", "C++", "c#", "c!")] == ["c", "cpp", "cs", ""]


def test_signs_alone_can_be_words() -> None:
    """An emoji is found by itself, whatever its dress."""
    thumbs = Menu("buttons", (Option("up", "👍"), Option("heart", "❤️"), Option("plus", "+")))
    assert [found(text, thumbs) for text in ("👍", "❤", "+", "👎")] == ["up", "heart", "plus", ""]


def test_titles_that_are_numbers_are_words_and_have_no_numbers() -> None:
    """ "1" is the option that says so, and the text shows no other numbers."""
    stars = [out.Button(f"s{n}", str(n)) for n in (5, 4, 3, 2, 1)]
    message = out.Buttons("How was it?", stars)
    menu = menu_of(message)
    assert menu is not None
    assert [found(str(n), menu) for n in range(1, 6)] == ["s1", "s2", "s3", "s4", "s5"]
    assert found("two", Menu("buttons", (Option("a", "2"), Option("b", "3")))) == ""
    (text,) = fit(message, TEXT_ONLY).messages
    assert isinstance(text, out.Text)
    assert text.text == "How was it?\n\n• 5\n• 4\n• 3\n• 2\n• 1\n\nReply with the name."


def test_options_without_words_are_only_tapped() -> None:
    """A template's replies, whose words its definition has: their places are not known either."""
    template = Menu("buttons", (Option("yes", ""), Option("no", "")))
    assert [found(text, template) for text in ("1", "two", "", "yes")] == ["", "", "", ""]
    assert tapped("yes", open_menus(template)) is not None


@examples(150)
@given(structs(out.Buttons) | structs(out.List) | structs(out.Carousel))
def test_the_numbers_of_a_text_find_what_stands_behind_them(message: Outbound) -> None:
    """Fitting and answering agree on every number that a contact reads."""
    try:
        result = fit(message, TEXT_ONLY)
    except SendRefused:
        return
    assert result.menu is not None or isinstance(message, out.Carousel)
    options = result.menu.options if result.menu else ()
    said = "\n".join(each.text for each in result.messages if isinstance(each, out.Text))
    lines = dict(re.findall(r"^([0-9]+)\. (.+)$", said, re.MULTILINE))
    for place, option in enumerate(options, 1):
        if numbers_apply(options):
            start = " ".join(option.title.split())
            assert start.startswith(lines[str(place)]) or lines[str(place)].startswith(start)
            assert answer(str(place), open_menus(Menu("list", options))) is not None
        else:
            assert f"{place}. {option.title}" not in said or not option.title.strip()


def test_a_tap_is_known_by_its_id() -> None:
    """With the full words of its author, newest menu first."""
    menus = open_menus(SIZE, FRUIT)
    assert tapped("f1", menus) == (menus[1], FRUIT.options[0])
    assert tapped("gone", menus) is None
    again = open_menus(Menu("list", (Option("f1", "Mango again"),)), FRUIT)
    assert tapped("f1", again) == (again[0], Option("f1", "Mango again"))


TITLES = st.text(st.characters(categories=["L", "Nd", "Po", "So", "Zs"]), min_size=1, max_size=12)


@st.composite
def menus(draw: st.DrawFn, prefix: str) -> Menu:
    """Options whose words, without marks, are all different."""
    titles = draw(st.lists(TITLES, min_size=1, max_size=14))
    lines = [draw(st.just("") | TITLES) for _ in titles]
    kind = draw(st.sampled_from(["buttons", "list"]))
    options = [
        Option(f"{prefix}{at}", title, line)
        for at, (title, line) in enumerate(zip(titles, lines, strict=True))
    ]
    return Menu(kind, tuple(options))


def told_apart(*given: Menu) -> bool:
    """Whether no two options read alike, nor as a number, and all have letters."""
    options = [option for menu in given for option in menu.options]
    keys = [" ".join("".join(c if c.isalnum() else " " for c in plain(o.title)).split()) for o in options]
    return all(keys) and len(set(keys)) == len(keys) and not any(key.isdigit() or number(key) for key in keys)


@examples(150)
@given(menus("new"), menus("old"))
def test_every_options_number_and_words_find_it(newest: Menu, older: Menu) -> None:
    """The newest by both, where numbers apply; the older by words alone."""
    assume(told_apart(newest, older))
    for place, option in enumerate(newest.options, 1):
        assert found(str(place), newest, older) == option.id * numbers_apply(newest.options)
        assert found(option.title, newest, older) == option.id
        assert found(f" {option.title.upper().lower()}! ", newest, older) in (option.id, "")
    for option in older.options:
        assert found(option.title, newest, older) == option.id
    assert found(str(len(newest.options) + 1), newest, older) == ""


@examples(150)
@given(menus("new"), st.text(max_size=15))
def test_nothing_else_finds_an_option(menu: Menu, text: str) -> None:
    """What is found is told by a number within the menu, or holds the option's own words."""
    answered = answer(text, open_menus(menu))
    if answered is None:
        return
    option = answered[1]
    words = [sign for sign in plain(option.title) if sign.isalnum()]
    by_words = [sign for sign in plain(text) if sign.isalnum()]
    place = number(text)
    by_number = place is not None and option in menu.options[place - 1 : place]
    assert by_number or not words or "".join(words) in "".join(by_words)


@examples(100)
@given(st.lists(TITLES, min_size=1, max_size=10))
def test_numbers_that_are_shown_are_those_that_are_understood(titles: list[str]) -> None:
    """When options stand with numbers in a text, each number finds its option."""
    options = tuple(Option(f"o{at}", title) for at, title in enumerate(titles))
    if numbers_apply(options):
        for place, option in enumerate(options, 1):
            assert found(str(place), Menu("buttons", options)) == option.id
