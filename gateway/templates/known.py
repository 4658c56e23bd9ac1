"""One template as we know it, and its row in the database."""

from __future__ import annotations

from typing import Any, cast, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gateway.model.template import Category, TemplateDefinition
from gateway.store.port import Row
from gateway.templates.names import logical

#: The provider's clock and ours may differ, and its times are whole seconds. What we learn by asking is dated
#: back by this much, so that a webhook about something later is not taken for older (microseconds).
SLACK = 5_000_000

_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(TemplateDefinition)
_CATEGORIES = get_args(Category)


class Known(Struct, frozen=True):
    """*definition* carries status, category, quality and reason as they were told last. When not *whole*,
    its content is not known: it was met in a webhook, or edited since. *content_at* is when its content was
    told last (microseconds UTC)."""

    tenant: str
    account: str
    definition: TemplateDefinition
    whole: bool
    content_at: int = 0
    updated_at: int = 0

    @property
    def name(self) -> str:
        """The provider's name for it."""
        return self.definition.name

    @property
    def language(self) -> str:
        """As "en_US"."""
        return self.definition.language


def category(word: str) -> Category:
    """A provider's word for a category as ours; marketing, which has the strictest rules, for a new one."""
    found = word.lower()
    return cast(Category, found) if found in _CATEGORIES else "marketing"


def from_row(row: Row, tenant: str, account: str) -> Known:
    """What the row says; its columns are newer than the definition in it."""
    text = row["definition"]
    kind = category(row["category"])
    base = _decoder.decode(text) if text else TemplateDefinition(row["name"], row["language"], kind)
    definition = replace(
        base,
        category=kind if row["category"] else base.category,
        provider_id=row["provider_id"],
        status=row["status"],
        quality=row["quality"],
        reason=row["reason"],
    )
    return Known(tenant, account, definition, bool(text), row["content_at"], row["updated_at"])


def to_row(tenant: str, account: str, definition: TemplateDefinition, now: int) -> dict[str, Any]:
    """The values of `listed` and `answered`: what the provider said at *now*."""
    content = replace(definition, status="", quality="", reason="", provider_id="")
    return {
        "tenant": tenant,
        "account": account,
        "name": definition.name,
        "language": definition.language,
        "logical": logical(definition.name),
        "provider_id": definition.provider_id,
        "status": definition.status,
        "category": definition.category,
        "quality": definition.quality,
        "reason": definition.reason,
        "definition": _encode(content).decode(),
        "at": now // 1_000_000 * 1_000_000 - SLACK,
        "now": now,
    }
