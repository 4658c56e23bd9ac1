"""The rows of a list within its limits: words that a title has no room for go into the line below it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway.fit.marks import shorten
from gateway.fit.numbered import DASH
from gateway.fit.work import Work
from gateway.model.capability import Limits, Loss
from gateway.model.menu import Option
from gateway.model.outbound import Row, Section

#: Between a section's title and a row's own line of detail.
DOT = " · "

Sections = Sequence[tuple[str, Sequence[Option]]]


class Rows(Struct, frozen=True):
    """A list's sections, and what they lost. *title* is that of the only section, which stands in the text
    where the channel has no sections."""

    made: list[Section]
    losses: tuple[Loss, ...]
    title: str = ""


def fitted(work: Work, sections: Sections, field: str = "sections") -> Rows | None:
    """*sections* as a list of the channel's; None when it has none, or has no room for the words. *field* is
    what their author has them in: losses name it."""
    limits = work.limits
    options = [option for _, each in sections for option in each]
    described = any(option.description.strip() for option in options)
    if (
        not work.native("list")
        or len(options) > limits.rows
        or any(len(option.id) > limits.row_id for option in options)
        or (described and work.capabilities.feature("list.descriptions") == "fallback")
    ):
        return None
    return _Rows(work, sections, field).rows()


class _Rows:
    """The making of the rows of one list."""

    def __init__(self, work: Work, sections: Sections, field: str) -> None:
        self.row = "sections[{}].rows[{}]" if field == "sections" else field + "[{1}]"
        self.limits: Limits = work.limits
        self.sections = sections
        level = work.capabilities.feature
        self.described = level("list.descriptions") in ("full", "partial")
        titled = any(title.strip() for title, _ in sections)
        grouped = level("list.sections") in ("full", "partial") and len(sections) <= self.limits.sections
        self.flat = titled and not grouped
        self.losses: list[Loss] = []

    def rows(self) -> Rows | None:
        """All rows, or None when a title's words have no room."""
        made: list[Section] = []
        for at, (title, options) in enumerate(self.sections):
            rows: list[Row] = []
            for index, option in enumerate(options):
                row = self._row(self.row.format(at, index), option)
                if row is None:
                    return None
                rows.append(row)
            if self.flat and len(self.sections) > 1 and title.strip():
                rows = self._under(at, title, rows)
            made.append(Section("" if self.flat else self._title(at, title), rows))
        if not self.flat:
            return Rows(made, tuple(self.losses))
        title = self.sections[0][0] if len(self.sections) == 1 else ""
        if title:
            self.losses.append(Loss("sections[0].title", "converted", "stands in the text"))
        one = Section("", [row for section in made for row in section.rows])
        return Rows([one], tuple(self.losses), title)

    def _title(self, at: int, title: str) -> str:
        """A section's title."""
        limit = self.limits.section_title
        if len(title) > limit:
            self._cut(f"sections[{at}].title", limit)
        return shorten(title, limit) if len(title) > limit else title

    def _row(self, field: str, option: Option) -> Row | None:
        """One row. A title that is cut stands in full in the line below, or there is no row."""
        limits, title, detail = self.limits, option.title, option.description
        if len(title) > limits.row_title:
            full = title + (DASH + detail if detail.strip() else "")
            if len(full) > limits.row_description or not self.described:
                return None
            self.losses.append(Loss(f"{field}.title", "converted", "in full on the line below"))
            return Row(option.id, shorten(title, limits.row_title), full)
        if detail and not self.described:
            self.losses.append(Loss(f"{field}.description", "dropped", "the channel does not carry it"))
            return Row(option.id, title)
        if len(detail) > limits.row_description:
            self._cut(f"{field}.description", limits.row_description)
            detail = shorten(detail, limits.row_description)
        return Row(option.id, title, detail)

    def _under(self, at: int, section: str, rows: Sequence[Row]) -> list[Row]:
        """*rows* with their section's title on the line below, where all of them have room."""
        details = [section + (DOT + row.description if row.description.strip() else "") for row in rows]
        if not self.described or any(len(detail) > self.limits.row_description for detail in details):
            self.losses.append(Loss(f"sections[{at}].title", "dropped", "the channel has no sections"))
            return list(rows)
        self.losses.append(Loss(f"sections[{at}].title", "converted", "stands with each row"))
        return [Row(row.id, row.title, detail) for row, detail in zip(rows, details, strict=True)]

    def _cut(self, field: str, limit: int) -> None:
        self.losses.append(Loss(field, "cut", f"to {limit} characters"))
