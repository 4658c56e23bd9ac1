"""schemathesis against a gateway that runs: `make fuzz` for long, and a test for short.

It is a process of its own, as any client is. Every operation of the document is asked three ways: its
examples, the edges of every schema, and random requests, right and wrong ones. Ids in paths are first those
of rows that there are, then any.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct

from gateway.demo.settings import toml
from gateway.operate import operate
from gateway.settings import Settings, load
from tests.support.house import ANA, BEN, House
from tests.support.postgres import Urls, make_database, start_postgres

#: What is held against every answer.
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,ignored_auth,unsupported_method,allow_header_conformance"
)
#: Answers that never end are not asked for.
STREAMS = "text/event-stream"


#: With ids that there are nothing is deleted: the next request shall find it.
CHANGING = ("GET", "POST", "PUT", "PATCH")


class Fuzzed(House):
    """A house whose API may be asked as often as anybody likes, and whose webhooks end at the simulator."""

    def write(self) -> Settings:
        self.limits = {f"{name}_burst": 100_000 for name in ("key", "tenant", "unauthorized")}
        self.webhooks = {"internal": [self.sim.api_base] if self.sim.api_base else []}
        return super().write()

    @classmethod
    @asynccontextmanager
    async def started(cls, folder: Path, urls: Urls) -> AsyncIterator[Fuzzed]:
        """Two tenants, running."""
        house = cls(folder, urls)
        house.line("duka")
        house.line("soko")
        try:
            await house.start()
            yield house
        finally:
            await house.close()


class Summary(Struct, frozen=True):
    """What a run said. *failures* counts distinct ones; *text* is all that it printed."""

    operations: int
    cases: int
    failures: int
    text: str

    def __str__(self) -> str:
        return f"{self.operations} operations, {self.cases} cases, {self.failures} failures"


async def seed(house: House) -> None:
    """Rows of every kind that a tenant may have: two conversations, messages both ways, one for later."""
    for who in (ANA, BEN):
        await house.sim.says(who, "hello")
        await house.sim.wait_for(who, 1)
    for more in ({}, {"send_at": "2026-12-24T09:00:00+03:00"}):
        order = {"channel": "duka-main", "to": ANA, "message": {"type": "text", "text": "a note"}, **more}
        code, told = await house.api("POST", json=order)
        assert code == 202, told
    code, told = await house.api(
        "POST", "/api/v1/media", data=b"%PDF-1.4 seeded", params={"filename": "a.pdf"}
    )
    assert code == 201, told
    for path, body in (
        ("/keys", {"scopes": ["read"], "name": "a second one"}),
        ("/webhooks", {"url": f"{house.sim.api_base}/hook"}),
        ("/contacts", {"name": "Somebody", "identities": [{"kind": "phone", "value": "+254700000077"}]}),
    ):
        code, told = await house.api("POST", f"/api/v1{path}", json=body)
        assert code == 201, told


async def document(house: House) -> dict[str, Any]:
    """The OpenAPI document that the gateway serves."""
    async with house.session.get(house.url + "/api/v1/openapi.json") as answer:
        assert answer.status == 200
        found: dict[str, Any] = await answer.json()
        return found


def asked(found: dict[str, Any], whose: str) -> dict[str, Any]:
    """The part of the document that a key of *whose* ("tenant", "operator") may ask, without streams.

    Gateway-Tenant is taken out: the key decides whether it is sent."""
    paths: dict[str, Any] = {}
    for path, operations in found["paths"].items():
        kept = {}
        for method, each in operations.items():
            content = [*each["responses"].get("200", {}).get("content", ())]
            if each["x-whose"] == whose and STREAMS not in content:
                named = [one for one in each["parameters"] if one["name"] != "Gateway-Tenant"]
                kept[method] = {**each, "parameters": named}
        if kept:
            paths[path] = kept
    return {**found, "paths": paths}


async def ids(house: House, found: dict[str, Any], headers: dict[str, str]) -> list[tuple[str, str, str]]:
    """For each address with one id in it: (address, parameter, the id of a row that there is)."""
    known = []
    for path in found["paths"]:
        if path.count("{") != 1:
            continue
        above = path.partition("/{")[0]
        async with house.session.get(house.url + above, headers=headers) as answer:
            listed = await answer.json() if answer.status == 200 else {}
        # Not the key with which is asked: what is done to it ends the run.
        others = [
            each for each in listed.get("items", []) if each.get("id", "?") not in headers["Authorization"]
        ]
        first = next(iter(others), {})
        name = re.findall(r"\{(\w+)\}", path)[0]
        if value := first.get("id") or first.get("name"):
            known.append((path, name, value))
    return known


EVERY_PHASE = "examples,coverage,fuzzing"


async def run(
    house: House, found: dict[str, Any], headers: dict[str, str], known: list[tuple[str, str, str]], *,
    examples: int, seconds: int, methods: tuple[str, ...] = (), phases: str = EVERY_PHASE,
) -> Summary:  # fmt: skip
    """One run of schemathesis with these *headers*; *known* ids are put into their addresses."""
    with tempfile.TemporaryDirectory(prefix="gateway-fuzz-") as name:
        folder = Path(name)
        (folder / "openapi.json").write_text(json.dumps(found))
        lines = []
        for path, one, value in known:
            lines += ["[[operations]]", f"include-path = {toml(path)}"]
            lines.append(f"parameters = {{ {toml(f'path.{one}')} = {toml(value)} }}")
        (folder / "schemathesis.toml").write_text("\n".join(lines))
        words = [
            "run", str(folder / "openapi.json"), "--url", house.url, "--phases", phases,
            "--checks", CHECKS, "--max-examples", str(examples), "--seed", "1", "--continue-on-failure",
            "--no-color", "--warnings", "off", "--generation-database", "none", "--no-shrink",
            "--suppress-health-check", "all", "--request-timeout", "45", "--workers", "2",
            *[word for name, value in headers.items() for word in ("-H", f"{name}: {value}")],
            *[word for method in methods for word in ("--include-method", method)],
        ]  # fmt: skip
        program = Path(sys.executable).with_name("schemathesis")
        process = await asyncio.create_subprocess_exec(
            program, "--config-file", str(folder / "schemathesis.toml"), *words, cwd=folder,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            async with asyncio.timeout(seconds):
                said, _ = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        text = said.decode(errors="replace")
        if process.returncode not in (0, 1):
            raise AssertionError(text)
        return summary(text)


def summary(text: str) -> Summary:
    """What schemathesis printed at its end, as numbers."""

    def number(pattern: str) -> int:
        match = re.search(pattern, text)
        return int(match[1].replace(",", "")) if match else 0

    return Summary(
        number(r"Selected: ([\d,]+)/"),
        number(r"([\d,]+) generated"),
        number(r"([\d,]+) unique failure"),
        text,
    )


async def every_run(
    house: House, examples: int, seconds: int = 300, *, phases: str = EVERY_PHASE
) -> dict[str, Summary]:
    """The runs, by what they ask: a tenant, with ids that there are, in these *phases*; deletions of any ids;
    an operator."""
    await seed(house)
    found = await document(house)
    tenant = {"Authorization": f"Bearer {await house.key()}"}
    made = await operate(load(house.config), "key.create", {"operator": True, "scopes": ["*"]})
    operator = {"Authorization": f"Bearer {made['key']}"}
    whole: dict[str, Any] = {"examples": examples, "seconds": seconds}
    ours, theirs = asked(found, "tenant"), asked(found, "operator")
    known = await ids(house, ours, tenant)
    return {
        "a tenant, ids that there are": await run(
            house, ours, tenant, known, methods=CHANGING, phases=phases, **whole
        ),
        "a tenant, any ids": await run(house, ours, tenant, [], methods=("DELETE",), **whole),
        "an operator": await run(house, theirs, operator, [], **whole),
    }


async def _main(examples: int) -> int:
    """The long form, on both databases."""
    failures = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = start_postgres(folder / "data", fsync=False)
        try:
            for urls in (Urls(f"sqlite:///{folder}/gateway.db", "", ""), make_database(server, "fuzzed")):
                async with Fuzzed.started(folder, urls) as house:
                    for what, done in (await every_run(house, examples, 7200)).items():
                        failures += done.failures
                        print(done.text if done.failures else f"{urls.url.partition(':')[0]}, {what}: {done}")
        finally:
            server.stop()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_main(int(sys.argv[1]) if sys.argv[1:] else 200)))
