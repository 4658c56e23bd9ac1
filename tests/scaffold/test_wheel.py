"""The wheel, installed where nothing of this repository is: what `gateway new` writes is green beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class Fresh:
    """A virtual environment of its own. Of this one it sees the libraries that others wrote, so that nothing
    is fetched; the gateway is in it by its wheel only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder, with_pip=False)
        self.python = folder / "bin" / "python"
        self.site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
        self._borrow(Path(sysconfig.get_path("purelib")), folder / "borrowed")

    def _borrow(self, libraries: Path, into: Path) -> None:
        """Links to all that is installed here, but for the gateway itself and its editable traces."""
        into.mkdir()
        for each in libraries.iterdir():
            if (
                not each.name.lower().startswith(("channel_gateway", "__editable__"))
                and each.suffix != ".pth"
            ):
                (into / each.name).symlink_to(each)
        (self.site / "borrowed.pth").write_text(f"{into}\n")

    def install(self, *what: str) -> None:
        """With this environment's pip, from what is at hand only."""
        options = [
            "--quiet",
            "--no-index",
            "--no-deps",
            "--no-build-isolation",
            "--disable-pip-version-check",
        ]
        pip = [sys.executable, "-m", "pip", "--python", str(self.python), "install", *options, *what]
        ran = subprocess.run(pip, capture_output=True, text=True, timeout=120)
        assert ran.returncode == 0, ran.stdout + ran.stderr

    def run(self, *command: str, cwd: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a module of it in *cwd*, where nothing of this repository is."""
        around = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        around["MYPY_CACHE_DIR"] = str(self.folder / "mypy")  # the second of two has read the gateway already
        return subprocess.run(
            [str(self.python), "-m", *command],
            cwd=cwd, input=typed, capture_output=True, text=True, timeout=180, env=around,
        )  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy of the sources, so that nothing of an older build is in it."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "source"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "gateway", "providers", "plugins"):
        if (ROOT / name).exists():
            _copy(ROOT / name, copy / name)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(copy)]
    ran = subprocess.run(build, capture_output=True, text=True, timeout=180)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    [made] = folder.glob("*.whl")
    return made


def _copy(source: Path, to: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, to, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, to)


@pytest.fixture(scope="module")
def fresh(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """An environment with the wheel."""
    made = Fresh(tmp_path_factory.mktemp("fresh") / "venv")
    made.install(str(wheel))
    return made


@pytest.fixture(scope="module")
def project(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a new plugin and a new provider, both installed."""
    folder = tmp_path_factory.mktemp("project")
    for kind, name in (("plugin", "greeter"), ("provider", "carrier")):
        ran = fresh.run("gateway", "new", kind, name, cwd=folder)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    fresh.install("-e", str(folder / "greeter"), "-e", str(folder / "carrier"))
    return folder


def test_the_gateway_is_the_wheels(fresh: Fresh, tmp_path: Path) -> None:
    """Nothing of this repository is seen, and `gateway` is there as a command."""
    (tmp_path / "where.py").write_text("import gateway; print(gateway.__file__)")
    assert str(fresh.site) in fresh.run("where", cwd=tmp_path).stdout
    command = subprocess.run(
        [fresh.folder / "bin" / "gateway", "--version"], cwd=tmp_path, capture_output=True, text=True
    )
    assert command.stdout.startswith("gateway 0."), command.stderr


@pytest.mark.parametrize("name", ["greeter", "carrier"])
def test_its_tests_and_its_types_are_green(fresh: Fresh, project: Path, name: str) -> None:
    """A plugin's five tests; a provider's conformance suite; mypy, strictly."""
    ran = fresh.run("pytest", "-q", "-p", "no:cacheprovider", cwd=project / name)
    assert ran.returncode == 0, ran.stdout[-5000:] + ran.stderr
    typed = fresh.run("mypy", cwd=project / name)
    assert typed.returncode == 0, typed.stdout + typed.stderr


def test_it_is_known_once_it_is_installed(fresh: Fresh, project: Path) -> None:
    """`gateway plugins` lists it, and `gateway chat` talks with what is installed."""
    listed = fresh.run("gateway", "plugins", cwd=project / "greeter")
    assert "greeter" in listed.stdout, listed.stdout + listed.stderr
    chatted = fresh.run(
        "gateway", "chat", "--provider", "carrier", cwd=project / "greeter", typed="feedback\n"
    )
    assert "greeter, basics, as +254700000001 on a simulated carrier." in chatted.stdout, (
        chatted.stdout + chatted.stderr
    )
    assert "from 1 to 5?" in chatted.stdout


@pytest.mark.parametrize("name", ["plugins", "providers"])
def test_a_package_that_hides_ours_is_named(fresh: Fresh, project: Path, name: str, tmp_path: Path) -> None:
    """A foreign `plugins/__init__.py` beside the wheel: `gateway check` says which file it is."""
    (tmp_path / "gateway.toml").write_text((project / "greeter" / "gateway.toml").read_text())
    before = fresh.run("gateway", "check", cwd=tmp_path)
    assert "hides the namespace" not in before.stdout + before.stderr

    culprit = tmp_path / "foreign" / name / "__init__.py"
    culprit.parent.mkdir(parents=True)
    culprit.write_text("")
    beside = fresh.site / "foreign.pth"
    beside.write_text(f"{culprit.parents[1]}\n")
    try:
        ran = fresh.run("gateway", "check", cwd=tmp_path)
    finally:
        beside.unlink()
    assert ran.returncode != 0
    assert f"{culprit} hides the namespace '{name}'" in ran.stdout + ran.stderr
