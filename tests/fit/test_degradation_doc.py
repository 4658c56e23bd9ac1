"""docs/degradation.md says what `gateway.fit` does: every kind, every feature, every level."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from msgspec.structs import replace

from gateway.errors import SendRefused
from gateway.fit import Fitted, fit
from gateway.model import outbound as out
from gateway.model.capability import Capabilities, Level, Loss
from gateway.model.outbound import Outbound
from tests.fit.tables import EVERYTHING, FEATURES, PROVIDERS, TAGS
from tests.golden.catalogue import MESSAGES

PAGE = (Path(__file__).parents[2] / "docs" / "degradation.md").read_text()
#: What only a provider's own work looks at.
PROVIDERS_OWN = {"template.named"}
#: Features that no message of the catalogue shows.
MORE: dict[str, Outbound] = {
    "product.footer": out.Product("7100", "SKU-1", "This?", "Shop"),
    "product_list.footer": out.ProductList("x", "7", [out.ProductSection("T", ["a"])], "Offers", "Shop"),
    "catalog.footer": out.Catalog("All", "", "Shop"),
    "cta_url.header_media": out.CtaUrl("x", "Open", "https://a.example", out.Header(image="9001")),
    "flow.header": out.FlowForm("x", "1", "Book", header="Head"),
    "flow.header_media": out.FlowForm("x", "1", "Book", header=out.Header(image="9001")),
    "flow.footer": out.FlowForm("x", "1", "Book", footer="Foot"),
    "carousel.products": out.Carousel("x", [out.CarouselCard(sku="a"), out.CarouselCard(sku="b")], "7100"),
}


def section(title: str) -> str:
    """The text below a heading."""
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def fitted(message: Outbound, levels: dict[str, Level]) -> Fitted | None:
    """The result, None when it was refused."""
    try:
        return fit(message, Capabilities(EVERYTHING | levels))
    except SendRefused:
        return None


def test_every_kind_is_explained() -> None:
    """In the table of kinds."""
    named = re.findall(
        r"[a-z_]+", " ".join(re.findall(r"^\| ([a-z_, ]+) \|", section("Kinds"), re.MULTILINE))
    )

    assert set(TAGS) <= set(named)


def test_every_feature_is_explained_and_no_other_is_used() -> None:
    """In the table of features; providers say nothing that nobody reads."""
    table = section("Levels").split("| feature |")[1].split("\n\n")[0]
    named = re.findall(r"`([a-z_.]+)`", "".join(re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE)))

    assert sorted(named) == sorted({*FEATURES} | PROVIDERS_OWN)
    for capabilities in PROVIDERS:
        assert set(capabilities.levels) <= {*TAGS, *FEATURES} | PROVIDERS_OWN


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("level", ["dropped", "rejected"])
def test_every_feature_is_read(feature: str, level: Level) -> None:
    """A channel that lacks it makes a difference to some message."""
    messages = [MORE[feature]] if feature in MORE else list(MESSAGES.values())

    assert any(fitted(message, {feature: level}) != fitted(message, {}) for message in messages)


def test_the_levels_and_ways_are_all_there() -> None:
    """Each by its name."""
    info = msgspec.inspect.type_info(Loss)
    assert isinstance(info, msgspec.inspect.StructType)
    kinds = {field.name: field.type for field in info.fields}
    assert isinstance(kinds["how"], msgspec.inspect.LiteralType)

    assert re.findall(r"^\| `(\w+)` \|", section("Levels"), re.MULTILINE)[:5] == list(get_args(Level))
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE.split("## Levels")[0], re.MULTILINE)) == {
        *kinds["how"].values
    }


def test_a_channel_with_everything_loses_nothing() -> None:
    """What is within the limits goes as it is."""
    for key in (
        "text",
        "document",
        "buttons_framed",
        "list",
        "cta_url",
        "carousel_links",
        "contacts",
        "flow",
    ):
        message = replace(MESSAGES[key], reply_to="wamid.1")
        assert fit(message, Capabilities(EVERYTHING)).messages == (message,)
        assert fit(message, Capabilities(EVERYTHING)).losses == ()
