"""`HookFailed`: what went wrong in a plugin's hook, in words that may be logged and in words that may not."""

from __future__ import annotations

from types import CoroutineType, TracebackType
from typing import Any, Literal

from gateway.errors import GatewayError
from gateway.hooks.plugin import Plugin, display
from gateway.settings import texts

#: The longest *detail* that is kept, in characters.
DETAIL = 2000
#: Characters; a shorter text of a plugin's settings is no secret.
SHORT = 8


class HookFailed(GatewayError):
    """A hook raised, or missed its deadline; its work must be undone.

    *message* carries the exception's type and place only: it may be logged. *detail* adds the
    exception's own text, which may quote a customer: it is for the dead letter.
    """

    def __init__(
        self,
        plugin: str,
        hook: str,
        kind: Literal["error", "timeout"],
        message: str,
        *,
        detail: str = "",
        cause: BaseException | None = None,
    ) -> None:
        self.plugin, self.hook = plugin, hook
        self.kind: Literal["error", "timeout"] = kind
        self.message, self.detail, self.cause = message, detail or message, cause
        super().__init__(message)


def raised(plugin: Plugin, hook: str, error: BaseException) -> HookFailed:
    """The failure of a hook that raised *error*."""
    at = _innermost(plugin, error.__traceback__)
    if not at and error.__cause__ is not None:  # a StopIteration, which Python wraps outside of the function
        at = _innermost(plugin, error.__cause__.__traceback__)
    at = at or plugin.lines.get(hook, "no source")
    kind = type(error).__name__
    text = _text(error)
    who = f"plugin '{plugin.name}' {hook} raised {kind}"
    detail = f"{who}{': ' if text else ''}{text} ({at})"
    return HookFailed(plugin.name, hook, "error", f"{who} ({at})", detail=detail, cause=error)


def without(detail: str, settings: Any) -> str:
    """*detail* without the texts of a plugin's *settings*, which may be secrets: an exception may quote them.
    Those of fewer than `SHORT` characters stay, for they are words like any other."""
    return texts.without(detail, (each for each in texts.texts(settings) if len(each) >= SHORT))


def overdue(plugin: Plugin, hook: str, deadline: float, at: str) -> HookFailed:
    """The failure of a hook that was still waiting at its *deadline* (seconds)."""
    at = at or plugin.lines.get(hook, "no source")
    job = hook.startswith("job ")
    advice = "give it a longer timeout, or less to do" if job else "move slow work to a job"
    message = f"plugin '{plugin.name}' {hook} took longer than {deadline:g}s; {advice} ({at})"
    return HookFailed(plugin.name, hook, "timeout", message)


def blocking(plugin: Plugin, hook: str, seconds: float) -> HookFailed:
    """The failure of a hook that held the event loop for *seconds* without an await."""
    message = (
        f"plugin '{plugin.name}' {hook} blocked every other tenant for {seconds:.1f}s; "
        f"await instead of waiting, or move the work to a job ({plugin.lines.get(hook, 'no source')})"
    )
    return HookFailed(plugin.name, hook, "timeout", message)


def went_on(plugin: str, hook: str, error: Exception) -> HookFailed:
    """The failure of a hook that caught the database's refusal and returned: nothing of it can be kept."""
    message = (
        f"plugin '{plugin}' {hook} went on after the database had refused a statement; "
        "let the exception pass, or write 'on conflict do nothing'"
    )
    return HookFailed(plugin, hook, "error", message, detail=f"{message}: {_text(error)}", cause=error)


def waiting_at(plugin: Plugin, coroutine: CoroutineType[Any, Any, Any]) -> str:
    """``file:line`` of the innermost line of the plugin at which *coroutine* waits; "" when unknown."""
    at = ""
    inner: object = coroutine
    while isinstance(inner, CoroutineType):
        frame = inner.cr_frame
        if frame is not None and plugin.owns(frame.f_code.co_filename):
            at = display(frame.f_code.co_filename, frame.f_lineno)
        inner = inner.cr_await
    return at


def _innermost(plugin: Plugin, traceback: TracebackType | None) -> str:
    """``file:line`` of the innermost frame in the plugin's own files."""
    found: TracebackType | None = None
    while traceback is not None:
        if plugin.owns(traceback.tb_frame.f_code.co_filename):
            found = traceback
        traceback = traceback.tb_next
    return display(found.tb_frame.f_code.co_filename, found.tb_lineno) if found else ""


def _text(error: BaseException) -> str:
    """The exception's own words, cut; a plugin's exception may even fail at saying them."""
    try:
        return str(error)[:DETAIL]
    except Exception:
        return "(its text cannot be read)"
