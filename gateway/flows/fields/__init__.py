"""What reads answers: `fields.integer`, `fields.money`, `fields.phone`, … Each is usable as it is, and called
with limits: ``parse=fields.integer(low=1, high=20)``.

They read what people write in English, Spanish and Swahili, and numbers, days and money as the contact's
language and country write them. A value depends on the answer alone, so that a replay reads the same."""

from __future__ import annotations

from gateway.flows.fields.amount import Amount
from gateway.flows.fields.attachment import Attachment, Media
from gateway.flows.fields.choice import Choice, Choosable
from gateway.flows.fields.clock import Time
from gateway.flows.fields.day import Date
from gateway.flows.fields.field import Answer, Field, Invalid
from gateway.flows.fields.money import Money
from gateway.flows.fields.numeric import Decimals, Integer
from gateway.flows.fields.phone import Email, Phone
from gateway.flows.fields.place import Address, Place, Postal
from gateway.flows.fields.text import Text
from gateway.flows.fields.yes_no import Agreement, YesNo

text = Text()
integer = Integer()
decimal = Decimals()
money = Money()
date = Date()
time = Time()
phone = Phone()
email = Email()
yes_no = YesNo()
media = Media()
location = Place()
address = Postal()
choice = Choice

__all__ = [
    "Address",
    "Agreement",
    "Amount",
    "Answer",
    "Attachment",
    "Choosable",
    "Field",
    "Invalid",
    "address",
    "choice",
    "date",
    "decimal",
    "email",
    "integer",
    "location",
    "media",
    "money",
    "phone",
    "text",
    "time",
    "yes_no",
]
