"""What a plugin may rely on: names come in, and never go without a release that says so."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import gateway
from gateway.hooks import specs
from gateway.hooks.mark import hook

SURFACE = """
AddressRequest Answer ApiRequest Audio Button Buttons CallButton CallPermissionRequest CallStart
Capabilities Card CardAddress CardEmail CardPhone CardUrl Carousel CarouselCard Catalog CatalogStart
ChannelEvent Chat CliCommand CliContext Command CommandHelp Contact ContactRequest Contacts Conversation
CopyCode CtaUrl Day Db Document EventSeen Field FlowCancelled FlowEnded FlowForm FlowMisused FlowStart
FlowTimeout GatewayError Handled Header Image Invalid JobContext JobFailed List Location LocationRequest
Loss Message Metric Money OneTimeCode Option Page PageRequest Parked PersonalData Pin Place PluginRoute
Problem Product ProductHeader ProductList ProductSection ProductsStart QuickReply Reaction Recurring Retry
Row SavedAddress Section SendRefused Sent StatusUpdate Sticker StoredFile Subject Template TemplateCard
Tenant Text TooManyTries UrlSuffix Video Voice WebhookPost WindowClosed Words api daily every fields flow
hmac_sha256 hook inbound job notice page public_page queries webhook weekly
"""
HOOKS = {
    "on_message": ("message", "chat"),
    "on_any_message": ("message", "chat"),
    "on_status": ("status", "chat"),
    "on_event": ("event", "chat"),
    "on_start": (),
    "on_stop": (),
    "register_commands": (),
    "register_events": (),
    "register_jobs": (),
    "register_routes": (),
    "register_metrics": (),
    "register_cli": (),
    "register_personal_data": (),
}
CHAT = """
ask cancel choose collect commands confirm consents contact conversation count db drop emit enqueue help job
language link mark_read media n now opt_in opt_out parked part plan reach react read say send settings speak
start step t
tenant typing wait_for words
"""
MESSAGE = """
at content context id location media order provider_message_id raw received referral reply_id reply_to
text type
"""


def test_the_public_names_are_frozen() -> None:
    """In alphabetical order, each one there."""
    assert gateway.__all__ == sorted(gateway.__all__)
    assert gateway.__all__ == SURFACE.split()
    assert all(hasattr(gateway, name) for name in gateway.__all__)


def test_nothing_else_looks_public() -> None:
    """What `gateway/__init__.py` imports is exactly what it offers."""
    module = ast.parse(Path(str(gateway.__file__)).read_text())
    late = [node for each in module.body if isinstance(each, ast.If) for node in each.body]
    imported = {
        alias.asname or alias.name
        for node in (*module.body, *late)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    assert imported == set(gateway.__all__)


def test_the_hooks_are_frozen() -> None:
    """Names and arguments, and a decorator for each."""
    assert dict(specs.hook_arguments()) == HOOKS
    assert all(callable(getattr(hook, name)) for name in HOOKS)


def test_chat_and_message_are_frozen() -> None:
    """What an author finds on the two arguments of a hook."""
    assert sorted(name for name in dir(gateway.Chat) if not name.startswith("_")) == CHAT.split()
    assert sorted(name for name in dir(gateway.Message) if not name.startswith("_")) == MESSAGE.split()


def test_every_public_thing_is_described() -> None:
    """By a docstring."""
    undescribed = [name for name in gateway.__all__ if not (getattr(gateway, name).__doc__ or "").strip()]

    assert undescribed == []


def test_the_entry_point_groups_hold_what_we_ship() -> None:
    """Ours load as a stranger's would."""
    assert importlib.import_module("providers.meta_cloud").provider.name == "meta_cloud"
