"""Every table of the core: what it holds of a person, or why it holds nothing.

A test walks the schema of both databases and fails for a table that is not named here.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.erasure.held import Held, Loose

_ROUTE = ("shard", "epoch")

#: Open work of the contact's conversations: it goes first, so that nothing more happens.
OPEN: tuple[Held, ...] = (
    Held("event", "conversation", "conversation", shown=False),
    Held("outbox", "conversation", "conversation", leaves=(*_ROUTE, "body", "attempt", "resent")),
    Held("scheduled", "conversation", "conversation", ("message",), leaves=("shard", "bodies")),
    Held("flow_wait", "flow", "flow", ("flow",), shown=False),
    Held("flow", "conversation", "conversation", leaves=(*_ROUTE, "version", "code", "log", "args")),
    Held("job", "conversation", "conversation", leaves=("epoch", "starts", "op")),
    Held("menu", "conversation", "conversation", ("conversation", "message"), shown=False),
)

#: What hangs on a message, and the message last.
SAID: tuple[Held, ...] = (
    Held("attempt", "part", "part", ("part", "n", "outcome")),
    Held(
        "status", "sent", "provider_message_id",
        ("channel", "provider_message_id", "status", "participant", "at"),
        leaves=("raw", "rank", "correlation"),
    ),
    Held("done", "event", "event", ("event", "plugin"), shown=False),
    Held("media_access", "media", "media"),
    Held("media", "message", "message", leaves=("source", "term", "tries", "next_at")),
    Held("decision", "message", "message", ("message", "at")),
    Held("part", "message", "message", leaves=("rank", "attempt", "resent")),
    Held("message", "message", "id", leaves=("raw", "event")),
)  # fmt: skip

#: What is known of the contact, and the contact last.
KNOWN: tuple[Held, ...] = (
    Held("export", "contact", "contact", leaves=("tell", "tries")),
    Held("identity_conflict", "contact", "contact"),
    Held("identity_conflict", "contact", "other", shown=False),
    Held("identity", "contact", "contact", ("kind", "scope", "value")),
    Held("contact_word", "contact", "contact", ("word", "contact"), shown=False),
    Held("contact_attribute", "contact", "contact", ("contact", "name"), leaves=("digest",)),
    Held("muted", "contact", "contact", ("contact",)),
    Held("slot", "contact", "contact", ("contact", "at", "message"), shown=False),
    Held("reached", "contact", "contact", ("portfolio", "contact"), shown=False),
    Held("consent", "contact", "contact", ("contact", "purpose")),
    Held("conversation", "contact", "contact", ("channel", "contact")),
    Held("contact", "contact", "id", leaves=("folded",)),
)

#: Rows that go by themselves with their contact (a reference that cascades), and are shown.
CASCADES: tuple[Held, ...] = (Held("consent_event", "contact", "contact", ("contact", "id")),)

HELD: tuple[Held, ...] = (*OPEN, *SAID, *KNOWN, *CASCADES)

#: What may name anybody.
LOOSE: tuple[Loose, ...] = (
    Loose("dead", ("id",), ("ref", "reason", "detail", "body"), "at"),
    Loose(
        "status", ("channel", "provider_message_id", "status", "participant", "at"),
        ("provider_message_id", "raw"), "received_at",
    ),
    Loose("idempotency", ("key",), ("key", "answer"), "created_at"),
    Loose("job", ("id",), ("key", "args", "progress", "error"), "created_at", where="recurs = ''"),
    Loose("signal", ("name", "key", "id"), ("key", "payload"), "at"),
    Loose("provider_note", ("provider", "key"), ("key", "value")),
    Loose(
        "webhook_attempt", ("endpoint", "seq", "n"), ("error", "response"), "at", blank=("error", "response")
    ),
)  # fmt: skip

#: Tables that hold people and are walked by a step of their own (the file that does it).
WALKED: Mapping[str, str] = {
    "feed": "log.py: the facts of the contact's messages lose what names anybody; their numbers stay",
    "feed_open": "log.py: waited for, for its rows become those of feed within a second",
    "journal": "journal.py: the elements of webhooks that speak of the contact are cut out",
    "erasure": "run.py: keeps the contact's id, which nothing leads to any more, and a keyed hash",
    "erasure_name": "run.py: the names by which the contact is found, gone with the last step",
}

#: Tables that hold no person, and why.
NOBODY: Mapping[str, str] = {
    "api_key": "keys of programs",
    "audit": "who of the business changed what, by ids; append-only",
    "audit_kept": "up to where the audit log is kept",
    "channel": "numbers of the business",
    "delivery": "numbers of the log of events: what is sent is made from the log when it is sent",
    "endpoint": "addresses of the business",
    "feed_head": "a number",
    "intake": "a number",
    "journal_open": "ids of the journal",
    "migration": "what was applied",
    "operator_key": "keys of programs",
    "portfolio": "limits of the business",
    "process": "processes of the gateway",
    "quota": "counts",
    "reached_hour": "counts",
    "restored": "times",
    "retention": "what has been removed, and when",
    "retention_round": "counts",
    "revision": "a number",
    "seen": "digests of the providers' ids, so that nothing is taken twice",
    "shard": "numbers",
    "suppression": "keyed hashes, kept so that nobody who asked to be forgotten is written to again",
    "template": "texts of the business, without what is filled in",
    "template_sync": "a time",
    "tenant": "the business",
    "tenant_plugin": "settings of the business",
    "tenant_secret": "keys",
}
