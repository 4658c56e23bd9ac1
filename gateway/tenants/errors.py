"""Why a tenant, a channel or a plugin cannot be changed as asked.

TenantsError
├── NotFound       there is none of this id
├── ManagedByFile  gateway.toml names it, so it is changed there
├── Taken          another has the id or the number
├── NotYet         it has to be served first
├── Refused        the provider does not play along
└── Invalid        a value cannot be meant; says which, and what to write
"""

from __future__ import annotations

from gateway.errors import GatewayError


class TenantsError(GatewayError):
    """The base of them. *code* is stable, for the API."""

    code = "refused"


class NotFound(TenantsError):
    """There is no *noun* ("channel") of the id *id*."""

    code = "not_found"

    def __init__(self, noun: str, id: str) -> None:
        self.noun, self.id = noun, id
        super().__init__(f"there is no {noun} {id!r}")


class ManagedByFile(TenantsError):
    """*what* ("channel 'main'") stands in gateway.toml, at *where*."""

    code = "managed_by_file"

    def __init__(self, what: str, where: str) -> None:
        self.where = where
        super().__init__(f"{what} stands in {where}; change it there, the file is read again by itself")


class Taken(TenantsError):
    """Another has the value at *pointer*."""

    code = "taken"

    def __init__(self, pointer: str, problem: str, remedy: str = "") -> None:
        self.pointer = pointer
        super().__init__(problem + (f" — {remedy}" if remedy else ""))


class NotYet(TenantsError):
    """The gateway has not served it yet, so there is nothing to change."""

    code = "not_served_yet"


class Refused(TenantsError):
    """What the provider, or the way to it, does not allow now."""

    code = "not_registered"


class Invalid(TenantsError):
    """The value at the JSON pointer *pointer* cannot be meant."""

    code = "invalid"

    def __init__(self, pointer: str, problem: str, remedy: str = "") -> None:
        self.pointer, self.problem, self.remedy = pointer, problem, remedy
        where = pointer.strip("/").replace("/", ".")
        super().__init__(f"{where}: {self.detail}" if where else self.detail)

    @property
    def detail(self) -> str:
        """Problem and remedy, without the place."""
        return self.problem + (f" — {self.remedy}" if self.remedy else "")
