"""The questions of the checkout about how the goods come: brought or collected, where to, and what that
costs. A place where nobody delivers is said before anything else is asked."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from gateway import AddressRequest, Button, Buttons, Chat, List, LocationRequest, Row, Section
from gateway import Text as Said
from plugins.commerce.checkout.answers import NOTE, Address, Note, Offered
from plugins.commerce.checkout.ask import button, headed
from plugins.commerce.checkout.draft import Draft, Known, Way, Where
from plugins.commerce.checkout.ways import elsewhere, zone_of, zones
from plugins.commerce.common.texts import BUTTON, DESCRIPTION, ROW, clip

#: Countries in which WhatsApp has a form for addresses.
FORMS = ("IN",)


class Stopped(Exception):
    """The customer goes on another time; nothing is lost."""


def hows(known: Known) -> Sequence[str]:
    """What can be chosen of: all zones as one, each place to collect, what was taken last time first."""
    found = ["delivery"] if any(not way.pickup for way in known.ways) else []
    found += [way.id for way in known.ways if way.pickup]
    if not known.goods:
        return [way.id for way in known.ways]
    return sorted(found, key=lambda how: how != known.last)


async def how(chat: Chat, known: Known, draft: Draft, head: str) -> Draft:
    """Brought or collected; not asked where there is one way only."""
    options = hows(known)
    if len(options) == 1:
        chosen = options[0]
    else:
        text = headed(head, chat.t("How would you like to get it?"))
        titles = {id: _title(chat, known, id) for id in options}
        about = [line for id in options if (line := _about(chat, known, id))]
        most = BUTTON if len(options) <= 3 else ROW
        buttons = [Button(id, clip(title, most)) for id, title in titles.items()]
        chosen = await chat.choose("how", "\n".join([text, *about]), buttons)
    same = chosen == draft.how
    return replace(draft, how=chosen, where=draft.where if same else None, zone=draft.zone if same else "")


async def address(chat: Chat, known: Known, draft: Draft, head: str) -> Draft:
    """Where to: a saved address, text, a location or a form; then the zone, then how to find the door."""
    while True:
        where = await _where(chat, known, head)
        zone = zone_of(known.ways, where)
        if zone is None:
            there = zones(known.ways)
            picked = await chat.choose("zone", _zones_said(chat, there), _zone_rows(chat, known, there))
            zone = next((way for way in there if way.id == picked), None)
        if zone is not None:
            break
        nearest = await _nowhere(chat, known)
        if nearest != "again":
            return replace(draft, how=nearest, where=None, zone="")
    if where.note is None:
        where = replace(where, note=await _note(chat))
    return replace(draft, where=where, zone=zone.id)


async def _where(chat: Chat, known: Known, head: str) -> Where:
    saved = {where.id: where for where in known.addresses}
    if saved:
        text = headed(head, chat.t("Where shall we bring it? Choose an address, or write a new one."))
        rows = [_row(where) for where in known.addresses]
        rows.append(Row("new", clip(chat.t("Another address"), ROW)))
        question = List(text, clip(chat.t("My addresses"), BUTTON), [Section("", rows)])
        found = await chat.ask("saved", question, parse=Address(saved))
        if found.text:
            return found
        head = ""
    return await chat.ask("address", _address_question(chat, known, head), parse=Address())


def _address_question(chat: Chat, known: Known, head: str) -> AddressRequest | LocationRequest:
    if known.country in FORMS:
        text = headed(head, chat.t("Where shall we bring it? Fill in the address, or write it."))
        filled = {"name": known.name or known.profile, "phone_number": known.phone or known.own_phone}
        return AddressRequest(text, values={name: value for name, value in filled.items() if value})
    text = chat.t("Where shall we bring it? Write the address, or send your location.")
    return LocationRequest(headed(head, text))


def _row(where: Where) -> Row:
    lines = where.text.splitlines() or [where.text]
    rest = ", ".join([*lines[1:], where.note or "", where.area]).strip(", ")
    return Row(where.id, clip(lines[0], ROW), clip(where.text if len(lines[0]) > ROW else rest, DESCRIPTION))


async def _nowhere(chat: Chat, known: Known) -> str:
    """The address lies where nobody delivers: "again" for another, or the place where it is collected."""
    places = [way for way in known.ways if way.pickup]
    text = chat.t("We are sorry: we do not deliver there yet.")
    buttons = [button("again", chat.t("Another address"))]
    if len(places) == 1:
        buttons.append(button(places[0].id, chat.t("Collect it")))
    elif places:
        buttons += [Button(way.id, clip(way.title, ROW)) for way in places]
    buttons.append(button("stop", chat.t("Not now")))
    chosen = await chat.choose("nowhere", text, buttons)
    if chosen == "stop":
        raise Stopped
    return chosen


async def _note(chat: Chat) -> str:
    skip = chat.t("Skip")
    text = chat.t("Is there a landmark, a floor or a gate by which we find you?")
    field = Offered({"skip": (skip, "")}, Note(NOTE), nothing="skip")
    return await chat.ask("landmark", Buttons(text, [button("skip", skip)]), parse=field)


def _zones_said(chat: Chat, there: Sequence[Way]) -> Said:
    lines = [chat.t("In which of these areas is it?"), *(_fee(chat, way) for way in there)]
    return Said("\n".join(lines))


def _zone_rows(chat: Chat, known: Known, there: Sequence[Way]) -> Sequence[Button]:
    rows = [Button(way.id, clip(way.title, ROW)) for way in there]
    if not elsewhere(known.ways):
        rows.append(Button("none", clip(chat.t("None of these"), BUTTON)))
    return rows


def _title(chat: Chat, known: Known, id: str) -> str:
    if id == "delivery":
        return chat.t("Delivery")
    return next((way.title for way in known.ways if way.id == id), id)


def _about(chat: Chat, known: Known, id: str) -> str:
    """A line that says what a choice means."""
    if id == "delivery":
        there = zones(known.ways)
        return "\n".join(_fee(chat, way) for way in there) if len(there) < 6 else ""
    way = next((way for way in known.ways if way.id == id), None)
    return chat.t("{what}: {about}", what=way.title, about=way.about) if way and way.about else ""


def _fee(chat: Chat, way: Way) -> str:
    """ "Nairobi: KES 250.00"."""
    currency = chat.settings.currency
    fee = chat.words.money(way.fee, currency) if way.fee else chat.t("free")
    said = [fee]
    if way.fee and way.free_over:
        said.append(chat.t("free from {amount}", amount=chat.words.money(way.free_over, currency)))
    if way.about:
        said.append(way.about)
    return chat.t("{what}: {about}", what=way.title, about=", ".join(said))
