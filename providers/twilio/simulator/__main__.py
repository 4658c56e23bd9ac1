"""Runs the simulator in its own process: prints one line of JSON with its address and the channel's
settings, then serves until it is told to stop. `control.py` says how to speak to it."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal

from providers.twilio.simulator.simulator import TwilioSimulator


async def serve(arguments: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    simulator = TwilioSimulator(
        account_sid=arguments.account_sid,
        auth_token=arguments.auth_token,
        number=arguments.number,
        messaging_service_sid=arguments.messaging_service_sid,
        webhook_url=arguments.webhook_url,
        fallback_url=arguments.fallback_url,
    )
    await simulator.start(arguments.port)
    started = {"api_base": simulator.api_base, "settings": simulator.channel_settings()}
    print(json.dumps(started), flush=True)
    await stopped.wait()
    await simulator.stop()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="python -m providers.twilio.simulator", description=__doc__)
    parser.add_argument("--webhook-url", default="", help="where webhooks go; #rc=3&rp=5xx asks for retries")
    parser.add_argument("--fallback-url", default="", help="where they go when that fails")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--number", default="+15550104477")
    parser.add_argument("--account-sid", default="AC00000000000000000000000000000009")
    parser.add_argument("--auth-token", default="", help="left out, a random one")
    parser.add_argument("--messaging-service-sid", default="", help="left out, senders are in no service")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
