"""`python -m tests.golden`, or `make golden`: writes the golden files anew, and says which changed."""

from __future__ import annotations

from tests.golden.files import present, wanted


def main() -> None:
    """Write what differs, and take away what nothing makes any more."""
    old, new = present(), wanted()
    for path in sorted(old.keys() - new.keys()):
        path.unlink()
        print("removed", path.name)
    for path, text in new.items():
        if old.get(path) != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            print("wrote", f"{path.parent.name}/{path.name}")


if __name__ == "__main__":
    main()
