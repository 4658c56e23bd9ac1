"""What a template's buttons take, and a plain text turned into what its button wants."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from gateway.errors import TemplateMismatch
from gateway.model.outbound.template import (
    URL_MARK,
    ButtonValue,
    CallStart,
    CatalogStart,
    CopyCode,
    FlowStart,
    OneTimeCode,
    ProductsStart,
    QuickReply,
    TemplateButton,
    UrlSuffix,
)
from gateway.model.template import TemplateButtonDefinition, variables

#: Characters of a coupon or one-time code (wire.md §2.2, §2.6).
CODE = 15


class Wants(Struct, frozen=True):
    """What a kind of button takes: a *type*, made from a text by *make*. When *needed* it cannot be left
    out."""

    type: type[TemplateButton]
    words: str
    make: Callable[[str], ButtonValue] | None = None
    needed: bool = True


def _link(text: str) -> ButtonValue:
    return UrlSuffix(text.removeprefix(URL_MARK))


_WANTS: dict[str, Wants] = {
    "quick_reply": Wants(QuickReply, "the payload of a reply button", QuickReply, needed=False),
    "url": Wants(UrlSuffix, "the end of a link", _link),
    "copy_code": Wants(CopyCode, "a code to copy", CopyCode),
    "otp": Wants(OneTimeCode, "a one-time code", OneTimeCode),
    "flow": Wants(FlowStart, "a FlowStart", FlowStart, needed=False),
    "catalog": Wants(CatalogStart, "a CatalogStart", CatalogStart, needed=False),
    "products": Wants(ProductsStart, "a ProductsStart with its sections"),
    "call": Wants(CallStart, "a CallStart", lambda text: CallStart(payload=text), needed=False),
}


def complete(
    template: str, path: str, buttons: list[TemplateButtonDefinition], given: list[ButtonValue]
) -> list[ButtonValue]:
    """*given* with every text typed, one value per button. Raises `TemplateMismatch`."""
    if len(given) > len(buttons):
        expected = (
            f"at most {len(buttons)}, one for each button" if buttons else "left out: it has no buttons"
        )
        raise TemplateMismatch(template, path, expected, f"{len(given)}")
    made = [
        _value(template, f"{path}[{index}]", button, given[index] if index < len(given) else None)
        for index, button in enumerate(buttons)
    ]
    return made if any(value is not None for value in made) else []


def _value(template: str, path: str, button: TemplateButtonDefinition, value: ButtonValue) -> ButtonValue:
    if button.kind == "other":  # the provider judges what this version does not know
        return value
    wants = _WANTS.get(button.kind)
    if wants is None or (button.kind == "url" and not variables(button.url)):
        if value is None:
            return None
        raise TemplateMismatch(template, path, f"None: a {button.kind} button takes nothing", _word(value))
    if value is None:
        if wants.needed:
            raise TemplateMismatch(template, path, wants.words, "nothing")
        return None
    if isinstance(value, str) and wants.make is not None:
        value = wants.make(value)
    if not isinstance(value, wants.type):
        raise TemplateMismatch(template, path, wants.words, _word(value))
    if isinstance(value, CopyCode | OneTimeCode) and not 0 < len(value.code) <= CODE:
        raise TemplateMismatch(template, path, f"1 to {CODE} characters", f"{len(value.code)}")
    return value


def _word(value: ButtonValue) -> str:
    return "a text" if isinstance(value, str) else f"a {type(value).__name__}"
