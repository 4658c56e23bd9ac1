"""What a visitor of the checkout page filled in, read by the same fields that read a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import phonenumbers
from msgspec import Struct
from msgspec.structs import replace

from gateway import Answer, Field, Invalid, PageRequest, fields, inbound
from plugins.commerce.checkout.answers import NOTE, Address, Email, Name, Note
from plugins.commerce.checkout.draft import Draft, Known, Where
from plugins.commerce.checkout.payment import fitting
from plugins.commerce.checkout.ways import zone_of

T = TypeVar("T")

#: What stands between a way and the mark of what it costs.
BETWEEN = "|"


class Filled(Struct, frozen=True):
    """A form that was sent: the *draft* that it makes, the *mark* of what was agreed to, what was *written*
    into each field, and what is wrong, by field."""

    draft: Draft
    mark: str
    written: Mapping[str, str]
    errors: Mapping[str, str]


def blank(known: Known) -> Mapping[str, str]:
    """What stands in the fields at first."""
    draft = known.draft
    last = draft.where or (known.addresses[0] if known.addresses else Where())
    return {
        "name": known.name or known.profile,
        "email": known.email,
        "phone": known.phone or known.own_phone,
        "address": last.text,
        "landmark": last.note or "",
        "way": draft.way or known.last,
        "payment": draft.payment,
        "note": "",
    }


def read(request: PageRequest, known: Known) -> Filled:
    """The form of *request*. Nothing in it is believed: ways and methods are those of *known*."""
    form = request.form
    country = region_of(known.own_phone) or request.tenant.country
    errors: dict[str, str] = {}

    def of(name: str, field: Field[T], nothing: T, *, needed: bool) -> T:
        text = form.get(name, "").strip()
        if not text and not needed:
            return nothing
        try:
            return field.read(_answer(text, request, country))
        except Invalid as invalid:
            errors[name] = invalid.say(request.words) or request.t("Please fill this in.")
            return nothing

    name = of("name", Name(), "", needed=True)
    email = of("email", Email(), "", needed=False)
    phone = of("phone", fields.phone, "", needed=True)
    id, _, mark = form.get("way", "").partition(BETWEEN)
    way = next((way for way in known.ways if way.id == id), None)
    brought = way is not None and not way.pickup and known.goods
    where = of("address", Address(), Where(), needed=True) if brought else None
    note = of("landmark", Note(NOTE), "", needed=False)
    of("note", Note(500), "", needed=False)
    pays = fitting(known.pays, way, request.words)
    payment = form.get("payment", "") if len(pays) > 1 else pays[0].id
    where = _noted(where, note, known)
    zone = zone_of(known.ways, where) if where is not None else None
    if way is None:
        errors["way"] = request.t("Please choose how you would like to get it.")
    elif zone is not None and zone.id != id:
        errors["way"] = request.t("This address lies in {zone}: please choose that.", zone=zone.title)
    elif payment not in [pay.id for pay in pays]:
        errors["payment"] = request.t("Please choose a way to pay that goes with how you get it.")
    draft = Draft(
        cart=known.cart, name=name, email=email, phone=phone, how="delivery" if brought else id,
        where=where, zone=id if brought else "", payment=payment,
    )  # fmt: skip
    return Filled(draft, mark, {**form, "way": id}, errors)


def _noted(where: Where | None, note: str, known: Known) -> Where | None:
    """*where* with its note; the saved address that it is, if it is one."""
    if where is None:
        return None
    saved = next((each for each in known.addresses if each.text == where.text), where)
    return replace(saved, note=note)


def region_of(phone: str) -> str:
    """The country ("KE") of a number with its "+"; "" for none."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(phone)) or ""
    except phonenumbers.NumberParseException:
        return ""


def _answer(text: str, request: PageRequest, country: str) -> Answer:
    return Answer(
        inbound.Text(text), text, language=request.language, country=country,
        time_zone=request.tenant.time_zone,
    )  # fmt: skip
