"""What may be asked of tenants, channels and plugins: the same for API and commands, refused where it is
not understood. What is left out of a change stays as it is."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, field

#: Ids of tenants and channels.
Id = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}\Z")]
Name = Annotated[str, Meta(max_length=200)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}([_-][A-Za-z0-9]{2,8})*\Z", max_length=35)]
Country = Annotated[str, Meta(pattern=r"^([A-Z]{2})?\Z")]
TimeZone = Annotated[str, Meta(max_length=64)]
#: Seconds, or a text such as "10m".
Silence = Annotated[str, Meta(max_length=20)] | Annotated[float, Meta(ge=0)]
Sources = Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=200)]


class NewTenant(Struct, frozen=True, forbid_unknown_fields=True):
    """A business to serve. *time_zone* is an IANA name, *country* two capitals."""

    id: Id
    name: Name = ""
    time_zone: TimeZone = "UTC"
    language: Language = "en"
    country: Country = ""


class TenantChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be different."""

    name: Name | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    country: Country | UnsetType = UNSET


class NewChannel(Struct, frozen=True, forbid_unknown_fields=True):
    """A number at a provider. *settings* are the provider's own, secrets as plain values: they are kept
    sealed and never shown again."""

    id: Id
    provider: Annotated[str, Meta(max_length=64)]
    settings: dict[str, Any] = field(default_factory=dict)
    name: Name = ""
    silence: Silence = 0.0
    sources: Sources = field(default_factory=list)


class ChannelChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be different. *settings* are merged into what there is; null takes one away."""

    settings: dict[str, Any] | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    silence: Silence | UnsetType = UNSET
    sources: Sources | UnsetType = UNSET


class PluginChange(Struct, frozen=True, forbid_unknown_fields=True):
    """How a tenant uses a plugin. *position* is its place in the order, from 0. *settings* are merged into
    what there is; null takes one away."""

    enabled: bool | UnsetType = UNSET
    position: Annotated[int, Meta(ge=0, le=1000)] | UnsetType = UNSET
    settings: dict[str, Any] | UnsetType = UNSET
