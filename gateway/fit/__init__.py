"""Degradation: a message in the best form that a channel carries, and what was lost on the way.

Pure functions of a message and a provider's `Capabilities`. They know no provider.

fitted.py   the result
"""

from __future__ import annotations

from gateway.fit.fitted import Fitted

__all__ = ["Fitted"]


def fit(message, capabilities, *, language="en", quoted=""):  # type: ignore[no-untyped-def]  # FIT: replace
    return Fitted((message,))


def answer(text, menus):  # type: ignore[no-untyped-def]  # FIT: replace
    return None


def tapped(reply_id, menus):  # type: ignore[no-untyped-def]  # FIT: replace
    return None
