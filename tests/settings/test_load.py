"""gateway.toml as a whole: what it becomes, and how its mistakes are explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.errors import SettingsError
from gateway.settings import Settings, load

SECRET = "s" * 40
HEAD = f'[server]\nsecret = "{SECRET}"\n'
FULL = f"""
plugin_paths = ["./echo.py", "/opt/shop.py"]
[server]
host = "0.0.0.0"
port = 0
public_url = "https://gw.example.com/"
secret = ["{SECRET}", {{ env = "OLD_SECRET" }}]
max_body = 1000
body_timeout = "2s"
[store]
url = "sqlite:///data/gateway.db"
worker_url = {{ file = "worker.url" }}
[sending]
in_doubt_hold = "100ms"
in_doubt_give_up = "1h"
resend = "never"
pair_interval = 3
[[tenants]]
id = "duka"
time_zone = "Africa/Nairobi"
country = "KE"
plugins = ["commerce", "crm"]
[tenants.settings.commerce]
currency = "KES"
[[tenants.channels]]
id = "duka-main"
provider = "meta_cloud"
[tenants.channels.settings]
access_token = {{ env = "DUKA_TOKEN" }}
app_secret = ["new", {{ file = "old.secret" }}]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "gateway.toml"
    path.write_text(text)
    return path


def refusal(folder: Path, text: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        load(write(folder, text))
    return caught.value


@pytest.fixture
def full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("OLD_SECRET", "o" * 40)
    (tmp_path / "worker.url").write_text("postgresql://worker@db/gw\n")
    return load(write(tmp_path, FULL))


def test_every_section_arrives(full: Settings, tmp_path: Path) -> None:
    """Each documented field of gateway.toml is found where the gateway looks for it."""
    assert full.path == tmp_path / "gateway.toml"
    assert (full.server.host, full.server.port, full.server.public_url) == (
        "0.0.0.0",
        0,
        "https://gw.example.com",
    )
    assert full.server.secret == (SECRET, "o" * 40)
    assert (full.server.max_body, full.server.body_timeout, full.server.header_timeout) == (1000, 2.0, 10.0)
    assert full.store.worker_url == "postgresql://worker@db/gw"
    sending = full.sending
    assert (sending.in_doubt_hold, sending.in_doubt_give_up, sending.pair_interval) == (0.1, 3600.0, 3.0)
    assert (sending.resend, sending.number_rate, sending.pair_burst, sending.in_flight) == (
        "never",
        80.0,
        45,
        50,
    )
    (tenant,) = full.tenants
    assert (tenant.id, tenant.time_zone, tenant.language, tenant.country) == (
        "duka",
        "Africa/Nairobi",
        "en",
        "KE",
    )
    assert tenant.plugins == ("commerce", "crm")
    assert tenant.settings == {"commerce": {"currency": "KES"}}


def test_relative_paths_belong_to_the_file(full: Settings, tmp_path: Path) -> None:
    """Plugin files, the spool, the SQLite file and secret files are found from any working directory."""
    assert full.plugin_paths == (tmp_path / "./echo.py", Path("/opt/shop.py"))
    assert full.server.spool == tmp_path / "spool"
    assert full.store.url == f"sqlite:///{tmp_path}/data/gateway.db"
    assert full.tenants[0].channels[0].settings["app_secret"][1] == {"file": str(tmp_path / "old.secret")}


def test_channel_references_stay_unresolved(full: Settings) -> None:
    """A channel's token is not looked up at load, so that it can be looked up again later."""
    assert full.tenants[0].channels[0].settings["access_token"] == {"env": "DUKA_TOKEN"}


def test_an_absolute_database_path_stays(tmp_path: Path) -> None:
    """Four slashes are an absolute path, PostgreSQL addresses are untouched."""
    text = HEAD + '[store]\nurl = "sqlite:////var/gw.db"\nmigrate_url = "postgresql://o@h/d"\n'
    store = load(write(tmp_path, text)).store
    assert (store.url, store.migrate_url, store.worker_url) == (
        "sqlite:////var/gw.db",
        "postgresql://o@h/d",
        "",
    )


def test_secrets_do_not_show_when_printed(tmp_path: Path) -> None:
    """Printing the settings shows no secret, password or channel setting."""
    text = HEAD + (
        '[store]\nurl = "postgresql://app:hunter2@db/gw"\n[[tenants]]\nid="a"\n'
        '[tenants.settings.shop]\nkey="hunter3"\n[[tenants.channels]]\nid="c"\nprovider="p"\n'
        '[tenants.channels.settings]\ntoken="hunter4"\n'
    )
    settings = load(write(tmp_path, text))
    assert "hunter" not in repr(settings)
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("[sevrer]\n", "gateway.toml: sevrer", "did you mean 'server'?"),
        ("[server]\nprot = 1\n", "gateway.toml: server.prot", "did you mean 'port'?"),
        (
            "[server]\nport = '80'\n",
            "gateway.toml: server.port",
            "expected `int`, got `str` — write port = 1",
        ),
        ("[server]\nport = 70000\n", "gateway.toml: server.port", "<= 65535"),
        ("[server]\nport = true\n", "gateway.toml: server.port", "got `bool`"),
        ("[server]\nsecret = [1]\n", "gateway.toml: server.secret[0]", "expected `str`"),
        ("[server]\nsecret = 'short'\n", "gateway.toml: server.secret[0]", "32 or more"),
        ("[server]\nsecret = {file = 'no'}\n", "gateway.toml: server.secret", "cannot read"),
        ("[server]\npublic_url = 'gw.example.com'\n", "gateway.toml: server.public_url", "https://"),
        ("[server]\nbody_timeout = 0\n", "gateway.toml: server.body_timeout", "more than 0"),
        ("[store]\nurl = 'mysql://x'\n", "gateway.toml: store.url", "postgresql://"),
        ("[sending]\nresend = 'always'\n", "gateway.toml: sending.resend", 'write one of "reply", "never"'),
        ("[sending]\nnumber_rate = nan\n", "gateway.toml: sending.number_rate", "finite"),
        ("[sending]\ntimeout = '-5s'\n", "gateway.toml: sending.timeout", "5m"),
        ("[sending]\ntimeout = -5\n", "gateway.toml: sending.timeout", "negative"),
        ("[sending]\npair_burst = 0\n", "gateway.toml: sending.pair_burst", ">= 1"),
        ("[sending]\nin_doubt_give_up = '1s'\n", "gateway.toml: sending.in_doubt_give_up", "in_doubt_hold"),
        ("[media]\nstore = ''\n", "gateway.toml: media.store", 'store = "media"'),
        ("[media]\npublic_url = 'files.example.com'\n", "gateway.toml: media.public_url", "https://"),
        ("[media]\ninternal = ['http://a/b']\n", "gateway.toml: media.internal[0]", "10.0.0.7"),
        ("[media]\nkeep = 0\n", "gateway.toml: media.keep", "90d"),
        ("[media]\nmax_size = 0\n", "gateway.toml: media.max_size", ">= 1"),
        ("[media]\nmax_sizes = {image = 0}\n", "gateway.toml: media.max_sizes.image", ">= 1"),
        ("tenants = {id = 'a'}\n", "gateway.toml: tenants", "expected `array`"),
        ("[[tenants]]\nplugins = []\n", "gateway.toml: tenants[0].id", 'missing — write id = "…"'),
        ("[[tenants]]\nid = 'Duka'\n", "gateway.toml: tenants[0].id", "a-z"),
        ('[[tenants]]\nid = "a\\n"\n', "gateway.toml: tenants[0].id", "a-z"),
        (
            "[[tenants]]\nid='a'\n[[tenants]]\nid='a'\n",
            "gateway.toml: tenants[1].id",
            "already at tenants[0]",
        ),
        ("[[tenants]]\nid='a'\nplugins=['x','x']\n", "gateway.toml: tenants[0].plugins[1]", "twice"),
        (
            "[[tenants]]\nid='a'\ntime_zone='Africa/Nairobbi'\n",
            "gateway.toml: tenants[0].time_zone",
            "'Africa/Nairobi'",
        ),
        ("[[tenants]]\nid='a'\nlanguage='English'\n", "gateway.toml: tenants[0].language", "pt_BR"),
        ("[[tenants]]\nid='a'\ncountry='Kenya'\n", "gateway.toml: tenants[0].country", "KE"),
        (
            "[[tenants]]\nid='a'\nsettings={shop=1}\n",
            "gateway.toml: tenants[0].settings.shop",
            "expected `object`",
        ),
        (
            "[[tenants]]\nid='a'\n[[tenants.channels]]\nid='c'\n",
            "gateway.toml: tenants[0].channels[0].provider",
            "missing",
        ),
        (
            "[[tenants]]\nid='a'\n[[tenants.channels]]\nid='c'\nprovider='p'\nsetings={}\n",
            "gateway.toml: tenants[0].channels[0].setings",
            "did you mean 'settings'?",
        ),
        (
            "[[tenants]]\nid='a'\nchannels=[{id='c',provider='p'}]\n"
            "[[tenants]]\nid='b'\nchannels=[{id='d',provider='p'},{id='c',provider='q'}]\n",
            "gateway.toml: tenants[1].channels[1].id",
            "already at tenants[0].channels[0]",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place_and_its_remedy(
    tmp_path: Path, text: str, where: str, says: str
) -> None:
    """Every refusal has the exact path of the setting and says what to write."""
    if "secret" not in text:
        text = text.replace("[server]\n", HEAD) if "[server]" in text else text + HEAD
    error = refusal(tmp_path, text)
    assert error.where == where
    assert says in str(error)
    assert error.remedy


def test_bad_toml_names_line_and_column(tmp_path: Path) -> None:
    """A syntax error says where it is."""
    error = refusal(tmp_path, "[server]\nhost = localhost\n")
    assert error.where == "gateway.toml: line 2, column 8"
    assert error.remedy


def test_the_store_of_files_is_a_folder_beside_the_file_or_a_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder becomes absolute; the keys of an object store are looked up, and never printed."""
    monkeypatch.setenv("S3_SECRET", "hidden")
    text = f"[server]\nsecret = '{'s' * 40}'\n"
    remote = "[media]\nstore = 's3://b/p'\noptions = {secret_access_key = {env = 'S3_SECRET'}}\n"

    assert load(write(tmp_path, text)).media.store == str(tmp_path / "media")
    media = load(write(tmp_path, text + remote)).media
    assert (media.store, media.options) == ("s3://b/p", {"secret_access_key": "hidden"})
    assert "hidden" not in repr(media)
    assert media.limit("image") == media.max_size


@pytest.mark.parametrize("text", ["[server", "a = [" * 5000, 'x = "\ud800"'.encode("utf-8", "surrogatepass")])
def test_what_is_no_toml_is_refused_in_words(tmp_path: Path, text: str | bytes) -> None:
    """Broken, hostile and wrongly encoded files are refused, never a traceback."""
    path = tmp_path / "gateway.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError, match=r"gateway\.toml"):
        load(path)


def test_a_missing_file_comes_with_an_example_that_loads(tmp_path: Path) -> None:
    """What the error offers to paste is a working configuration."""
    with pytest.raises(SettingsError) as caught:
        load(tmp_path / "gateway.toml")
    pasted = caught.value.remedy.partition("\n\n")[2]
    assert load(write(tmp_path, pasted)).tenants[0].id == "main"


@pytest.mark.parametrize(
    "text", ["", "[server]\nport = 1\n", "[server]\nsecret = []\n", "[server]\nsecret = ''\n"]
)
def test_a_missing_secret_comes_with_a_fresh_one(tmp_path: Path, text: str) -> None:
    """The remedy holds a new secret of the right length each time."""
    found = [re.search(r'secret = "(\S+)"', refusal(tmp_path, text).remedy) for _ in range(2)]
    first, second = (each[1] for each in found if each)
    assert first != second
    assert len(first) >= 32


def test_an_unset_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reference to a variable that is not set says which."""
    monkeypatch.delenv("GW_SECRET", raising=False)
    error = refusal(tmp_path, '[server]\nsecret = { env = "GW_SECRET" }\n')
    assert error.where == "gateway.toml: server.secret"
    assert "GW_SECRET is not set" in error.problem
    monkeypatch.setenv("GW_SECRET", " ")
    assert "GW_SECRET is empty" in refusal(tmp_path, '[server]\nsecret = { env = "GW_SECRET" }\n').problem


def test_the_spools_folder_is_where_it_was_written(tmp_path: Path) -> None:
    """Relative to the file, or absolute."""
    for written, meant in (("kept", tmp_path / "kept"), ("/var/spool/gateway", Path("/var/spool/gateway"))):
        (tmp_path / "gateway.toml").write_text(f'[server]\nsecret = "{"s" * 32}"\nspool = "{written}"\n')

        assert load(tmp_path / "gateway.toml").server.spool == meant
