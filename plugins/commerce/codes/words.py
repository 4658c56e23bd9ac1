"""Why a code does not count, in words that say what could be done."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway import Chat
from plugins.commerce.codes.code import Code, code_named
from plugins.commerce.common.texts import clip


async def why_not(chat: Chat, code: str, why: str) -> str:
    """Why the code *code* does not count: *why* is that of `commerce.codes.check`, or `Quote.code_why`. Reads
    the code from the database."""
    return said(chat, await code_named(chat.db, code), clip(code, 30), why)


def said(chat: Chat, found: Code | None, code: str, why: str) -> str:
    """As `why_not`, with the code that was *found*."""
    if found is None or why == "unknown":
        return chat.t(
            "There is no code {code}. Look at it once more, then write CODE and the word.", code=code
        )
    match why:
        case "early":
            return chat.t("The code {code} counts from {day} on.", code=code, day=_day(chat, found.starts_at))
        case "expired":
            return chat.t("The code {code} expired on {day}.", code=code, day=_day(chat, found.ends_at - 1))
        case "used_up":
            return chat.t("The code {code} has been used as often as it could be.", code=code)
        case "used":
            return chat.t("You have used the code {code} already.", code=code)
        case "another":
            return chat.t("The code {code} belongs to another customer.", code=code)
        case "first_order":
            return chat.t("The code {code} is for the first order only.", code=code)
        case "other_items":
            return chat.t("The code {code} is not for what is in your cart.", code=code)
        case "minimum":
            least = chat.words.money(found.min_subtotal, chat.settings.currency)
            return chat.t(
                "The code {code} counts from {least} on. Add a little more.", code=code, least=least
            )
        case _:
            return ""


def _day(chat: Chat, at: int) -> str:
    return chat.words.date(datetime.fromtimestamp(at / 1_000_000, UTC))
