"""Every error that the gateway raises on purpose.

GatewayError
├── SettingsError       the configuration is wrong; carries the path and the remedy
├── StoreError
│   ├── StoreUnavailable   the database is away or refused to commit; nothing of the unit was kept
│   ├── SerializationFailure  two units crossed; run the whole unit again
│   ├── HandleRevoked      a database handle was used after its hook had ended
│   ├── StatementRefused   a plugin's SQL tried what a plugin may not do
│   └── StatementFailed    the database refused a statement; nothing of the unit can be kept
├── SealError           a secret at rest cannot be opened
├── PluginError         a plugin cannot be loaded; says what to write
├── SendRefused         a message cannot be sent as asked; nothing was enqueued
│   ├── TemplateNotSynced  the provider's account has no such template, or not in this language
│   ├── TemplateMismatch   a template's values do not fit its approved form
│   ├── TemplateNotSendable  the template is not approved (now): pending, rejected, paused, disabled, …
│   ├── NotAllowed         the gate would not let it out: its reason says why (docs/policy.md)
│   └── WindowClosed       the 24-hour window is closed and the message is no template
├── ProviderError       a provider's answer, with the decision it carries (see `gateway.provider`)
├── FlowEnded           a flow's question got no answer; who catches it goes on
│   ├── FlowTimeout        its time was over
│   ├── FlowCancelled      the contact wrote CANCEL
│   ├── TooManyTries       nothing that was answered could be read
│   └── JobFailed          a job that the flow waited for was given up
├── FlowMisused         a flow is written in a way that cannot be replayed; says what to write
├── FlowChanged         a flow's log does not fit the function any more
└── Retry               raised by a plugin: run this turn again after a while
"""

from __future__ import annotations


class GatewayError(Exception):
    """The base of every error raised by the gateway itself."""


class SettingsError(GatewayError):
    """A configuration that cannot be used: *where* names the path, *remedy* says what to write."""

    def __init__(self, where: str, problem: str, remedy: str = "") -> None:
        self.where, self.problem, self.remedy = where, problem, remedy
        super().__init__(f"{where}: {problem}" + (f" — {remedy}" if remedy else ""))


class StoreError(GatewayError):
    """The base of what the store raises."""


class StoreUnavailable(StoreError):
    """The database is away, full or failed to commit. Nothing of the unit counts as kept."""


class SerializationFailure(StoreError):
    """Two units of work crossed; the whole unit may be run again."""


class HandleRevoked(StoreError):
    """This database handle belongs to a hook that has ended; use the `chat.db` of the current one."""


class StatementRefused(StoreError):
    """A plugin's statement that would end the transaction or change the connection."""


class StatementFailed(StoreError):
    """The database refused a statement (a constraint, a type, the syntax). The unit can only be undone."""


class SealError(GatewayError):
    """A secret at rest cannot be opened: its key is not in `[server] secret`, or it was moved or changed."""


class PluginError(GatewayError):
    """A plugin cannot be loaded or registered; the message says what to write instead."""


class SendRefused(GatewayError):
    """A message that cannot be sent as asked. `code` is stable and closed, for the API and for plugins."""

    code = "refused"


class TemplateNotSynced(SendRefused):
    """The provider's account was read and has no template of this name, or not in this language."""

    code = "template_not_synced"


class TemplateMismatch(SendRefused):
    """A value does not fit the template's approved form. *field* is its path; *expected* and *given* are
    words for a person."""

    code = "template_mismatch"

    def __init__(self, template: str, field: str, expected: str, given: str) -> None:
        self.template, self.field, self.expected, self.given = template, field, expected, given
        super().__init__(f"template {template}: {field} must be {expected}, given {given}")


class TemplateNotSendable(SendRefused):
    """The template exists but may not be sent now; *status* is the provider's word."""

    code = "template_not_sendable"

    def __init__(self, template: str, status: str, words: str) -> None:
        self.template, self.status = template, status
        super().__init__(f"template {template} {words}")


class NotAllowed(SendRefused):
    """The gate would not let a message out that answers nobody; `code` is its reason (docs/policy.md)."""

    def __init__(self, reason: str, words: str) -> None:
        self.code = reason
        super().__init__(words)


class WindowClosed(SendRefused):
    """The contact's last message is more than 24 hours old: only a template may be sent now."""

    code = "window_closed"


class FlowEnded(GatewayError):
    """The base of what a question of a flow raises when it gets no answer. A flow that catches it goes on."""


class FlowTimeout(FlowEnded):
    """What the flow waited for did not come in time."""


class FlowCancelled(FlowEnded):
    """The contact ended the flow (CANCEL, or the same in their language)."""


class TooManyTries(FlowEnded):
    """The contact answered as often as the question allows, and nothing could be read."""


class JobFailed(FlowEnded):
    """A job that a flow waited for was given up; its dead letter says why."""


class FlowMisused(GatewayError):
    """A flow is written in a way that cannot work; the message names plugin, flow and line, and what to
    write."""


class FlowChanged(GatewayError):
    """The log of a conversation does not fit its flow's function any more."""


class Retry(GatewayError):
    """Raised by a plugin: undo this turn and run it again *after* seconds (at most a minute; a job at most a
    day, which is *wanted*)."""

    def __init__(self, after: float = 1.0) -> None:
        self.wanted = min(max(after, 0.0), 86_400.0)
        self.after = min(max(after, 0.0), 60.0)
        super().__init__(f"run again after {self.after:g} s")
