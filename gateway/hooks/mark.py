"""`hook`: one typed decorator per hook, on top of pluggy's marker.

``@hook.on_message`` works on a function of any name and gives back the very function. What pluggy would
find at load time (a wrong argument, a plain ``def``, a hook that does not exist) a type checker finds here.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from pluggy import HookimplMarker

from gateway.errors import PluginError
from gateway.hooks.handled import Handled
from gateway.hooks.shapes import AnyBare, AnyOfEvent, AnyOfMessage, AnyOfStatus
from gateway.hooks.specs import PROJECT, hook_arguments

if TYPE_CHECKING:
    from msgspec import Struct

    from gateway.hooks.offers import CliCommand, Command, Metric
    from gateway.hooks.personal import PersonalData
    from gateway.hooks.shapes import AnyOfSeen
    from gateway.jobs.job import Recurring
    from gateway.pages.route import PluginRoute

_marker = HookimplMarker(PROJECT)

OnMessage = TypeVar("OnMessage", bound=AnyOfMessage[Handled | None])
OnAnyMessage = TypeVar("OnAnyMessage", bound=AnyOfMessage[None])
OnStatus = TypeVar("OnStatus", bound=AnyOfStatus[None])
OnEvent = TypeVar("OnEvent", bound=AnyOfEvent[None])
OnProcess = TypeVar("OnProcess", bound=AnyBare[None])
OnSeen = TypeVar("OnSeen", bound="AnyOfSeen[None]")
Collector = TypeVar("Collector", bound=Callable[..., Any])
Commands = TypeVar("Commands", bound="Callable[..., Sequence[Command]]")
Events = TypeVar("Events", bound="Callable[..., Sequence[type[Struct]]]")
Jobs = TypeVar("Jobs", bound="Callable[..., Sequence[Recurring]]")
Routes = TypeVar("Routes", bound="Callable[..., Sequence[PluginRoute]]")
Metrics = TypeVar("Metrics", bound="Callable[..., Sequence[Metric]]")
Personal = TypeVar("Personal", bound="Callable[..., Sequence[PersonalData]]")
Cli = TypeVar("Cli", bound="Callable[..., Sequence[CliCommand]]")

#: What `on` and `collect` leave on a function: the names it was given. What is in OPTIONAL is in ON too.
ON, OPTIONAL, COLLECT = "gateway_on", "gateway_optional", "gateway_collect"


class Hook:
    """The decorators. Each marks its function as the implementation of the hook of the same name."""

    __slots__ = ()

    def on_message(self, function: OnMessage) -> OnMessage:
        """Mark ``(message, chat) -> Handled | None``."""
        return _marker(function, specname="on_message")

    def on_any_message(self, function: OnAnyMessage) -> OnAnyMessage:
        """Mark ``(message, chat) -> None``."""
        return _marker(function, specname="on_any_message")

    def on_status(self, function: OnStatus) -> OnStatus:
        """Mark ``(status, chat) -> None``."""
        return _marker(function, specname="on_status")

    def on_event(self, function: OnEvent) -> OnEvent:
        """Mark ``(event, chat) -> None``."""
        return _marker(function, specname="on_event")

    def on_start(self, function: OnProcess) -> OnProcess:
        """Mark ``() -> None``."""
        return _marker(function, specname="on_start")

    def on_stop(self, function: OnProcess) -> OnProcess:
        """Mark ``() -> None``."""
        return _marker(function, specname="on_stop")

    def on(self, event: str, *, optional: bool = False) -> Callable[[OnSeen], OnSeen]:
        """Mark ``(event, chat) -> None``, called with an `EventSeen` when a plugin emits *event*. With
        *optional* no plugin needs to: nothing is said while none that is installed registers the event."""

        _check_named("on", event, "order_placed")

        def mark(function: OnSeen) -> OnSeen:
            for left in (ON, OPTIONAL) if optional else (ON,):
                setattr(function, left, (*getattr(function, left, ()), event))
            return function

        return mark

    def collect(self, name: str) -> Callable[[Collector], Collector]:
        """Mark a plain function ``(question, settings) -> answer | None`` that answers
        `chat.collect(name)`."""

        _check_named("collect", name, "shipping_price")

        def mark(function: Collector) -> Collector:
            setattr(function, COLLECT, (*getattr(function, COLLECT, ()), name))
            return function

        return mark

    def register_commands(self, function: Commands) -> Commands:
        """Mark ``() -> [Command, …]``."""
        return _marker(function, specname="register_commands")

    def register_events(self, function: Events) -> Events:
        """Mark ``() -> [OrderPlaced, …]``."""
        return _marker(function, specname="register_events")

    def register_jobs(self, function: Jobs) -> Jobs:
        """Mark ``() -> [Recurring, …]``."""
        return _marker(function, specname="register_jobs")

    def register_routes(self, function: Routes) -> Routes:
        """Mark ``() -> [public_page(…), …]``."""
        return _marker(function, specname="register_routes")

    def register_metrics(self, function: Metrics) -> Metrics:
        """Mark ``() -> [Metric, …]``."""
        return _marker(function, specname="register_metrics")

    def register_personal_data(self, function: Personal) -> Personal:
        """Mark ``() -> [PersonalData, …]``."""
        return _marker(function, specname="register_personal_data")

    def register_cli(self, function: Cli) -> Cli:
        """Mark ``() -> [CliCommand, …]``."""
        return _marker(function, specname="register_cli")

    if not TYPE_CHECKING:  # a type checker must see that the attribute does not exist

        def __getattr__(self, name: str) -> NoReturn:
            raise AttributeError(no_such_hook(name), name=name, obj=self)


def _check_named(decorator: str, name: object, example: str) -> None:
    """Raise `PluginError` where the decorator was written without its name."""
    if not isinstance(name, str) or not name:
        raise PluginError(f'@hook.{decorator} needs a name: write @hook.{decorator}("{example}")')


def no_such_hook(name: str) -> str:
    """The sentence for a hook that does not exist, with the nearest one that does."""
    hooks = list(hook_arguments())
    near = difflib.get_close_matches(name, hooks, n=1)
    return f"no hook named '{name}'; " + (
        f"did you mean '{near[0]}'?" if near else f"hooks are {', '.join(hooks)}"
    )


#: The namespace of the decorators: ``@hook.on_message``.
hook = Hook()
