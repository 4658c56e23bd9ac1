"""`gateway new plugin NAME` and `gateway new provider NAME`: a package that is green at birth."""

from __future__ import annotations

import argparse
from pathlib import Path

NAME = "new"
HELP = "write a new plugin or provider: a package with tests that pass"

_EXAMPLE = """example:
  gateway new plugin greeter          writes ./greeter; then: cd greeter && gateway chat
  gateway new provider carrier        writes ./carrier, a provider that passes the conformance suite
  gateway new plugin greeter --in ~/projects"""

_NEXT = {
    "plugin": """
  cd {folder}
  gateway chat                        talk with it at once; save src/{name}/__init__.py, and it is new
  pip install -e '.[test]'            then pytest and mypy, both green
  gateway serve                       runs it, once gateway.toml names a channel of yours
""",
    "provider": """
  cd {folder}
  pip install -e '.[test]'            then pytest: the conformance suite, green
  gateway chat                        talk through its simulator
  src/{name}/parse.py and send.py     are where your provider's words go
""",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """What, its name, and --in."""
    parser.epilog = _EXAMPLE
    parser.add_argument("kind", choices=("plugin", "provider"), help="what to write")
    parser.add_argument("name", help="its name: a-z, 0-9 and _")
    parser.add_argument("--in", dest="folder", metavar="FOLDER", type=Path, help="where (default: here)")


def run(args: argparse.Namespace) -> int:
    """Write it, and say what to do next."""
    from gateway.cli import COMMANDS
    from gateway.scaffold.names import checked
    from gateway.scaffold.render import rendered, write

    name = checked(args.kind, args.name, COMMANDS)
    folder = (args.folder or Path()) / name
    texts = rendered(args.kind, name)
    write(folder, texts)
    for path in sorted(texts):
        print(folder / path)
    print(_NEXT[args.kind].format(folder=folder, name=name), end="")
    return 0
