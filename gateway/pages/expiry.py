"""How long a link is good for."""

from __future__ import annotations

from datetime import timedelta

from gateway.errors import PluginError
from gateway.settings.durations import length

#: A year, in seconds.
LONGEST = 366 * 86_400.0


def expires_in(expires: str | timedelta) -> float:
    """*expires* ("7d", or a timedelta) in seconds. Raises `PluginError`."""
    try:
        found = length(expires)
    except ValueError as error:
        raise PluginError(f'link(expires=…): {error}; write "20m", "12h", "7d" or a timedelta') from None
    if not 0 < found <= LONGEST:
        raise PluginError('link(expires=…) is a time between a second and a year: write "7d"')
    return found
