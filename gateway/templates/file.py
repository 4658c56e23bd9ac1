"""A file of templates: TOML with `[[templates]]`, decoded strictly; and the samples that it names."""

from __future__ import annotations

import mimetypes
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from gateway.errors import SettingsError
from gateway.model.template import Sample, TemplateDefinition, TemplateHeader
from gateway.settings import decode
from gateway.templates.names import version

#: What the provider tells; a file that says it would only seem to set it.
_TOLD = ("provider_id", "status", "quality", "reason")


class Document(Struct, frozen=True):
    """The file's content."""

    templates: list[TemplateDefinition]


def read_file(path: Path) -> list[TemplateDefinition]:
    """The definitions in *path*, in its order. Raises `SettingsError` with the place and the remedy."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(str(path), error.strerror or str(error), "name the file with --file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(path.name, f"is no TOML: {error}", "see docs/templates.md for the form") from None
    definitions = decode(data, Document, f"{path.name}: ").templates
    seen: dict[tuple[str, str], int] = {}
    for index, definition in enumerate(definitions):
        where = f"{path.name}: templates[{index}]"
        for name in _TOLD:
            if getattr(definition, name):
                raise SettingsError(f"{where}.{name}", "is told by the provider", "take it out")
        if version(definition.name) > 1:
            problem = "ends with a version, which apply adds by itself where it has to"
            raise SettingsError(f"{where}.name", problem, "write the name without it")
        key = (definition.name, definition.language)
        if key in seen:
            problem = f"templates[{seen[key]}] is {key[0]} in {key[1]} too"
            raise SettingsError(where, problem, "keep one of them")
        seen[key] = index
    return definitions


def samples(definition: TemplateDefinition, folder: Path) -> Mapping[str, Sample]:
    """The files that *definition*'s headers name, read. Raises `SettingsError`."""
    return {header.sample: _sample(header, folder) for header in _headers(definition) if header.sample}


def _headers(definition: TemplateDefinition) -> Iterator[TemplateHeader]:
    if definition.header is not None:
        yield definition.header
    for card in definition.cards:
        yield card.header


def _sample(header: TemplateHeader, folder: Path) -> Sample:
    path = folder / header.sample
    mime = mimetypes.guess_type(path.name)[0]
    if mime is None:
        raise SettingsError(
            str(path), "has an ending that says no type", "name it e.g. .jpg, .png, .mp4 or .pdf"
        )
    try:
        return Sample(path.name, mime, path.read_bytes())
    except OSError as error:
        problem = f"the sample cannot be read: {error.strerror or error}"
        raise SettingsError(str(path), problem, "paths are relative to the file of templates") from None
