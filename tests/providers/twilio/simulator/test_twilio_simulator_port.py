"""The simulator is what the core and the conformance suite expect of every provider's."""

from __future__ import annotations

import msgspec

from gateway.clock import DAY, SECOND, ManualClock
from gateway.simulator import Simulator
from gateway.simulator.view import Viewing
from providers.twilio.settings import TwilioSettings
from providers.twilio.simulator import TwilioSimulator
from tests.providers.twilio.simulator.conftest import ANA, BEN, Business


async def test_it_is_a_simulator(sim: TwilioSimulator) -> None:
    """With everything that the port names."""
    assert isinstance(sim, Simulator)
    assert isinstance(sim, Viewing)


async def test_a_channel_can_be_made_of_its_settings(sim: TwilioSimulator) -> None:
    """For each number, with each way of signing, also while a secret is rotated."""
    other = sim.add_number("+15550104478")
    for _ in range(2):
        for sim.shared_key in (False, True):
            for number in ("", other):
                settings = msgspec.convert(sim.channel_settings(number), TwilioSettings)
                assert settings.number == (number or sim.number)
                assert settings.tokens[0] == sim.credentials.auth_token
                assert [key.id for key in settings.keys[:1]] == (
                    [sim.credentials.shared_keys[0][0]] if sim.shared_key else []
                )
        sim.rotate_secret()
    assert settings.content_base == settings.messaging_base == sim.api_base


async def test_a_manual_clock_goes_along(business: Business) -> None:
    """What is stamped is the time of the clock that was given."""
    clock = ManualClock()
    async with TwilioSimulator(auth_token="auth-token", clock=clock) as sim:
        business.sim = sim
        await business.sent(Body="hi", StatusCallback="")
        before = clock.now()
        await sim.pass_time(days=1)
        assert abs(clock.now() - before - DAY) < SECOND
        await business.sent(Body="hi", StatusCallback="")
        later, first = [one["date_created"] for one in await business.listed()]
        assert first != later


async def test_a_seed_repeats_a_run(business: Business) -> None:
    """The same dice fall in the same way."""

    async def run() -> list[int]:
        async with TwilioSimulator(auth_token="auth-token", seed=11) as sim:
            business.sim = sim
            sim.refuse = 0.5
            return [(await business.send(BEN, Body="hi"))[0] for _ in range(12)]

    first = await run()
    assert first == await run()
    assert set(first) == {201, 429}


async def test_secrets_are_its_own(sim: TwilioSimulator) -> None:
    """Two simulators share none."""
    other = TwilioSimulator()
    secrets = {sim.credentials.auth_token, sim.credentials.api_secret, sim.credentials.shared_keys[0][1]}
    others = {other.credentials.auth_token, other.credentials.api_secret, other.credentials.shared_keys[0][1]}
    assert len(secrets | others) == 6
    assert other.contact(ANA).user_id == sim.contact(ANA).user_id
