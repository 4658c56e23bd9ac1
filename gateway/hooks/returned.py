"""What a plugin's `register_<nouns>` return: called once, while it is loaded, and every piece checked."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from gateway.errors import GatewayError, PluginError
from gateway.hooks.checks import Implementation
from gateway.hooks.offers import CliCommand, Command, Metric
from gateway.hooks.personal import PersonalData
from gateway.hooks.personal_checks import problems
from gateway.hooks.plugin import where
from gateway.jobs.job import Job, Recurring
from gateway.language.codes import is_language
from gateway.language.fold import fold
from gateway.pages.checked import checked
from gateway.pages.route import PluginRoute

_COMMAND = re.compile(r"[a-z][a-z0-9_-]*")
_METRIC = re.compile(r"[a-z][a-z0-9_]*")
_LABEL = re.compile(r"(?!__)[a-z_][a-z0-9_]*")
_METRIC_KINDS = ("counter", "gauge", "histogram")
#: Labels that a histogram and a summary have of their own.
_TAKEN_LABELS = ("le", "quantile")

#: Each hook with what one piece of its list is, and how one is written.
PIECES: Mapping[str, tuple[type[Any], str]] = {
    "register_commands": (Command, 'Command("cart", ["cart"], "What is in your cart", show_cart)'),
    "register_events": (type, "the class of a Struct with a tag, such as OrderPlaced"),
    "register_jobs": (Recurring, 'Recurring(remind, daily("08:00"))'),
    "register_routes": (PluginRoute, 'public_page("/menu", menu), api(…) or webhook(…)'),
    "register_metrics": (Metric, 'Metric("orders", "Orders placed")'),
    "register_cli": (CliCommand, 'CliCommand("import", "read products from a file", run)'),
    "register_personal_data": (PersonalData, 'PersonalData("shop_order", contact="contact")'),
}


class Returned:
    """What the plugin *name* returns from its hooks *found*. Every method raises `PluginError`."""

    def __init__(self, name: str, found: Mapping[str, Implementation]) -> None:
        self._name, self._found = name, found

    def commands(self) -> tuple[Command, ...]:
        """Its commands: no name twice, no words twice in one language."""
        hook, pieces = "register_commands", self._pieces("register_commands")
        self._once(hook, "command", (each.name for each in pieces))
        seen: dict[tuple[str, str], str] = {}
        for each in pieces:
            self._named(hook, "command", each.name, _COMMAND)
            if not inspect.iscoroutinefunction(each.run):
                raise self._wrong(hook, f"run of the command '{each.name}' must be 'async def'", each.run)
            for key in sorted(self._words(each)):
                if key in seen:
                    problem = f"the commands '{seen[key]}' and '{each.name}' have one word, '{key[1]}'"
                    raise self._wrong(hook, f"{problem} ({key[0]}); take it from one of them")
                seen[key] = each.name
        return pieces

    def _words(self, command: Command) -> set[tuple[str, str]]:
        words, hook = command.words, "register_commands"
        lists = list(words.values()) if isinstance(words, Mapping) else [words]
        if not words or any(isinstance(each, str) for each in lists):
            problem = f"the words of the command '{command.name}' must be a list, or a list for each language"
            raise self._wrong(hook, f'{problem}: ["cart"] or {{"en": ["cart"], "es": ["carrito"]}}')
        for language in words if isinstance(words, Mapping) else ():
            if not is_language(language):
                problem = f"{language!r} is no language that words of the command '{command.name}' can have"
                raise self._wrong(hook, f'{problem}; write its code: "en", "es", "sw"')
        if not all(said for _, said in spoken(command)):
            raise self._wrong(hook, f"the command '{command.name}' has an empty word; take it away")
        return spoken(command)

    def events(self) -> dict[str, type[Struct]]:
        """Its events by name."""
        hook, found = "register_events", dict[str, type[Struct]]()
        for shape in self._pieces(hook):
            said = getattr(shape, "__name__", repr(shape))
            if not issubclass(shape, Struct):
                remedy = f'class {said}(Struct, tag="order_placed")'
                raise self._wrong(hook, f"{said} is no event; an event is a msgspec.Struct: {remedy}")
            tag = shape.__struct_config__.tag
            if not isinstance(tag, str) or not tag:
                remedy = f'class {said}(Struct, frozen=True, tag="{_snake(said)}")'
                raise self._wrong(hook, f"the event {said} has no name; give it a tag: {remedy}")
            if tag in found:
                raise self._wrong(hook, f"two events are called '{tag}'; give one another tag")
            found[tag] = shape
        return found

    def recurring(self, jobs: Mapping[str, Job[..., Any]]) -> tuple[Recurring, ...]:
        """Its recurring jobs; each has to be one of *jobs*, the plugin's own."""
        hook, pieces = "register_jobs", self._pieces("register_jobs")
        for each in pieces:
            if not isinstance(each.job, Job) or each.job.name not in jobs:
                said = getattr(each.job, "__name__", repr(each.job))
                raise self._wrong(
                    hook, f"{said} is no job of the plugin; mark the function @job in its modules"
                )
        return pieces

    def routes(self) -> tuple[PluginRoute, ...]:
        """Its routes: one for a method and a path."""
        return checked(self._name, self._pieces("register_routes"))

    def metrics(self) -> tuple[Metric, ...]:
        """Its metrics."""
        hook, pieces = "register_metrics", self._pieces("register_metrics")
        self._once(hook, "metric", (each.name for each in pieces))
        for each in pieces:
            self._named(hook, "metric", each.name, _METRIC)
            for problem in _wrong_in(each):
                raise self._wrong(hook, f"the metric '{each.name}' {problem}")
        return pieces

    def cli(self) -> tuple[CliCommand, ...]:
        """Its commands for the terminal. A plugin that is called like one of the gateway's has none."""
        from gateway.cli import COMMANDS

        hook, pieces = "register_cli", self._pieces("register_cli")
        if pieces and self._name in COMMANDS:
            problem = f"`gateway {self._name}` is a command of the gateway, so nobody could call the plugin's"
            raise self._wrong(hook, f"{problem}; rename the plugin")
        self._once(hook, "command", (each.name for each in pieces))
        for each in pieces:
            self._named(hook, "command", each.name, _COMMAND)
            if not isinstance(each.help, str) or not callable(each.run):
                raise self._wrong(
                    hook, f"the command '{each.name}' needs a line of help and a function to run"
                )
        return pieces

    def personal(self) -> tuple[PersonalData, ...]:
        """What its tables hold of people."""
        hook, pieces = "register_personal_data", self._pieces("register_personal_data")
        for each in pieces:
            for problem in problems(each):
                raise self._wrong(hook, problem)
        return pieces

    def _pieces(self, hook: str) -> tuple[Any, ...]:
        """What *hook* returns, () when the plugin has no such hook."""
        one = self._found.get(hook)
        if one is None:
            return ()
        try:
            given = one.function()
        except GatewayError as error:  # a refusal of ours, such as that of a route: it says what to write
            raise self._wrong(hook, str(error)) from error
        except (Exception, SystemExit) as error:
            text = f": {error}" if str(error) else ""
            raise self._wrong(hook, f"it raised {type(error).__name__}{text}") from error
        kind, example = PIECES[hook]
        if not isinstance(given, Iterable) or isinstance(given, str | bytes | Mapping):
            raise self._wrong(hook, f"it returned {_said(given)}; return a list: [{example}]")
        pieces = tuple(given)
        for each in pieces:
            if not isinstance(each, kind):
                raise self._wrong(hook, f"{_said(each)} is in its list; each piece is {example}")
        return pieces

    def _once(self, hook: str, what: str, names: Iterable[str]) -> None:
        seen = set[str]()
        for name in names:
            if name in seen:
                raise self._wrong(hook, f"it returns two {what}s '{name}'; keep one, or rename one")
            seen.add(name)

    def _named(self, hook: str, what: str, name: str, pattern: re.Pattern[str]) -> None:
        if not pattern.fullmatch(name):
            raise self._wrong(
                hook, f"a {what} cannot be called {name[:60]!r}; write small letters, as '{what}_1'"
            )

    def _wrong(self, hook: str, problem: str, at: Callable[..., Any] | None = None) -> PluginError:
        place = where(at if at is not None else self._found[hook].function)
        return PluginError(f"plugin '{self._name}' {hook}: {problem} ({place})")


def _wrong_in(metric: Metric) -> Iterator[str]:
    """What is wrong with *metric*; nothing else says so before /metrics is asked for."""
    labels: Any = metric.labels  # as written, which need not be what they are said to be
    buckets: Any = metric.buckets
    if metric.kind not in _METRIC_KINDS:
        yield f"is of the kind {metric.kind!r}; write one of {', '.join(_METRIC_KINDS)}"
    if not metric.help:
        yield "has no help; write a line that says what it counts"
    if isinstance(labels, str) or len(set(labels)) < len(labels):
        yield f'has the labels {labels!r}; write each once, in a tuple: labels=("size",)'
    for label in labels:
        if not _LABEL.fullmatch(str(label)) or label in _TAKEN_LABELS:
            yield f"cannot have a label {label!r}"
    if buckets and (
        metric.kind != "histogram"
        or not all(isinstance(each, int | float) and math.isfinite(each) for each in buckets)
        or list(buckets) != sorted(set(buckets))
    ):
        yield "has buckets that are not a histogram's: write numbers, from the smallest to the largest"


def spoken(command: Command) -> set[tuple[str, str]]:
    """(language, words as they are compared) of *command*."""
    words = command.words
    lists: Mapping[str, Sequence[str]] = words if isinstance(words, Mapping) else {"en": words}
    return {(language, fold(each)) for language, several in lists.items() for each in several}


def _said(value: object) -> str:
    """What *value* is, for somebody who did not mean it."""
    if value is None:
        return "None"
    if inspect.isclass(value):
        return f"the class {value.__name__}"
    return f"a {type(value).__name__}"


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
