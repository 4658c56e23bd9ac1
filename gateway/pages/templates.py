"""Templates of a plugin's pages: jinja2, everything escaped, nothing undefined passed by in silence.

Templates are files of plugins, as trusted as their code. What contacts write is put into them as values, and
never read as a template.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    pass_context,
)
from jinja2.runtime import Context

from gateway.errors import PluginError
from gateway.hooks.plugin import display
from gateway.language.words import Words
from gateway.pages.answer import Page
from gateway.stamps import stamp

_OURS = Path(__file__).parent
#: Languages that are written from right to left.
_LEFTWARDS = frozenset({"ar", "fa", "he", "ur"})
#: What is read as a template when the plugin is loaded.
_READ = frozenset({".html", ".htm", ".txt", ".xml", ".svg", ".j2", ".jinja"})


def readable(plugin: str, folder: Path) -> None:
    """Raise `PluginError` when a template in *folder* cannot be read."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    _read_once(plugin, folder, tuple((path, *stamp(path)) for path in files))


@lru_cache(maxsize=64)
def _read_once(plugin: str, folder: Path, files: tuple[object, ...]) -> None:
    """Read them; not again while *files* are what they were: a test kit loads plugins many times."""
    Templates(plugin, folder, lambda name: name).check()


class Templates:
    """The templates of *plugin*, in *folder* (None for none). *static* gives the address of a file."""

    def __init__(self, plugin: str, folder: Path | None, static: Callable[[str], str]) -> None:
        self._plugin, self._folder, self._static = plugin, folder, static
        ours: BaseLoader = PrefixLoader({"gateway": FileSystemLoader(_OURS)})
        loaders = [ours] if folder is None else [ours, FileSystemLoader(folder)]
        self._environment = Environment(
            loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self._environment.filters |= {"money": _money, "number": _number, "date": _date, "time": _time}

    def check(self) -> None:
        """Read every template once. Raises `PluginError` with the line that cannot be read."""
        if self._folder is None:
            return
        for name in self._environment.list_templates():
            path = self._folder / name
            if name.startswith("gateway/") or not path.is_file() or path.suffix not in _READ:
                continue
            try:
                self._environment.get_template(name)
            except TemplateSyntaxError as error:
                at = display(str(error.filename or path), error.lineno)
                raise PluginError(
                    f"plugin '{self._plugin}': the template {name} cannot be read: {error.message} ({at})"
                ) from error
            except UnicodeDecodeError as error:
                raise PluginError(
                    f"plugin '{self._plugin}': the template {name} is not UTF-8: save it as UTF-8"
                ) from error

    def render(self, name: str, words: Words, values: Mapping[str, Any], *, status: int = 200) -> Page:
        """The page that the template *name* makes of *values*. Raises `PluginError` when there is none, and
        whatever goes wrong in it."""
        nonce = secrets.token_urlsafe(12)
        known = {
            "words": words,
            "t": words.t,
            "n": words.n,
            "core": words.core,
            "language": words.language,
            "direction": "rtl" if words.language in _LEFTWARDS else "ltr",
            "nonce": nonce,
            "static": self._static,
        }
        try:
            template = self._environment.get_template(name)
        except TemplateNotFound as error:
            raise PluginError(self._missing(str(error.name or name))) from error
        try:
            return Page(template.render({**known, **values}), status=status, nonce=nonce)
        except TemplateNotFound as error:
            raise PluginError(self._missing(str(error.name or name))) from error
        except TemplateError as error:
            raise PluginError(
                f"plugin '{self._plugin}': the template {name} cannot be filled in: {error.message}"
                f"{_line(error, self._folder)}"
            ) from error

    def _missing(self, name: str) -> str:
        if self._folder is None:
            return (
                f"plugin '{self._plugin}' has no template {name}: make a folder templates/ in its package, "
                f"or {self._plugin}_templates/ beside its one file"
            )
        own = [each for each in self._environment.list_templates() if not each.startswith("gateway/")]
        return (
            f"plugin '{self._plugin}' has no template {name} in {self._folder.name}/; there are: "
            + ", ".join([*own, "gateway/base.html", "gateway/message.html"])
        )


def _line(error: BaseException, folder: Path | None) -> str:
    """Where in a template of the plugin *error* came up."""
    at, trace = "", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if folder is not None and file.startswith(str(folder)):
            at = f" ({display(file, trace.tb_lineno)})"
        trace = trace.tb_next
    return at


def _words(context: Context) -> Words:
    words = context["words"]
    assert isinstance(words, Words)
    return words


@pass_context
def _money(context: Context, minor: int, currency: str) -> str:
    """``{{ order.total | money("KES") }}``"""
    return _words(context).money(minor, currency)


@pass_context
def _number(context: Context, value: int | float | Decimal) -> str:
    return _words(context).number(value)


@pass_context
def _date(context: Context, value: date | datetime, form: str = "medium") -> str:
    return _words(context).date(value, form)


@pass_context
def _time(context: Context, value: time | datetime, form: str = "short") -> str:
    return _words(context).time(value, form)
