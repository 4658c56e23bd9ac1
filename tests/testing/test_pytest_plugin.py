"""The kit as pytest loads it: in a project of its own, from its configuration to its report."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

INI = """[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
addopts = -p no:cacheprovider
"""
ECHO = """
from gateway import Chat, Handled, Message, hook

@hook.on_message
async def echo(message: Message, chat: Chat) -> Handled:
    if message.text == "fail":
        raise ValueError("no echo")
    await chat.say(message.text)
    return Handled
"""


class Project:
    """A folder with files, and pytest in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("pytest.ini", INI)
        self.write("echo.py", ECHO)

    def write(self, name: str, text: str) -> None:
        """A file."""
        (self.folder / name).write_text(text)

    def run(self, *args: str) -> tuple[int, str]:
        """The exit code and all that is printed."""
        command = [sys.executable, "-m", "pytest", "-q", *args]
        environment = {**os.environ, "COLUMNS": "200", "PYTHONDONTWRITEBYTECODE": ""}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=300
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with the plugin echo.py."""
    return Project(tmp_path)


def test_a_hundred_tests_take_seconds(project: Project) -> None:
    """A world of its own for each; measured in the processor's time, whoever else uses it."""
    project.write(
        "test_many.py",
        'import pytest\npytestmark = pytest.mark.plugins("echo.py")\n'
        '@pytest.mark.parametrize("n", range(100))\n'
        "async def test_echo(ana, n):\n"
        '    await ana.says(f"hello {n}")\n'
        '    assert await ana.sees(f"hello {n}")\n',
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code, out = project.run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert code == 0, out
    assert "100 passed" in out
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 30


NONE = """
import sys

def test_none():
    assert not {"aiohttp", "asyncpg", "gateway.app", "gateway.testing.world"} & sys.modules.keys()
"""
USUAL = """
async def test_usual(world, ana):
    assert (world.plugins, world.provider.name) == (("echo",), "twilio")
    await ana.says("hello")
    assert await ana.sees("hello")
"""
BAD = """
async def test_wrong(ana):
    await ana.says("hi")
    assert await ana.sees("bye")

async def test_own(ana):
    await ana.says("hi")
    assert ana.new == []

async def test_fails(ana):
    await ana.says("fail")
"""
TOLD = """
import pytest

@pytest.mark.plugins()
async def test_no_plugins(world): pass

@pytest.mark.plugins("ecko.py")
async def test_no_file(world): pass

@pytest.mark.plugins("ecko")
async def test_no_plugin(world): pass

@pytest.mark.provider("whatsup")
async def test_no_provider(world): pass
"""


def test_a_project_of_its_own(project: Project) -> None:
    """What the configuration names need not be named; who uses no world waits for none; failures show the
    phone and the plugin's own lines, and nothing of how the kit does it; mistakes are told in a sentence."""
    project.write("pytest.ini", INI + "gateway_plugins = echo.py\ngateway_provider = twilio\n")
    for name, text in {"a_none": NONE, "b_usual": USUAL, "c_bad": BAD, "d_told": TOLD}.items():
        project.write(f"test_{name}.py", text)
    code, out = project.run()
    assert code == 1
    assert "3 failed, 2 passed, 4 errors" in out, out
    assert "Ana does not see 'bye'" in out
    assert out.count("    < hi") >= 2
    assert "echo.py:7: ValueError" in out
    assert "while Ana says 'fail'" in out
    assert "gateway/testing" not in out.partition("ERRORS")[0] + out.rpartition("FAILURES")[2]
    assert "gateway/hooks" not in out.rpartition("FAILURES")[2]
    assert "this world has no plugins: mark the test with @pytest.mark.plugins('shop.py')" in out
    assert "there is no file" in out
    assert "there is no plugin 'ecko'" in out
    assert "there is no provider 'whatsup'" in out


def test_options_run_each_test_for_each_provider(project: Project) -> None:
    """--provider all, without a mark; a test with a mark keeps to its own."""
    project.write("conftest.py", "import pytest\n@pytest.fixture\ndef plugins():\n    return ['echo.py']\n")
    project.write(
        "test_two.py",
        "import pytest\n"
        "async def test_echo(world):\n    assert world.plugins == ('echo',)\n"
        "@pytest.mark.provider('twilio')\n"
        "async def test_twilio(world):\n    assert world.provider.name == 'twilio'\n",
    )
    code, out = project.run("--provider", "all", "-v", "-v")
    assert code == 0, out
    assert set(re.findall(r"test_echo\[(\w+)\]", out)) == {"meta_cloud", "dialog360", "twilio"}
    assert "4 passed" in out


def test_a_database_that_there_is_not_is_told(project: Project) -> None:
    """With those that there are."""
    project.write(
        "test_one.py",
        "import pytest\n\n@pytest.mark.plugins('echo.py')\n@pytest.mark.database('postgresql')\n"
        "async def test_one(ana):\n    await ana.says('hi')\n",
    )
    code, out = project.run()
    assert code != 0
    assert "there is no database 'postgresql'; there are: sqlite, postgres, both" in out
