"""Error reports to Sentry: types and places, nothing that a customer or a provider wrote.

An event is rebuilt from an allow-list before it leaves, because a deny-list forgets. Expected errors
(a full queue, a dead token, a customer's mistake) are metrics, not reports.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from gateway.observe.redact import clean, mask, without_query

if TYPE_CHECKING:
    from sentry_sdk.transport import Transport
    from sentry_sdk.types import Breadcrumb, BreadcrumbHint, Event, Hint

_TAGS = frozenset(
    {"tenant", "provider", "channel", "plugin", "hook", "stage", "provider_code", "engine", "schema"}
)
_EVENT = ("event_id", "timestamp", "level", "platform", "release", "environment", "sdk", "type")
_FRAME = (
    "filename",
    "abs_path",
    "function",
    "module",
    "lineno",
    "in_app",
    "context_line",
    "pre_context",
    "post_context",
)
_CRUMB = ("timestamp", "level", "type", "category")
_DATA = ("method", "status_code")


def configure_sentry(
    dsn: str, *, release: str = "", transport: type[Transport] | Transport | None = None
) -> bool:
    """Start reporting to *dsn*; False, and nothing is set up, when it is empty.

    `send_default_pii` stays at its default, which is off: newer SDKs deprecate naming it.
    """
    if not dsn:
        return False
    import sentry_sdk  # takes a tenth of the start
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.scrubber import EventScrubber

    sentry_sdk.init(
        dsn=dsn,
        release=release or None,
        transport=transport,
        include_local_variables=False,  # locals hold bodies and tokens
        max_request_body_size="never",
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[ExcepthookIntegration(), AtexitIntegration(callback=lambda pending, timeout: None)],
        event_scrubber=EventScrubber(recursive=True),
        before_send=_before_send,
        before_send_transaction=_nothing,
        before_send_log=_nothing,  # a plugin may call the SDK's own logger
        before_send_metric=_nothing,
        before_breadcrumb=_before_breadcrumb,
        traces_sample_rate=None,
        auto_session_tracking=False,
        server_name="",
        in_app_include=["gateway", "providers", "plugins"],
        shutdown_timeout=2,
    )
    return True


def report(error: BaseException, **tags: str) -> None:
    """Report *error*. Tags: tenant, provider, channel, plugin, hook, stage, provider_code, engine, schema."""
    if "sentry_sdk" not in sys.modules:  # nobody has set it up, a plugin neither
        return
    import sentry_sdk

    with sentry_sdk.new_scope() as scope:
        for name, value in tags.items():
            scope.set_tag(name, value)
        scope.capture_exception(error)


def _before_send(event: Event, hint: Hint) -> Event | None:
    source: dict[str, Any] = dict(event)
    kept = {name: source[name] for name in _EVENT if name in source}
    kept["tags"] = {
        name: mask(without_query(str(value))) for name, value in _tags(source).items() if name in _TAGS
    }
    errors = [_error(each) for each in (source.get("exception") or {}).get("values") or []]
    if errors:
        kept["exception"] = {"values": errors}
        kept["fingerprint"] = _fingerprint(kept["tags"], errors[-1])
    else:
        kept["message"] = "an event without an exception"
    crumbs = (source.get("breadcrumbs") or {}).get("values") or []
    kept["breadcrumbs"] = {"values": [_crumb(each) for each in crumbs]}
    rebuilt: Event = kept  # type: ignore[assignment]  # the SDK's TypedDict, built key by key
    return rebuilt


def _nothing(item: Any, hint: Hint) -> None:
    """For kinds of telemetry that we do not send."""


def _before_breadcrumb(crumb: Breadcrumb, hint: BreadcrumbHint) -> Breadcrumb | None:
    return _crumb(crumb)


def _crumb(crumb: dict[str, Any]) -> dict[str, Any]:
    kept = {name: crumb[name] for name in _CRUMB if name in crumb}
    kept["category"] = mask(without_query(str(crumb.get("category") or "")))
    kept["data"] = clean({name: value for name, value in (crumb.get("data") or {}).items() if name in _DATA})
    return kept


def _tags(event: dict[str, Any]) -> dict[str, Any]:
    tags = event.get("tags") or {}
    return tags if isinstance(tags, dict) else dict(tags)


def _error(error: dict[str, Any]) -> dict[str, Any]:
    """Type, module and frames. The text is left out: it may quote what a customer wrote."""
    frames = (error.get("stacktrace") or {}).get("frames") or []
    return {
        "type": error.get("type"),
        "module": error.get("module"),
        "value": "",
        "mechanism": {"type": "generic", "handled": True},
        "stacktrace": {
            "frames": [{name: frame[name] for name in _FRAME if name in frame} for frame in frames]
        },
    }


def _fingerprint(tags: dict[str, str], error: dict[str, Any]) -> list[str]:
    """One issue per stage, owner, type and place, whatever the error said."""
    ours = [frame for frame in error["stacktrace"]["frames"] if frame.get("in_app")]
    place = f"{ours[-1].get('module')}:{ours[-1].get('function')}" if ours else ""
    owner = tags.get("plugin") or tags.get("provider") or ""
    return [tags.get("stage", ""), owner, str(error["type"]), place]
