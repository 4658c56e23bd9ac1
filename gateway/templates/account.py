"""What is known of the templates of a channel's account, from the table."""

from __future__ import annotations

from gateway.channels import Channel
from gateway.store.port import Scope, Store, Tx
from gateway.templates.known import Known, from_row
from gateway.templates.queries import TEMPLATE
from gateway.templates.registry import account_of


async def known_of(store: Store | Scope, channel: Channel) -> list[Known]:
    """The templates of *channel*'s account, by name and language."""
    tenant, account = channel.tenant, account_of(channel)

    async def work(tx: Tx) -> list[Known]:
        rows = await tx.all(TEMPLATE["of_account"], tenant=tenant, account=account)
        return [from_row(row, tenant, account) for row in rows]

    return await store.read(work)
