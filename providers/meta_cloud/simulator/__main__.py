"""`python -m providers.meta_cloud.simulator`: the simulator in a process of its own."""

from __future__ import annotations

from gateway.simulator.process import Option, run
from providers.meta_cloud.simulator.simulator import MetaSimulator

RANDOM = "left out, a random one"


def main() -> None:
    """Read the options and serve."""
    run(
        MetaSimulator,
        "python -m providers.meta_cloud.simulator",
        [
            Option("webhook-url", help="where webhooks go"),
            Option("phone-number-id", "401122334455667"),
            Option("waba-id", "198700112233445"),
            *(Option(name, help=RANDOM) for name in ("app-secret", "access-token", "verify-token")),
        ],
    )


if __name__ == "__main__":
    main()
