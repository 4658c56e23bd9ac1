"""Read gateway.toml: TOML, references of the gateway's own, strict decoding, checks, absolute paths."""

from __future__ import annotations

import re
import secrets
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from gateway.errors import SettingsError
from gateway.settings.checks import check
from gateway.settings.decode import decode
from gateway.settings.model import Document, Settings
from gateway.settings.references import anchored, resolve

_SQLITE = "sqlite:///"
_AT = re.compile(r" ?\(at (line \d+, column \d+|end of document)\)$")


def load(path: Path) -> Settings:
    """The configuration in *path*. Raises `SettingsError` with the place and what to write there."""
    path = Path(path).absolute()
    data = anchored(_read(path), path.parent)
    prefix = f"{path.name}: "
    for section in ("server", "store", "media"):
        if isinstance(data.get(section), dict):
            data[section] = resolve(data[section], prefix + section)
    _secret(data, prefix)
    document = decode(data, Document, prefix)
    check(document, prefix)
    return _absolute(document, path)


def example(secret: str = "") -> str:
    """The smallest gateway.toml that starts, with a fresh secret."""
    return (
        "[server]\n"
        f'secret = "{secret or secrets.token_urlsafe(32)}"\n\n'
        "[[tenants]]\n"
        'id = "main"\n'
        "plugins = []\n"
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode())
    except FileNotFoundError:
        remedy = f"write this into {path}, or name another file with --config:\n\n{example()}"
        raise SettingsError(path.name, "there is no such file", remedy) from None
    except OSError as error:
        raise SettingsError(path.name, f"cannot be read: {error.strerror}", f"check {path}") from None
    except UnicodeDecodeError as error:
        raise SettingsError(path.name, f"byte {error.start} is not UTF-8", "save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        text = str(error)
        at = _AT.search(text)
        where = f"{path.name}: {at[1]}" if at else path.name
        problem = f"not TOML: {text[: at.start()] if at else text}"
        raise SettingsError(where, problem, 'write strings in quotes: name = "value"') from None
    except RecursionError:
        raise SettingsError(path.name, "not TOML: nested too deeply", "write tables as [sections]") from None


def _secret(data: dict[str, Any], prefix: str) -> None:
    """[server] secret as a list, whichever way it was written; refused when there is none."""
    server = data.setdefault("server", {})
    if not isinstance(server, dict):
        return  # `decode` says what is wrong with it
    if server.get("secret", "") in ("", []):
        remedy = f'write this line under [server] and keep it: secret = "{secrets.token_urlsafe(32)}"'
        raise SettingsError(f"{prefix}server.secret", "missing", remedy)
    if isinstance(server["secret"], str):
        server["secret"] = [server["secret"]]


def _absolute(document: Document, path: Path) -> Settings:
    base = path.parent
    server, store = document.server, document.store
    replace = msgspec.structs.replace
    return Settings(
        path=path,
        plugin_paths=tuple(base / each for each in document.plugin_paths),
        server=replace(server, public_url=server.public_url.rstrip("/"), spool=base / server.spool),
        store=replace(
            store,
            url=_database(store.url, base),
            migrate_url=_database(store.migrate_url, base),
            worker_url=_database(store.worker_url, base),
        ),
        sending=document.sending,
        media=replace(document.media, store=_folder(document.media.store, base)),
        webhooks=document.webhooks,
        jobs=document.jobs,
        api=document.api,
        tenants=document.tenants,
        settings=document.settings,
        retention=document.retention,
        backup=replace(
            document.backup,
            folder=str(base / document.backup.folder) if document.backup.folder else "",
            pg_bin=str(base / document.backup.pg_bin) if document.backup.pg_bin else "",
        ),
    )


def _database(url: str, base: Path) -> str:
    """A ``sqlite:///relative.db`` becomes ``sqlite:////absolute/relative.db``."""
    if not url.startswith(_SQLITE) or url == f"{_SQLITE}:memory:":
        return url
    return f"{_SQLITE}{base / url.removeprefix(_SQLITE)}"


def _folder(store: str, base: Path) -> str:
    """A folder's path becomes absolute; the URL of an object store stays."""
    return store if "://" in store else str(base / store)
