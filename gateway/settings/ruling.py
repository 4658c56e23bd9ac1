"""What types cannot say about a policy and about retention."""

from __future__ import annotations

from gateway.errors import SettingsError
from gateway.settings.durations import text
from gateway.settings.kept import DAY, KINDS, LONGEST
from gateway.settings.policy import Policy, Retention

#: How many caps a tenant may have, and over how long one may count: all that it counts is looked at.
MOST_CAPS, LONGEST_CAP = 8, 31 * DAY
#: The longest time for which somebody who wrote is taken to be awake.
LONGEST_AWAKE = DAY
MOST_CONTACTS, MOST_MESSAGES = 10_000_000, 100_000_000


def check_policy(policy: Policy, where: str) -> None:
    """Raise `SettingsError` for the first thing in *policy* that cannot be meant."""
    quiet = policy.quiet
    if quiet.start == "24:00":
        raise SettingsError(f"{where}.quiet.start", "24:00 is an end", 'write start = "00:00"')
    _distinct(quiet.purposes, f"{where}.quiet.purposes")
    if quiet.start != quiet.end and not quiet.purposes:
        raise SettingsError(
            f"{where}.quiet.purposes", "is empty, so nothing is kept quiet", 'write purposes = ["marketing"]'
        )
    if quiet.awake > LONGEST_AWAKE:
        raise SettingsError(f"{where}.quiet.awake", "is longer than a day", 'write awake = "1h"')
    _caps(policy, where)
    for name, most in (
        ("daily_contacts", MOST_CONTACTS),
        ("messages_per_minute", MOST_MESSAGES),
        ("messages_per_day", MOST_MESSAGES),
    ):
        if getattr(policy, name) > most:
            raise SettingsError(f"{where}.{name}", f"is more than {most}", f"write {name} = 0 for no limit")


def _caps(policy: Policy, where: str) -> None:
    if len(policy.caps) > MOST_CAPS:
        raise SettingsError(f"{where}.caps", f"has more than {MOST_CAPS} of them", "leave some out")
    for index, cap in enumerate(policy.caps):
        at = f"{where}.caps[{index}]"
        if not 1.0 <= cap.per <= LONGEST_CAP:
            problem = "has to be from a second to 31 days"
            raise SettingsError(f"{at}.per", problem, 'write per = "1d" or per = "7d"')
        _distinct(cap.purposes, f"{at}.purposes")
        if not cap.purposes:
            raise SettingsError(f"{at}.purposes", "is empty", 'write purposes = ["marketing"]')
        if cap in policy.caps[:index]:
            raise SettingsError(at, "is listed twice", "remove one of them")


def _distinct(names: tuple[str, ...], where: str) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise SettingsError(f"{where}[{index}]", f"{name!r} is listed twice", "remove one of them")


def check_retention(retention: Retention, where: str, *, tenant: bool = False) -> None:
    """Raise `SettingsError` for a length that is too short to keep a promise, or that is no tenant's."""
    for name, kind in KINDS.items():
        seconds = float(getattr(retention, name))
        if not seconds:
            continue
        at = f"{where}.{name}"
        if tenant and not kind.own:
            raise SettingsError(at, "is one for the whole installation", "write it under [retention]")
        if seconds < kind.least:
            least = text(kind.least)
            problem = f"{text(seconds)} is less than {least}: {kind.reason}"
            raise SettingsError(at, problem, f'write {name} = "{least}" or more')
        if seconds > LONGEST:
            raise SettingsError(at, "is longer than a hundred years", f'write {name} = "{text(LONGEST)}"')
    journal, seen = ((float(getattr(retention, name)) or KINDS[name].usual) for name in ("journal", "seen"))
    if not tenant and seen < journal:
        problem = f"{text(seen)} is less than journal = {text(journal)}: what is read again would count twice"
        raise SettingsError(f"{where}.seen", problem, f'write seen = "{text(journal)}" or more')
