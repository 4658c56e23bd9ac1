"""`python -m gateway.testing.conformance [--store URL] [NAME…]`: the table of the installed providers, or of
those that are named. The exit code is 1 when a case failed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from gateway.installed import load_providers
from gateway.settings import StoreSettings
from gateway.testing.conformance.table import quiet, table, tried


def main(words: Sequence[str] | None = None) -> int:
    """Run all cases and print the table."""
    parser = argparse.ArgumentParser(prog="python -m gateway.testing.conformance", description=__doc__)
    parser.add_argument("--store", default="", help="a fresh database: postgresql://… (usually SQLite)")
    parser.add_argument("--migrate-store", default="", help="the same database for the role that migrates")
    parser.add_argument("--worker-store", default="", help="the same database for the role of workers")
    parser.add_argument("provider", nargs="*", help="names of installed providers (usually all)")
    asked = parser.parse_args(words)
    providers = load_providers()
    if unknown := set(asked.provider) - providers.keys():
        parser.error(f"no provider is called {min(unknown)!r}; installed are {', '.join(sorted(providers))}")
    if asked.store and len(asked.provider) != 1:
        parser.error("a database is for one provider: name it")
    quiet()
    store = StoreSettings(asked.store, asked.migrate_store, asked.worker_store)
    results = {name: tried(providers[name], store) for name in asked.provider or sorted(providers)}
    print(table(results))
    return int(any(one.result == "failed" for outcomes in results.values() for one in outcomes))


if __name__ == "__main__":
    sys.exit(main())
