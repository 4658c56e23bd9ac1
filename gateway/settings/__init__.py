"""The configuration: gateway.toml, decoded strictly into frozen Structs.

`load` reads the whole file or refuses it with a `SettingsError` that says where and what to write.
The settings of a channel or plugin stay as written, because only the provider or plugin knows their
shape: `resolve` looks up their references and `decode` turns them into its own Struct.
"""

from __future__ import annotations

from gateway.settings.decode import decode
from gateway.settings.load import load
from gateway.settings.model import (
    ApiSettings,
    ChannelSettings,
    MediaSettings,
    PoolSettings,
    Sending,
    Server,
    Settings,
    StoreSettings,
    TenantSettings,
    WebhookSettings,
)
from gateway.settings.references import References, resolve

__all__ = [
    "ApiSettings",
    "ChannelSettings",
    "MediaSettings",
    "PoolSettings",
    "References",
    "Sending",
    "Server",
    "Settings",
    "StoreSettings",
    "TenantSettings",
    "WebhookSettings",
    "decode",
    "load",
    "resolve",
]
