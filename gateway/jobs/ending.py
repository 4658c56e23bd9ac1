"""After a run: what came of it is stored, counted and logged, and what it set going goes on."""

from __future__ import annotations

from collections.abc import Callable

from gateway.hooks.host import Host
from gateway.jobs.record import OpenJob, Outcome
from gateway.jobs.retry import wait
from gateway.jobs.settle import Ended, give_up, put_back, succeed
from gateway.observe import Metrics, get_logger
from gateway.pipeline.line import Line

log = get_logger("gateway.jobs")


class Ends:
    """*chance* (0 to 1) spreads retries."""

    def __init__(self, line: Line, host: Host, metrics: Metrics, chance: Callable[[], float]) -> None:
        self._line, self._around, self._host, self._metrics = line, line.around, host, metrics
        self._store, self._clock, self.chance = line.around.store, line.around.clock, chance

    async def keep(self, job: OpenJob, outcome: Outcome) -> None:
        """Keep how a run ended. Raises what the store raises; then nothing of it is kept."""
        now = self._clock.now()
        plugin = self._host.named(job.plugin)
        known = plugin.offers.jobs.get(job.name) if plugin is not None else None
        retries = known.retries if known is not None else 0
        if outcome.kind == "done":
            return await self._succeed(job, outcome, now)
        if outcome.kind == "dead" or (outcome.kind == "failed" and job.failures >= retries):
            since = self._line.outbox.restored.since(job.cause, now)
            done = await self._store.write(lambda tx: give_up(tx, self._around, job, outcome, now, since))
            if done.ours:
                self._metrics.dead.labels("job", outcome.reason).inc()
            self._told(job, outcome, "dead" if done.ours else "overtaken", done)
            return None
        failures = job.failures + (outcome.kind == "failed")
        if outcome.kind == "failed":
            outcome.after = wait(failures, self.chance())
        ours = await self._store.write(lambda tx: put_back(tx, job, outcome, failures, now))
        self._told(job, outcome, outcome.kind if ours else "overtaken", Ended(ours))
        return None

    async def _succeed(self, job: OpenJob, outcome: Outcome, now: int) -> None:
        """Keep what the job did, and let it go on: its messages, its events, the flow that waits."""
        done, restored = Ended(False), self._line.outbox.restored
        since = restored.since(job.cause, now)
        restored.judge(outcome.effects, job.cause, now)

        async def commit() -> bool:
            nonlocal done
            done = await self._store.write(lambda tx: succeed(tx, self._around, job, outcome, now, since))
            return done.ours

        if await self._line.outbox.keep(job.tenant, outcome.effects, now, commit):
            self._line.kept(done.effects)
        self._told(job, outcome, "done" if done.ours else "overtaken", done)

    def _told(self, job: OpenJob, outcome: Outcome, result: str, done: Ended) -> None:
        """Count how a run ended, log what is not as it should be, wake the flow."""
        self._metrics.jobs.labels(job.plugin, result).inc()
        if done.woke is not None:
            self._line.found(done.woke)
        if result not in ("done", "released"):
            say = log.error if result == "dead" else log.info
            say(
                f"job.{result}", tenant=job.tenant, plugin=job.plugin, job=job.name, job_id=job.id,
                attempt=job.attempt, problem=outcome.words, again_in=round(outcome.after, 1),
            )  # fmt: skip


def broken(job: OpenJob, error: Exception) -> Outcome:
    """A fault of ours: the job is tried again, as after one of its own."""
    log.exception("job.broken", tenant=job.tenant, plugin=job.plugin, job=job.name, job_id=job.id)
    words = f"the gateway failed: {type(error).__name__}"
    return Outcome("failed", reason="error", words=words, detail=f"{words}: {error}")
