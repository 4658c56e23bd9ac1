"""Buttons and lists: the first form that carries all words, else numbered text."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway.fit import rows
from gateway.fit.checks import ids
from gateway.fit.frame import PLAIN, Framing, frame
from gateway.fit.marks import bold, shorten, stacked
from gateway.fit.numbered import lines, numbers_apply
from gateway.fit.texts import pack
from gateway.fit.work import Work
from gateway.model.checks import WHATSAPP, filled, refuse
from gateway.model.menu import Option
from gateway.model.outbound import Button, Buttons, Header, List, Outbound

#: Behind these signs a list's label needs no colon when it stands above the options.
LABEL_ENDS = tuple(":：?？!！.。…")


class Choice(Struct, frozen=True):
    """Options whatever they are shown as: *sections* are (title, options); *label* opens a list."""

    text: str
    sections: Sequence[tuple[str, Sequence[Option]]]
    header: Header | str = ""
    footer: str = ""
    label: str = ""
    #: The number of the first option, and whether options have numbers; None leaves it to their titles.
    first: int = 1
    counted: bool | None = None

    @property
    def options(self) -> list[Option]:
        """All of them, in order."""
        return [option for _, options in self.sections for option in options]


def _of_buttons(work: Work, message: Buttons) -> Choice:
    """The choice of *message*, when it can be made at all."""
    filled("text", message.text)
    if not message.buttons:
        refuse("buttons", "has 0 items, WhatsApp takes 1 or more")
    fields = [f"buttons[{index}]" for index in range(len(message.buttons))]
    ids([f"{field}.id" for field in fields], [each.id for each in message.buttons], WHATSAPP.button_id)
    titles = [each.title for each in message.buttons]
    ids([f"{field}.title" for field in fields], titles, WHATSAPP.text)
    options = [Option(each.id, each.title) for each in message.buttons]
    return Choice(message.text, [("", options)], message.header, message.footer)


def _of_list(work: Work, message: List) -> Choice:
    filled("text", message.text)
    filled("button", message.button)
    if not message.sections:
        refuse("sections", "has 0 items, WhatsApp takes 1 or more")
    fields: list[str] = []
    for at, section in enumerate(message.sections):
        if not section.rows:
            refuse(f"sections[{at}].rows", "has 0 items, WhatsApp takes 1 or more")
        if len(message.sections) > 1:
            filled(f"sections[{at}].title", section.title)
        for index, row in enumerate(section.rows):
            fields.append(f"sections[{at}].rows[{index}]")
            filled(f"{fields[-1]}.title", row.title)
    given = [row.id for section in message.sections for row in section.rows]
    ids([f"{field}.id" for field in fields], given, WHATSAPP.row_id)
    sections = [
        (section.title, [Option(row.id, row.title, row.description) for row in section.rows])
        for section in message.sections
    ]
    return Choice(message.text, sections, message.header, message.footer, message.button)


def _as_buttons(work: Work, choice: Choice) -> bool:
    """Whether reply buttons carry all of *choice*."""
    limits, options = work.limits, choice.options
    titles = [option.title for option in options]
    return (
        work.native("buttons")
        and len(options) <= limits.buttons
        and not any(title for title, _ in choice.sections)
        and not any(option.description.strip() for option in options)
        and all(len(title) <= limits.button_title for title in titles)
        and all(len(option.id) <= limits.button_id for option in options)
        and len(set(titles)) == len(titles)
    )


def _buttons(work: Work, choice: Choice) -> list[Outbound]:
    around = frame(work, "buttons", choice.text, choice.header, choice.footer)
    buttons = [Button(option.id, option.title) for option in choice.options]
    return [*around.before, Buttons(around.text, buttons, around.header, around.footer)]


def _list(work: Work, choice: Choice, found: rows.Rows) -> list[Outbound]:
    for loss in found.losses:
        work.lose(loss.what, loss.how, loss.detail)
    text = stacked(choice.text, bold(found.title)) if found.title else choice.text
    around = frame(work, "list", text, choice.header, choice.footer, work.limits.list_body)
    label = shorten(choice.label, work.limits.list_button) if choice.label else work.say.choose
    if choice.label and len(choice.label) > work.limits.list_button:
        work.lose("button", "cut", f"to {work.limits.list_button} characters")
    header = around.header if isinstance(around.header, str) else around.header.text
    return [*around.before, List(around.text, label, found.made, header, around.footer)]


def _numbered(work: Work, choice: Choice) -> list[Outbound]:
    """The options in words, below the text; a file of the header before it."""
    framing = Framing(work, PLAIN, work.limits.text)
    files, top, _ = framing.head(choice.header, long=True)
    options = choice.options
    counted = numbers_apply(options) if choice.counted is None else choice.counted
    numbers = range(choice.first, choice.first + len(options)) if counted else ()
    label = choice.label.strip()
    blocks = [
        work.open(stacked(top, choice.text)),
        label + ("" if label[-1:] in LABEL_ENDS else ":") if label else "",
        *lines(choice.sections, numbers, work.limits.text),
        work.say.number if counted else work.say.name,
        framing.foot(choice.footer)[0],
    ]
    return [*files, *pack(work, blocks)]


def fit_choice(work: Work, choice: Choice, kind: str, field: str) -> list[Outbound]:
    """*choice* in the best form that the channel has; its author sent *kind*, with the options in *field*."""
    form, made = "text", _numbered
    sections = rows.fitted(work, choice.sections, field)
    if _as_buttons(work, choice) and not (kind == "list" and sections is not None):
        form, made = "buttons", _buttons
    elif sections is not None:
        form = "list"
    if form != kind:
        work.lose(field, "converted", f"shown as {form}")
    if form != "list" or sections is None:
        return made(work, choice)
    return _list(work, choice, sections)


def buttons(work: Work, message: Buttons) -> list[Outbound]:
    """Reply buttons."""
    return _kept(message, fit_choice(work, _of_buttons(work, message), "buttons", "buttons"))


def choices(work: Work, message: List) -> list[Outbound]:
    """A list."""
    return _kept(message, fit_choice(work, _of_list(work, message), "list", "sections"))


def _kept(message: Outbound, made: list[Outbound]) -> list[Outbound]:
    """The message itself, when nothing had to change."""
    return [message] if made == [message] else made
