"""`gateway commerce sample`: a shop to try, on the shelf in a moment."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from gateway import CliCommand, CliContext
from plugins.commerce.sample import draw
from plugins.commerce.sample.put import stock_up


async def load(args: argparse.Namespace, context: CliContext) -> int:
    """Draw the pictures, keep them as files, and put the goods on the shelf."""
    pictures = {}
    for name in draw.NAMES:
        file = await context.keep(draw.picture(name), filename=f"{name}.jpg", public=True)
        pictures[name] = [file.id, file.link]
    told = await context.work(stock_up, pictures, datetime.now(UTC).isoformat())
    print(
        f"the sample shop: {told['new']} products are new, {told['there']} were there; try the code KARIBU10"
    )
    return 0


COMMAND = CliCommand(
    "sample", "put a small shop with pictures on the shelf, to try it; again is the same", load
)
