"""What is known of the contacts of a batch: a constant number of round trips, however many they are."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.clock import DAY
from gateway.consent import PURPOSES
from gateway.consent.queries import CONSENT
from gateway.consent.record import states
from gateway.consent.suppress import suppressed_each
from gateway.model.event import Identity
from gateway.policy.asked import Asked
from gateway.policy.queries import POLICY
from gateway.store.port import Tx
from gateway.store.seal import Place, Seal

#: By (tenant, contact): what the contact said of each purpose, and what it is kept from.
Said = dict[tuple[str, str], dict[str, str]]
Kept = dict[tuple[str, str], frozenset[str]]


async def find(tx: Tx, asked: Sequence[Asked]) -> None:
    """Fill in who each of *asked* is for. One whose conversation is gone keeps no contact."""
    rows = await tx.each(
        POLICY["facts"],
        [{"n": n, "tenant": a.tenant, "conversation": a.conversation} for n, a in enumerate(asked)],
    )
    for row in rows:
        one = asked[row["n"]]
        one.contact, one.window_until = row["contact"], row["window_until"]
        one.marketing_after, one.time_zone = row["marketing_after"], row["time_zone"]
        one.wrote_at = max(0, (row["last_until"] or 0) - DAY)
        one.leaving = bool(row["leaving"])
    whose = sorted({(one.tenant, one.contact) for one in asked if one.contact})
    names: dict[tuple[str, str], list[Identity]] = {key: [] for key in whose}
    for tenant, contacts in by_tenant(whose).items():
        keys = [{"tenant": tenant, "contact": contact} for contact in contacts]
        for row in await tx.each(POLICY["identities"], keys):
            found = Identity(row["kind"], row["value"], row["scope"])
            names[tenant, row["contact"]].append(found)
    for one in asked:
        one.names = tuple(names.get((one.tenant, one.contact), ()))


def by_tenant(keys: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """The contacts of each tenant."""
    found: dict[str, list[str]] = {}
    for tenant, contact in keys:
        found.setdefault(tenant, []).append(contact)
    return found


class Permissions:
    """What contacts have allowed and refused. *seal* opens the tenants' keys of the suppression lists."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self._keys: dict[str, bytes] = {}

    async def read(self, tx: Tx, asked: Sequence[Asked]) -> tuple[Said, Kept]:
        """What each contact of *asked* said, and what it is suppressed for."""
        said: Said = {}
        kept: Kept = {}
        people = {(one.tenant, one.contact): one for one in asked if one.contact}
        for tenant, contacts in by_tenant(sorted(people)).items():
            for contact, state in (await states(tx, tenant, contacts)).items():
                said[tenant, contact] = {str(purpose): word for purpose, word in state.items()}
            if key := await self._key(tx, tenant):
                names = {contact: people[tenant, contact].names for contact in contacts}
                for contact, purposes in (await suppressed_each(tx, key, tenant, names)).items():
                    kept[tenant, contact] = frozenset(purposes)
        # The names by which a suppression is found go first when a contact is erased.
        kept |= {key: frozenset(PURPOSES) for key, one in people.items() if one.leaving}
        return said, kept

    async def _key(self, tx: Tx, tenant: str) -> bytes | None:
        """The key of the tenant's list; None when nobody was ever put on it."""
        if tenant not in self._keys:
            sealed = await tx.value(CONSENT["secret"], tenant=tenant, name="suppression")
            if sealed is None:
                return None
            place = Place(tenant, "tenant_secret", "value", "suppression")
            self._keys[tenant] = self._seal.open(bytes(sealed), place)
        return self._keys[tenant]
