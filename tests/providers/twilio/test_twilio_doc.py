"""docs/twilio.md says what is so: its settings, and the class of every code."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from gateway.channels import Channels, load_providers
from gateway.settings import load
from providers.twilio.errors import CODES
from providers.twilio.settings import TwilioSettings

PAGE = (Path(__file__).parents[3] / "docs" / "twilio.md").read_text()


def test_every_setting_is_told_with_its_name() -> None:
    """And no other is."""
    table = PAGE.partition("| setting |")[2].partition("\n\n")[0]
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| ([^|]*) \|", table, re.MULTILINE))))
    assert told == {field.encode_name for field in msgspec.structs.fields(TwilioSettings)}


def test_every_code_is_in_the_row_of_its_class() -> None:
    """Ranges are written "63009 to 63012"."""
    told: dict[int, str] = {}
    table = PAGE.partition("| class | codes |")[2]
    for kind, codes in re.findall(r"^\| `(\w+)` \| ([^|]*) \|", table, re.MULTILINE):
        for first, last in re.findall(r"(\d{5})(?: to (\d{5}))?", codes):
            told |= {code: kind for code in range(int(first), int(last or first) + 1) if code in CODES}
    hooks = {11200, 12300}  # of the debugger; no send has them
    assert told == {code: rule.kind for code, rule in CODES.items() if code not in hooks}


def test_the_example_is_accepted(tmp_path: Path) -> None:
    """By the strict decoder and by the provider."""
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    text = "\n".join(line.removeprefix("   ") for line in example.splitlines())
    secret = 'auth_token = "some-token"'
    text = re.sub(r"auth_token = \{.*\}", secret, text).replace(
        "[[tenants.channels]]", '[[tenants]]\nid = "duka"\n\n[[tenants.channels]]'
    )
    text = text.replace("[server]", f'[server]\nsecret = "{"s" * 40}"')
    (tmp_path / "gateway.toml").write_text(text)
    (channel,) = Channels(load(tmp_path / "gateway.toml"), load_providers())
    assert (channel.number, channel.provider.name) == ("+15550104477", "twilio")
