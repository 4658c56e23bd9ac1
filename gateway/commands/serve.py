"""`gateway serve`: run the gateway until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os

from gateway.commands import add_config, load_config
from gateway.settings import Settings

NAME = "serve"
HELP = "run the gateway"
#: Seconds that sends under way get to end after SIGTERM: as long as a provider may take to answer.
SENDS = 30.0


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's own options."""
    add_config(parser)
    parser.epilog = "example: gateway serve --config gateway.toml"
    parser.add_argument("--strict", action="store_true", help="a plugin that fails to load stops the start")
    parser.add_argument(
        "--no-plugins", action="store_true", help="start without any plugin, as GATEWAY_PLUGINS= does"
    )
    parser.add_argument(
        "--grace", type=float, default=0.0, metavar="SECONDS",
        help="after SIGTERM, stay up and not ready for so long, until a balancer has noticed",
    )  # fmt: skip
    parser.add_argument(
        "--deadline", type=float, default=60.0, metavar="SECONDS",
        help="end at once when the drain after SIGTERM (and the grace) takes longer (default: %(default)g)",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Serve; SIGTERM and SIGINT drain, a second one ends at once."""
    import uvloop

    from gateway.hooks.loading import SWITCH
    from gateway.observe import configure_logging, configure_sentry

    if args.no_plugins:
        os.environ[SWITCH] = ""
    configure_logging()
    configure_sentry(os.environ.get("SENTRY_DSN", ""))
    settings = load_config(args)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, strict=args.strict, grace=args.grace, deadline=args.deadline))
    return 0


async def _serve(settings: Settings, *, strict: bool, grace: float, deadline: float) -> None:
    from gateway.app import Gateway
    from gateway.commands.ending import Ending

    gateway = Gateway(settings, strict=strict)
    ending = Ending(gateway, grace + deadline)
    ending.listen()
    await gateway.start()
    _calm_collector()
    await ending.asked.wait()
    await gateway.stop(grace=grace, seconds=SENDS * 2)


def _calm_collector() -> None:
    """What was loaded at start lives for ever: the collector need not look at it again and again, nor
    run every 700 allocations. Measured: an eighth of the CPU under load."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
