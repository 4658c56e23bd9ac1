"""Runs the simulator in its own process: prints one line of JSON with its address and the channel's
settings, then serves until it is told to stop. `control.py` says how to speak to it."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal

from providers.meta_cloud.simulator.simulator import MetaSimulator


async def serve(arguments: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    simulator = MetaSimulator(
        app_secret=arguments.app_secret,
        access_token=arguments.access_token,
        phone_number_id=arguments.phone_number_id,
        waba_id=arguments.waba_id,
        verify_token=arguments.verify_token,
        webhook_url=arguments.webhook_url,
    )
    await simulator.start(arguments.port)
    started = {"api_base": simulator.api_base, "settings": simulator.channel_settings()}
    print(json.dumps(started), flush=True)
    await stopped.wait()
    await simulator.stop()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="python -m providers.meta_cloud.simulator", description=__doc__)
    parser.add_argument("--webhook-url", default="", help="where webhooks go")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--phone-number-id", default="401122334455667")
    parser.add_argument("--waba-id", default="198700112233445")
    for name in ("app-secret", "access-token", "verify-token"):
        parser.add_argument(f"--{name}", default="", help="left out, a random one")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
