"""The shape of gateway.toml. What may hold a secret shows its names only when printed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from gateway.settings.backup import BackupSettings
from gateway.settings.durations import Duration
from gateway.settings.policy import Policy, Retention

Count = Annotated[int, Meta(ge=1)]

#: Addresses that no client in the internet has.
INSIDE = ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")


class Server(Struct, frozen=True):
    """Where the gateway listens, and the keys that everything else is derived from.

    *secret* is the current one first, then the old ones that may still decrypt. *spool* is the folder
    for webhooks that arrive while the database is away. *port* 0 means any free port.
    *max_body* is bytes; the timeouts are seconds. *proxies* are the ranges of our own proxies, whose word
    about where a request came from is believed. *metrics_from* are the ranges that may see /metrics and the
    details of /health. With *intake_only* webhooks are stored and answered,
    and nothing is processed until it is off again.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8080
    public_url: str = ""
    secret: tuple[str, ...] = ()
    spool: Path = Path("spool")
    max_body: Count = 3 * 1024 * 1024
    header_timeout: Duration = 10.0
    body_timeout: Duration = 10.0
    proxies: tuple[str, ...] = ()
    metrics_from: tuple[str, ...] = INSIDE
    intake_only: bool = False

    def __repr__(self) -> str:
        return f"Server(host={self.host!r}, port={self.port!r}, public_url={self.public_url!r}, secret=***)"


class PoolSettings(Struct, frozen=True):
    """The most connections to PostgreSQL that one process takes: for storing webhooks, for the pipeline, for
    plugins, for the API and pages, and for reading across tenants."""

    ingest: Count = 2
    work: Count = 6
    app: Count = 6
    web: Count = 4
    readers: Count = 4


class StoreSettings(Struct, frozen=True):
    """Database URLs: for the application, for `gateway migrate`, and for work that spans tenants.

    An empty one stands for *url*. A ``sqlite:///`` path is absolute once it is loaded. *pooler* says that
    *url* and *worker_url* lead to one that gives a session to each transaction (pgbouncer); then
    *direct_url* is the way past it, on which processes tell each other of news.
    """

    url: str = "sqlite:///gateway.db"
    migrate_url: str = ""
    worker_url: str = ""
    direct_url: str = ""
    pooler: bool = False
    pools: PoolSettings = PoolSettings()

    @property
    def listen_url(self) -> str:
        """Where LISTEN works; "" where it does not, so that processes can only look again and again."""
        if not self.url.startswith("postgres"):
            return ""
        return self.direct_url or ("" if self.pooler else self.worker_url or self.url)

    def __repr__(self) -> str:
        return f"StoreSettings(url={self.url.partition(':')[0]}:***)"


class Sending(Struct, frozen=True):
    """How messages leave. Times are seconds, *number_rate* is messages per second and number.

    A contact may get *pair_burst* messages at once, then one per *pair_interval*. A send whose outcome
    is unknown is held for *in_doubt_hold* and given up after *in_doubt_give_up*.
    """

    in_doubt_hold: Duration = 120.0
    in_doubt_give_up: Duration = 600.0
    resend: Literal["reply", "never"] = "reply"
    number_rate: Annotated[float, Meta(gt=0)] = 80.0
    pair_burst: Count = 45
    pair_interval: Duration = 6.0
    loop_limit: Count = 30
    in_flight: Count = 50
    timeout: Duration = 30.0


class MediaSettings(Struct, frozen=True):
    """Where files are kept, and which are taken.

    *store* is a folder (absolute once it is loaded) or the URL of an object store ("s3://bucket/prefix"),
    whose own settings are in *options*. *public_url* is the origin of links to files when it is not
    `[server] public_url`. *max_size* is bytes of one file, *max_sizes* by kind ("image"). *internal* are
    origins that may be fetched from although their address is not a public one. Files of contacts are kept
    for *keep* seconds, and *fetches* are fetched at once. *insecure_links* lets customers name http links.
    """

    store: str = "media"
    options: dict[str, str] = field(default_factory=dict)
    public_url: str = ""
    max_size: Count = 100 * 1024 * 1024
    max_sizes: dict[str, Count] = field(default_factory=dict)
    internal: tuple[str, ...] = ()
    insecure_links: bool = False
    keep: Duration = 90 * 86_400.0
    fetches: Count = 8

    def limit(self, kind: str) -> int:
        """The most bytes of a file of *kind*."""
        return self.max_sizes.get(kind, self.max_size)

    def __repr__(self) -> str:
        return f"MediaSettings(store={self.store!r}, options={sorted(self.options)})"


class ApiSettings(Struct, frozen=True):
    """How often the API may be asked. Rates are requests per second, bursts what is let through at once: of
    one key, of all keys of a tenant, and of one address without a valid key."""

    key_rate: Annotated[float, Meta(gt=0)] = 50.0
    key_burst: Count = 200
    tenant_rate: Annotated[float, Meta(gt=0)] = 100.0
    tenant_burst: Count = 400
    unauthorized_rate: Annotated[float, Meta(gt=0)] = 10.0
    unauthorized_burst: Count = 50


class WebhookSettings(Struct, frozen=True):
    """How events are sent to the addresses of customers. *internal* are origins that need not be public
    addresses, *insecure_links* lets customers name http addresses. An answer may take *timeout* seconds,
    *in_flight* are under way at once, and what became of a delivery is kept for *keep* seconds.
    """

    internal: tuple[str, ...] = ()
    insecure_links: bool = False
    timeout: Duration = 15.0
    in_flight: Count = 50
    keep: Duration = 30 * 86_400.0


class JobSettings(Struct, frozen=True):
    """How jobs of plugins run: *in_flight* at once, *per_tenant* of one tenant. *internal* are origins that
    they may reach although they are no public address."""

    in_flight: Count = 200
    per_tenant: Count = 32
    internal: tuple[str, ...] = ()


class ChannelSettings(Struct, frozen=True):
    """One number at one provider. *settings* are as written: references are not yet looked up.

    After *silence* seconds without a webhook an alarm is logged; 0 means never. *sources* are the ranges
    of addresses from which its webhooks are taken; none means from anywhere. *plugin_settings* are those of
    plugins, by their names, that are others for this channel than for its tenant.
    """

    id: str
    provider: str
    settings: dict[str, Any] = field(default_factory=dict)
    silence: Duration = 0.0
    sources: tuple[str, ...] = ()
    plugin_settings: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return (
            f"ChannelSettings(id={self.id!r}, provider={self.provider!r}, settings={sorted(self.settings)})"
        )


class TenantSettings(Struct, frozen=True):
    """One business: its plugins in their order, their settings by plugin name, and its channels; what it lets
    out, to whom and when; how long it keeps what."""

    id: str
    time_zone: str = "UTC"
    language: str = "en"
    country: str = ""
    plugins: tuple[str, ...] = ()
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    channels: tuple[ChannelSettings, ...] = ()
    policy: Policy = Policy()
    retention: Retention = Retention()

    def __repr__(self) -> str:
        channels = [channel.id for channel in self.channels]
        return f"TenantSettings(id={self.id!r}, plugins={list(self.plugins)}, channels={channels})"


class Document(Struct, frozen=True):
    """gateway.toml as written, with every secret of the gateway's own looked up. *settings* are those of
    plugins, by their names, for every tenant that says nothing else."""

    plugin_paths: tuple[str, ...] = ()
    server: Server = Server()
    store: StoreSettings = StoreSettings()
    sending: Sending = Sending()
    media: MediaSettings = MediaSettings()
    webhooks: WebhookSettings = WebhookSettings()
    jobs: JobSettings = JobSettings()
    api: ApiSettings = ApiSettings()
    retention: Retention = Retention()
    backup: BackupSettings = BackupSettings()
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    tenants: tuple[TenantSettings, ...] = ()

    def __repr__(self) -> str:
        return f"Document(tenants={[tenant.id for tenant in self.tenants]})"


class Settings(Struct, frozen=True):
    """The whole configuration. Every path in it is absolute; *path* is the file it came from."""

    path: Path
    plugin_paths: tuple[Path, ...] = ()
    server: Server = Server()
    store: StoreSettings = StoreSettings()
    sending: Sending = Sending()
    media: MediaSettings = MediaSettings()
    webhooks: WebhookSettings = WebhookSettings()
    jobs: JobSettings = JobSettings()
    api: ApiSettings = ApiSettings()
    tenants: tuple[TenantSettings, ...] = ()
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    retention: Retention = Retention()
    backup: BackupSettings = BackupSettings()

    def __repr__(self) -> str:
        return f"Settings(path={str(self.path)!r}, tenants={[tenant.id for tenant in self.tenants]})"
