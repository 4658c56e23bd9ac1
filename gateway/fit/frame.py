"""What stands around something to tap: the head, the body in parts when it is long, the foot."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from gateway.fit.files import file_of
from gateway.fit.marks import bold, italics, stacked
from gateway.fit.split import tail
from gateway.fit.texts import texts
from gateway.fit.work import Work
from gateway.model.checks import refuse
from gateway.model.outbound import Document, Header, Image, Outbound, Video

_MEDIA = ("image", "video", "document")
#: The kind of what goes as a text: nothing stands beside it.
PLAIN = ""
#: Kinds whose head is a text.
_TEXT_HEAD = ("list", "product_list", PLAIN)
#: Kinds that want a head.
_NEED_HEAD = ("product_list",)


class Frame(Struct, frozen=True):
    """*before* goes first, on its own; *header*, *text* and *footer* stand with what is tapped."""

    before: list[Outbound]
    text: str
    header: Header | str = ""
    footer: str = ""


def _medium(work: Work, head: Header) -> list[Outbound]:
    """The file of *head* as a message of its own."""
    made: list[Outbound] = []
    if head.image:
        made = [Image(**file_of(head.image))]
    elif head.video:
        made = [Video(**file_of(head.video))]
    elif head.document:
        made = [Document(**file_of(head.document), filename=head.filename)]
    return [each for message in made for each in work.fit(message)]


def _checked(head: Header | str) -> Header:
    """*head* as a `Header`, when it holds one thing at most."""
    head = Header(text=head) if isinstance(head, str) else head
    if bool(head.text) + sum(bool(getattr(head, kind)) for kind in _MEDIA) > 1:
        refuse("header", "has several of text, image, video and document; give one")
    if head.gif or head.parameter:
        refuse("header", "has a gif or a parameter, which only templates have")
    if head.filename and not head.document:
        refuse("header.filename", "is the name of a document, and there is none")
    return head


class Framing:
    """The making of one `Frame`, for messages of *kind*."""

    def __init__(self, work: Work, kind: str, limit: int) -> None:
        self.work, self.kind, self.limit = work, kind, limit

    def _how(self, feature: str, field: str) -> Literal["native", "fallback", "dropped"]:
        """How *feature* of this kind goes; a text has it in words."""
        return self.work.feature(f"{self.kind}.{feature}", field) if self.kind else "fallback"

    def head(self, given: Header | str, *, long: bool) -> tuple[list[Outbound], str, Header | str]:
        """What goes before, what stands on top of the body, and what stays a header. A *long* body begins
        in an earlier message, so that its header has to stand there."""
        head = _checked(given)
        if head.text.strip():
            return ([], *self._titled(head.text, given, long=long))
        if not any(getattr(head, kind) for kind in _MEDIA):
            return [], "", ""
        how = self._how("header_media", "header") if self.kind not in _TEXT_HEAD else "fallback"
        if how == "native" and not long:
            return [], "", given
        if how == "dropped":
            return [], "", ""
        self.work.lose("header", "converted", "the file goes before the text")
        return _medium(self.work, head), "", ""

    def _titled(self, title: str, given: Header | str, *, long: bool) -> tuple[str, Header | str]:
        """A header of text: what stands on top of the body, and what stays a header."""
        how = self._how("header", "header")
        if how == "native" and self.kind in _NEED_HEAD:
            return "", given
        if how == "native" and not long and len(title) <= self.work.limits.header:
            return "", given
        if how == "dropped":
            return "", ""
        self.work.lose("header", "converted", "stands on top of the text")
        return bold(title), ""

    def foot(self, footer: str) -> tuple[str, str]:
        """What stands at the end of the body, and what stays a footer."""
        if not footer.strip():
            return "", ""
        how = self._how("footer", "footer")
        if how == "native" and len(footer) <= self.work.limits.footer:
            return "", footer
        if how == "dropped":
            return "", ""
        self.work.lose("footer", "converted", "stands at the end of the text")
        return italics(footer), ""

    def make(self, text: str, header: Header | str, footer: str) -> Frame:
        """The frame of *text*."""
        end, footer = self.foot(footer)
        quoted = self.work.quoted
        long = len(stacked(text, end)) + (len(quoted) + 1 if quoted else 0) > self.limit
        before, top, header = self.head(header, long=long)
        body = self.work.open(stacked(top, text, end)) if quoted or top or end else text
        first, last = tail(body, self.limit)
        if not first:
            return Frame(before, last, header, footer)
        self.work.lose("text", "split", "its end stands with what can be tapped")
        return Frame([*before, *texts(self.work, first)], last, header, footer)


def frame(
    work: Work, kind: str, text: str, header: Header | str = "", footer: str = "", limit: int = 0
) -> Frame:
    """The head, text and foot of a message of *kind* that can be tapped, within *limit* characters of
    body (0: the channel's for interactive messages)."""
    return Framing(work, kind, limit or work.limits.interactive_body).make(text, header, footer)
