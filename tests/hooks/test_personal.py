"""What a plugin says of the people in its tables, and what it forgot to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.commands.findings import plugins
from gateway.hooks.host import Host

TABLES = """\
create table shop_order (
    tenant text not null, id text not null,
    buyer_phone text not null,
    primary key (tenant, id)
);
create table shop_price (
    tenant text not null,
    id text not null,
    amount bigint not null,
    primary key (tenant, id)
);
alter table shop_price add column contact text not null default '';
"""
SAID = """\
from gateway import PersonalData, hook

@hook.register_personal_data
def personal():
    return [PersonalData("shop_order", phone="buyer_phone"), PersonalData("shop_price", nobody="prices")]
"""
SILENT = """\
from gateway import hook

@hook.on_start
async def start(): ...
"""


@pytest.mark.parametrize("code", [SAID, SILENT])
def test_gateway_check_notes_tables_of_which_nothing_is_said(code: str, tmp_path: Path) -> None:
    """A column that looks like a person, made at once or later, and no word about it: a note names both."""
    (tmp_path / "shop.py").write_text(code)
    (tmp_path / "shop_migrations").mkdir()
    (tmp_path / "shop_migrations" / "0001_shop.sql").write_text(TABLES)
    host = Host.load([tmp_path / "shop.py"], entry_points=False)
    assert host.failed == {}

    notes = [each.detail for each in plugins(host) if "says nothing of it" in each.detail]

    if code == SAID:
        assert notes == []
    else:
        assert len(notes) == 2
        assert "shop_order has a column buyer_phone" in notes[0]
        assert "shop_price has a column contact" in notes[1]
