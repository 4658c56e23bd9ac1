"""Policies and retention in gateway.toml: what is read, and what is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import SettingsError
from gateway.settings import durations, load
from gateway.settings.kept import DAY, KINDS, kept
from gateway.settings.policy import Cap, Policy, QuietHours, Retention

HEAD = f'[server]\nsecret = "{"s" * 40}"\n'
TENANT = '[[tenants]]\nid = "duka"\n'


def _load(folder: Path, text: str) -> Policy:
    (folder / "gateway.toml").write_text(HEAD + TENANT + text)
    return load(folder / "gateway.toml").tenants[0].policy


def test_a_policy_is_read(tmp_path: Path) -> None:
    """Every kind of value that it has."""
    read = _load(
        tmp_path,
        '[tenants.policy]\nstop = "marketing"\nmarketing = "opt_out"\nmessages_per_day = 5000\n'
        'quiet = { start = "21:00", end = "24:00", purposes = ["marketing"], awake = "30m" }\n'
        'caps = [{ most = 2, per = "7d" }, { most = 1, per = 3600, purposes = ["service"] }]\n',
    )

    assert read == Policy(
        stop="marketing",
        marketing="opt_out",
        messages_per_day=5000,
        quiet=QuietHours("21:00", "24:00", ("marketing",), 1800.0),
        caps=(Cap(2, 604_800.0), Cap(1, 3600.0, ("service",))),
    )


@pytest.mark.parametrize(
    ("written", "where", "said"),
    [
        ('stop = "never"', "policy.stop", 'write one of "all", "marketing"'),
        ('quiet = { start = "9pm" }', "policy.quiet.start", "'9pm' is not a time of day"),
        ('quiet = { end = "24:30" }', "policy.quiet.end", 'write end = "21:00"'),
        ('quiet = { start = "24:00" }', "policy.quiet.start", "24:00 is an end"),
        ('quiet = { end = "08:00", purposes = [] }', "policy.quiet.purposes", "is empty"),
        ('quiet = { purposes = ["ads"] }', "policy.quiet.purposes[0]", "invalid enum value"),
        ('quiet = { purposes = ["service", "service"] }', "policy.quiet.purposes[1]", "is listed twice"),
        ('quiet = { awake = "2d" }', "policy.quiet.awake", "longer than a day"),
        ('quiet = { begin = "08:00" }', "policy.quiet.begin", "unknown setting"),
        ("caps = [{ most = 2 }]", "policy.caps[0].per", "missing"),
        ('caps = [{ most = 0, per = "1d" }]', "policy.caps[0].most", "expected `int` >= 1"),
        ('caps = [{ most = 1, per = "32d" }]', "policy.caps[0].per", "31 days"),
        ("caps = [{ most = 1, per = 0 }]", "policy.caps[0].per", "31 days"),
        (f"caps = [{', '.join(['{ most = 1, per = 60 }'] * 2)}]", "policy.caps[1]", "is listed twice"),
        (f"caps = [{', '.join(f'{{ most = 1, per = {n} }}' for n in range(60, 69))}]", "policy.caps", "8"),
        ("inbound_per_minute = 0", "policy.inbound_per_minute", ">= 1"),
        ("daily_contacts = -1", "policy.daily_contacts", ">= 0"),
        ("daily_contacts = 99999999", "policy.daily_contacts", "is more than"),
        ("contacts = 1", "policy.contacts", "unknown setting"),
    ],
)
def test_a_policy_that_cannot_be_meant(tmp_path: Path, written: str, where: str, said: str) -> None:
    """The place in the file, and what to write there."""
    with pytest.raises(SettingsError) as refused:
        _load(tmp_path, f"[tenants.policy]\n{written}\n")
    assert refused.value.where == f"gateway.toml: tenants[0].{where}"
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("written", "where", "said"),
    [
        ('[retention]\njournal = "1h"', "retention.journal", "1h is less than 1d"),
        ('[retention]\nseen = "7d"', "retention.seen", "providers repeat a webhook for 7 days"),
        ('[retention]\njournal = "20d"', "retention.seen", "what is read again would count twice"),
        ('[retention]\nmessages = "1h"', "retention.messages", "less than 1d"),
        ('[retention]\naudit = "40000d"', "retention.audit", "a hundred years"),
        ('[retention]\nlogs = "1d"', "retention.logs", "unknown setting"),
        ('[retention]\nevents = "later"', "retention.events", "not a length of time"),
        (TENANT + '[tenants.retention]\njournal = "20d"', "tenants[0].retention.journal", "installation"),
        (TENANT + '[tenants.retention]\nidempotency = "1h"', "tenants[0].retention.idempotency", "1d"),
    ],
)
def test_lengths_that_break_a_promise(tmp_path: Path, written: str, where: str, said: str) -> None:
    """The place in the file, and why it is too short."""
    (tmp_path / "gateway.toml").write_text(HEAD + written)
    with pytest.raises(SettingsError) as refused:
        load(tmp_path / "gateway.toml")
    assert refused.value.where == f"gateway.toml: {where}"
    assert said in str(refused.value)


def test_who_says_how_long(tmp_path: Path) -> None:
    """The tenant, else the installation, else its older settings, else the default."""
    (tmp_path / "gateway.toml").write_text(
        HEAD
        + '[media]\nkeep = "10d"\n[webhooks]\nkeep = "5d"\n'
        + '[retention]\nmessages = "200d"\nmedia = "20d"\n'
    )
    settings, own = load(tmp_path / "gateway.toml"), Retention(messages=50 * DAY, journal=3 * DAY)

    assert kept("messages", settings, own) == (50 * DAY, True, False)
    assert kept("messages", settings, Retention()) == (200 * DAY, False, True)
    assert kept("media", settings, own) == (20 * DAY, False, True)
    assert kept("deliveries", settings, own) == (5 * DAY, False, True)
    assert kept("events", settings, own) == (30 * DAY, False, False)
    assert kept("journal", settings, own) == (14 * DAY, False, False), "no tenant's"
    assert {*KINDS} == {*Retention.__struct_fields__}


@given(st.integers(0, 10**12))
def test_a_length_is_written_as_it_is_read(thousandths: int) -> None:
    """Whatever is written as a text reads as the same again."""
    seconds = thousandths / 1000
    assert durations.seconds(durations.text(seconds)) == pytest.approx(seconds, abs=1e-6, rel=1e-12)
