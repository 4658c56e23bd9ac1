"""Appointments: a booking flow over a table of its own, and a reminder an hour before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from gateway import Chat, Command, Handled, JobContext, Message, Template, fields, flow, hook, job

HOURS = range(9, 17)


class Settings(Struct, frozen=True):
    """What a tenant may set: ``[tenants.settings.appointments]``."""

    ahead_days: int = 30
    remind_minutes: int = 60


@hook.register_commands
def commands() -> Sequence[Command]:
    return [
        Command(
            "book", {"en": ["book"], "es": ["cita", "reservar"], "sw": ["weka miadi"]}, "book a visit", book
        ),
        Command("visits", {"en": ["visits"], "es": ["citas"], "sw": ["miadi"]}, "see your visits", visits),
    ]


async def book(message: Message, chat: Chat, rest: str) -> Handled | None:
    return await chat.start(booking)


async def visits(message: Message, chat: Chat, rest: str) -> Handled | None:
    rows = await chat.db.all(
        "select day, hour from appointments_visit where tenant = :tenant and contact = :contact"
        " order by day, hour",
        contact=chat.contact.id,
    )
    lines = [f"{chat.words.date(date.fromisoformat(row['day']))}, {row['hour']}:00" for row in rows]
    await chat.say("\n".join(lines) or chat.t("You have no visits. Write BOOK for one."))
    return Handled


@flow(timeout="2h", title="Booking")
async def booking(chat: Chat) -> None:
    settings: Settings = chat.settings
    coming = fields.date(after="yesterday", before=timedelta(days=settings.ahead_days))
    while True:
        day = await chat.ask("day", chat.t("Which day?"), parse=coming)
        free = await chat.step("free", free_hours, chat, day.isoformat())
        if free:
            break
        await chat.say(chat.t("That day is full. Another one?"))
    hour = await chat.choose("hour", chat.t("At what time?"), {str(each): f"{each}:00" for each in free})
    taken = await chat.step("take", take, chat, day.isoformat(), int(hour))
    if not taken:
        await chat.say(chat.t("Somebody was faster. Write BOOK to choose again."))
        return
    start = datetime(day.year, day.month, day.day, int(hour), tzinfo=ZoneInfo(chat.tenant.time_zone))
    chat.enqueue(
        remind.at(start.astimezone(UTC) - timedelta(minutes=settings.remind_minutes)),
        day.isoformat(),
        int(hour),
    )
    await chat.say(chat.t("See you on {day} at {hour}:00.", day=chat.words.date(day, "full"), hour=hour))


@job(retries=3)
async def remind(job: JobContext, day: str, hour: int) -> None:
    """Remind, if the visit is still there."""
    chat = await job.chat()
    still = await job.db.value(
        "select 1 from appointments_visit where tenant = :tenant and day = :day and hour = :hour",
        day=day,
        hour=hour,
    )
    if not still:
        return
    if chat.conversation.window_open:
        await chat.say(chat.t("We see you at {hour}:00 today.", hour=hour))
    else:  # who has not written for a day gets a template, which the provider has approved
        await chat.send(Template("visit_reminder", chat.language, values=[f"{hour}:00"]))


async def free_hours(chat: Chat, day: str) -> list[int]:
    """The hours of *day* that nobody has and that are still to come."""
    rows = await chat.db.all(
        "select hour from appointments_visit where tenant = :tenant and day = :day", day=day
    )
    now = chat.now.astimezone(ZoneInfo(chat.tenant.time_zone))
    first = now.hour + 1 if now.date().isoformat() == day else 0
    return [hour for hour in HOURS if hour >= first and hour not in {row["hour"] for row in rows}]


async def take(chat: Chat, day: str, hour: int) -> bool:
    """Book; False when somebody else has it: the table's key decides."""
    rows = await chat.db.run(
        "insert into appointments_visit (tenant, day, hour, contact) values (:tenant, :day, :hour, :contact)"
        " on conflict do nothing",
        day=day,
        hour=hour,
        contact=chat.contact.id,
    )
    return rows == 1
