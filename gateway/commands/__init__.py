"""The commands of `gateway`, one module each, and what they have in common."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.settings import Settings


def add_config(parser: argparse.ArgumentParser) -> None:
    """The option `--config`, the same on every command that needs it."""
    parser.add_argument(
        "--config",
        metavar="FILE",
        type=Path,
        default=Path("gateway.toml"),
        help="the configuration (default: gateway.toml in this directory)",
    )


def load_config(args: argparse.Namespace) -> Settings:
    """The settings that `--config` names. Raises `SettingsError`."""
    from gateway.settings import load

    return load(args.config)
