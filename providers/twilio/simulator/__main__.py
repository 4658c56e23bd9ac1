"""`python -m providers.twilio.simulator`: the simulator in a process of its own."""

from __future__ import annotations

from gateway.simulator.process import Option, run
from providers.twilio.simulator.simulator import TwilioSimulator


def main() -> None:
    """Read the options and serve."""
    run(
        TwilioSimulator,
        "python -m providers.twilio.simulator",
        [
            Option("webhook-url", help="where webhooks go; #rc=3&rp=5xx asks for retries"),
            Option("fallback-url", help="where they go when that fails"),
            Option("number", "+15550104477"),
            Option("account-sid", "AC00000000000000000000000000000009"),
            Option("auth-token", help="left out, a random one"),
            Option("messaging-service-sid", help="left out, senders are in no service"),
        ],
    )


if __name__ == "__main__":
    main()
