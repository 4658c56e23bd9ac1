"""What Meta will not take in a template, found before it is asked (wire.md §2.2, §2.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from gateway.model.template import TemplateButtonDefinition, TemplateDefinition, TemplateHeader, variables
from gateway.provider import ProviderError
from providers.meta_cloud.templates.write import MEDIA

_NAME = re.compile(r"[a-z0-9_]{1,512}", re.ASCII)
#: Seconds that Meta tries to deliver, least and most; -1 is 30 days for all but marketing.
_TTL = {"authentication": (30, 900), "utility": (30, 43_200), "marketing": (43_200, 2_592_000)}
BODY, SHORT, LABEL, URL, PHONE, CODE, OFFER, CARD = 1024, 60, 25, 2000, 20, 15, 16, 160


def lint(definition: TemplateDefinition) -> None:
    """Raise `ProviderError` (class "invalid") that names every field that cannot be, with its limit."""
    problems = list(_problems(definition))
    if problems:
        raise ProviderError("invalid", title="; ".join(problems), hint="correct the file and apply it again")


def _problems(definition: TemplateDefinition) -> Iterator[str]:
    if not _NAME.fullmatch(definition.name):
        yield "name has 1 to 512 of a-z, 0-9 and _"
    if not definition.language:
        yield "language is empty: write e.g. en_US"
    yield from _long("body", definition.body, BODY)
    yield from _long("footer", definition.footer, SHORT)
    if variables(definition.footer):
        yield "footer cannot hold a variable"
    if definition.code_minutes and not 1 <= definition.code_minutes <= 90:
        yield f"code_minutes is 1 to 90, not {definition.code_minutes}"
    yield from _ttl(definition)
    if definition.category != "authentication" and not definition.body and not definition.unknown:
        yield "body is empty"
    yield from _header("header", definition.header)
    yield from _examples("examples", definition.body, definition.examples)
    yield from _buttons("buttons", definition.buttons)
    if definition.offer:
        yield from _long("offer.text", definition.offer.text, OFFER)
    if definition.cards and not 2 <= len(definition.cards) <= 10:
        yield f"cards has {len(definition.cards)}, a carousel takes 2 to 10"
    for index, card in enumerate(definition.cards):
        yield from _long(f"cards[{index}].body", card.body, CARD)
        yield from _header(f"cards[{index}].header", card.header)
        yield from _examples(f"cards[{index}].examples", card.body, card.examples)
        yield from _buttons(f"cards[{index}].buttons", card.buttons)


def _ttl(definition: TemplateDefinition) -> Iterator[str]:
    least, most = _TTL[definition.category]
    if definition.ttl == -1 and definition.category != "marketing":
        return
    if definition.ttl and not least <= definition.ttl <= most:
        yield f"ttl is {definition.ttl}, {definition.category} takes {least} to {most} seconds"


def _long(field: str, text: str, limit: int) -> Iterator[str]:
    if len(text) > limit:
        yield f"{field} has {len(text)} characters, the limit is {limit}"


def _header(field: str, header: TemplateHeader | None) -> Iterator[str]:
    if header is None:
        return
    wanted = variables(header.text)
    if header.kind == "text":
        if not header.text:
            yield f"{field}.text is empty"
        yield from _long(f"{field}.text", header.text, SHORT)
        if len(wanted) > 1:
            yield f"{field}.text has {len(wanted)} variables, the limit is 1"
        if wanted and not header.example:
            yield f"{field}.example is empty: a reviewer needs a value for {{{{{wanted[0]}}}}}"
    elif header.text:
        yield f"{field}.text belongs to a text header, this one is {header.kind}"
    if header.kind in MEDIA and not (header.sample or header.handle):
        yield f"{field}.sample is missing: name a file that shows what the {header.kind} will be"


def _examples(field: str, text: str, examples: list[str] | dict[str, str]) -> Iterator[str]:
    wanted = variables(text)
    if isinstance(examples, dict):
        if set(wanted) != set(examples):
            yield f"{field} must be for {', '.join(wanted) or 'nothing'}, not {', '.join(examples)}"
    elif any(not name.isdigit() for name in wanted):
        yield f"{field} must be a table with {', '.join(wanted)}"
    elif len(wanted) != len(examples):
        yield f"{field} has {len(examples)} values, the body has {len(wanted)} variables"
    elif sorted(wanted, key=int) != [str(n) for n in range(1, len(wanted) + 1)]:
        yield "body must number its variables from {{1}} on"


def _buttons(field: str, buttons: list[TemplateButtonDefinition]) -> Iterator[str]:
    if len(buttons) > 10:
        yield f"{field} has {len(buttons)}, the limit is 10"
    kinds: list[str] = [button.kind for button in buttons]
    for kind, limit in (("url", 2), ("phone", 1), ("copy_code", 1)):
        if kinds.count(kind) > limit:
            yield f"{field} has {kinds.count(kind)} of kind {kind}, the limit is {limit}"
    replies = [kind == "quick_reply" for kind in kinds]
    if sum(before != after for before, after in pairwise(replies)) > 1:
        yield f"{field} must keep the quick replies together, before or after the others"
    for index, button in enumerate(buttons):
        yield from _button(f"{field}[{index}]", button)


def _button(field: str, button: TemplateButtonDefinition) -> Iterator[str]:
    yield from _long(f"{field}.text", button.text, LABEL)
    yield from _long(f"{field}.url", button.url, URL)
    yield from _long(f"{field}.phone", button.phone, PHONE)
    if button.kind == "copy_code":
        yield from _long(f"{field}.example", button.example, CODE)
    if button.kind == "url":
        wanted = variables(button.url)
        if not button.url:
            yield f"{field}.url is empty"
        if len(wanted) > 1 or (wanted and not button.url.rstrip().endswith("}}")):
            yield f"{field}.url takes one variable, at its end"
        if wanted and not button.example:
            yield f"{field}.example is empty: give the whole link with a value"
