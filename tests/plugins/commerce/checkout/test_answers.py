"""What people answer, however they write it; and what nobody should send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import Answer, Invalid, inbound
from gateway.testing import Contact, World
from plugins.commerce.checkout.answers import ADDRESS, NAME, Address, Email, Name, Note, Offered
from plugins.commerce.checkout.draft import Where
from tests.plugins.commerce.cart.presses import press
from tests.plugins.commerce.checkout.buying import TO_NAIROBI, play, the_order
from tests.plugins.commerce.goods import Shelf


def said(text: str, reply_id: str = "") -> Answer:
    """A contact in Kenya writes, or taps."""
    return Answer(inbound.Text(text), text, reply_id, country="KE")


@pytest.mark.parametrize(
    "name", ["O'Brien", "Nguyễn Thị Mai", "Cher", "Ana 👑", "محمد", "李雷", "de la Cruz-Ruiz", "J."]
)
def test_names_are_as_people_have_them(name: str) -> None:
    """One word or several, in every script, with an apostrophe."""
    assert Name().read(said(f"  {name}\n")) == name


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("1234", "never send a PIN"),
        ("4242 4242 4242 4242", "never send a PIN"),
        ("0712345678", "A name has letters"),
        ("👑👑", "A name has letters"),
        ("...", "A name has letters"),
        ("x" * 10_240, "too long"),
        ("a" * (NAME + 1), "too long"),
    ],
)
def test_what_is_no_name_is_asked_again(name: str, why: str) -> None:
    """With what is wrong, and an example."""
    with pytest.raises(Invalid, match=why):
        Name().read(said(name))


@given(st.text(max_size=300))
def test_whatever_is_written_is_read_or_asked_again(text: str) -> None:
    """No field fails in another way, and nothing too long comes through."""
    for field, most in ((Name(), NAME), (Note(), 200), (Email(), 254), (Address(), ADDRESS)):
        try:
            found = field.read(said(text))
        except Invalid:
            continue
        assert len(found.text if isinstance(found, Where) else found) <= most


@pytest.mark.parametrize("word", ["skip", "SKIP!", "Saltar", "ruka", "no", "No, thanks", "none", "Skip it"])
def test_who_wants_to_skip_skips(word: str) -> None:
    """In English, Spanish and Swahili, and by the button's own words."""
    field = Offered({"skip": ("Skip it", "")}, Email(), nothing="skip")
    assert field.read(said(word)) == ""


def test_a_tap_is_a_value_and_a_word_is_read() -> None:
    """A tap on what was never offered is no value."""
    field = Offered({"use": ("Use “Ana”", "Ana")}, Name())
    assert field.read(said("Use “Ana”", "use")) == "Ana"
    assert field.read(said("use ana")) == "Ana"
    assert field.read(said("Amina")) == "Amina"
    assert field.read(said("Amina", "other")) == "Amina"


def test_an_address_that_was_saved_is_that_one() -> None:
    """Another contact's is none."""
    mine = Where("House 4, Kilimani", "A1")
    assert Address({"A1": mine}).read(said("House 4", "A1")) == mine
    assert Address({"A1": mine}).read(said("", "new")) == Where()
    with pytest.raises(Invalid):
        Address({"A1": mine}).read(said("Mine", "B1"))


def test_the_form_of_india_is_an_address() -> None:
    """Its postcode and town are kept apart."""
    form = inbound.AddressReply({"address": "12 MG Road", "city": "Pune", "in_pin_code": "411001"})
    found = Address().read(Answer(form))
    assert (found.text, found.city, found.postcode) == ("12 MG Road\n411001 Pune", "Pune", "411001")


async def test_hostile_answers_are_answered_and_lead_on(world: World, shelf: Shelf, ana: Contact) -> None:
    """10 kB of a name, digits like a PIN, nonsense for an e-mail, a phone of nowhere: each is asked again."""
    await press(ana, "add", shelf["MNG-EA"], 1)
    await play(ana, "checkout", "x" * 10_240)
    await ana.sees("too long for a name")
    await play(ana, "4321")
    await ana.sees("Please never send a PIN")
    await play(ana, "Nguyễn O'Brien 👑")
    for nonsense in ("me@", "@", "a@b", "drop table; --"):
        await play(ana, nonsense)
        await ana.sees("Write SKIP to go on without")
    await play(ana, "amina@gmial.com")
    await ana.sees("Did you mean amina@gmail.com?")
    await play(ana, "yes", "12")
    await ana.sees("phone number")
    await play(ana, "+34 600 111 222", "▸delivery", "x")
    await ana.sees("Please write the whole address")
    await play(ana, "Kilimani, Rose Avenue 1\n\nsecond gate", "▸skip", "▸on_delivery", "▸confirm")
    order = await the_order(world)
    assert (order["name"], order["email"], order["phone"]) == (
        "Nguyễn O'Brien 👑", "amina@gmail.com", "+34600111222",
    )  # fmt: skip
    assert order["address"]["text"] == "Kilimani, Rose Avenue 1\nsecond gate"


async def test_a_slip_that_is_none_is_kept(world: World, shelf: Shelf, ana: Contact) -> None:
    """Somebody really has that address."""
    await press(ana, "add", shelf["MNG-EA"], 1)
    await play(ana, "checkout", "▸use", "ana@gmal.com", "no", "▸n0", "▸pickup.shop", "▸at_pickup", "▸confirm")
    assert (await the_order(world))["email"] == "ana@gmal.com"


async def test_who_is_not_understood_six_times_keeps_the_cart(
    world: World, shelf: Shelf, ana: Contact
) -> None:
    """And may begin again."""
    await press(ana, "add", shelf["MNG-EA"], 1)
    await play(ana, "checkout", *["1234"] * 6)
    await ana.sees("Your cart is kept: write CHECKOUT to try again.")
    await play(ana, *TO_NAIROBI, "▸confirm")
    assert (await the_order(world))["total"] == 30000


async def test_what_is_sent_instead_of_words_is_asked_again(world: World, shelf: Shelf, ana: Contact) -> None:
    """A picture at a name, a sticker at an address."""
    await press(ana, "add", shelf["MNG-EA"], 1)
    await play(ana, "checkout")
    await ana.sends(image=True)
    await ana.sees("What is your name?")
    await play(ana, "▸use", "▸skip", "▸n0", "▸delivery")
    await ana.sends(sticker=True)
    await ana.sees("Where shall we bring it?")
