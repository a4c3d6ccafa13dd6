"""One storm from beginning to end."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from adapters import clock
from tests.chaos.bodies import Writer, monitors_of
from tests.chaos.plan import MOST_ANALYSES, Kill, Outage, Storm, Wanted
from tests.chaos.sending import Answer, Sender, Sent
from tests.chaos.stage import Stage, staged
from tests.chaos.telling import plan
from tests.chaos.verdict import Finding, judge
from tests.chaos.watching import is_settled, look
from tests.e2e.stack import until
from tests.servers.anthropic import MessagesServer
from tests.servers.anthropic_scripts import Character

# Short, so that a storm sees the whole life of its incidents.
VARIABLES = {
    "RAYNE_GROUP_WAIT": "1s",
    "RAYNE_GROUP_IDLE": "60s",
    "RAYNE_DOWNTIME_GRACE": "1s",
    "RAYNE_MAX_ANALYSES": f"{MOST_ANALYSES}",
}
THINKS = 1.0  # seconds that the scripted model takes for a turn
OK = 200


@dataclass(frozen=True)
class Report:
    storm: Storm
    sent: Sent
    findings: list[Finding]
    kills: int
    ended_alone: list[str]
    settled_after: float | None  # seconds after the last answer; None: not in time
    took: float  # seconds, servers' starts included

    @property
    def broken(self) -> list[str]:
        found = [f"{each.what}: {case}" for each in self.findings for case in each.broken]
        found += self.ended_alone
        answered, wanted = len(self.sent.answers), self.storm.wanted.deliveries
        if answered != wanted:
            found.append(f"{answered} of {wanted} deliveries were answered")
        if self.settled_after is None:
            found.append("not everything was finished in time")
        if self.kills < len(self.storm.kills):
            found.append(f"only {self.kills} of {len(self.storm.kills)} kills were possible")
        return found

    def latencies(self, *, in_outage: bool = False) -> list[float]:
        """Of acknowledgements, in seconds, the quickest first."""
        outage = self.storm.outage
        chosen = (a for a in self.sent.answers if not in_outage or outage.covers(a.at))
        return sorted(_seconds(chosen))


async def run(wanted: Wanted, folder: Path, *, patience: float) -> Report:
    """Waits `patience` seconds at most, after the last answer, for everything to be finished."""
    began = monotonic()
    storm = plan(wanted)
    async with _model(wanted.turns) as model, staged(folder, **_variables(model)) as stage:
        await stage.set_up(wanted.seed, muted(storm))
        sender = Sender(stage, storm, Writer(wanted.seed, clock.now()))
        killer = _Killer(stage, sender)
        async with asyncio.TaskGroup() as together:
            together.create_task(sender.run())
            together.create_task(killer.endure(storm.outage))
            for kill in storm.kills:
                together.create_task(killer.strike(kill))
        settled_after = await settle(stage, patience)
        stage.note_ends()
        findings = judge(storm, sender.sent, await look(stage, _paid(model)))
    return Report(
        storm=storm,
        sent=sender.sent,
        findings=findings,
        kills=killer.killed,
        ended_alone=stage.ended_alone,
        settled_after=settled_after,
        took=monotonic() - began,
    )


class _Killer:
    def __init__(self, stage: Stage, sender: Sender) -> None:
        self._stage = stage
        self._sender = sender
        self.killed = 0

    async def strike(self, kill: Kill) -> None:
        await self._sender.until(kill.at)
        await self._stage.kill(kill.victim, kill.away)
        self.killed += 1

    async def endure(self, outage: Outage) -> None:
        if outage.length:
            await self._sender.until(outage.at)
            await self._stage.endure(outage)


@asynccontextmanager
async def _model(turns: int) -> AsyncIterator[MessagesServer | None]:
    if not turns:
        yield None
        return
    script = Character(policy="investigates", turns=turns, delay=THINKS)
    async with MessagesServer.running(script=script) as model:
        yield model


def _variables(model: MessagesServer | None) -> dict[str, str]:
    if model is None:
        return VARIABLES
    return VARIABLES | {"ANTHROPIC_BASE_URL": model.url, "ANTHROPIC_API_KEY": "sk-ant-test"}


def _paid(model: MessagesServer | None) -> Counter[tuple[str, int]]:
    exchanges = model.exchanges if model else ()
    return Counter((each.conversation, each.turn) for each in exchanges if each.status == OK)


async def settle(stage: Stage, patience: float) -> float | None:
    began = monotonic()
    try:
        await until(lambda: is_settled(stage), patience)
    except TimeoutError:
        return None
    return monotonic() - began


def muted(storm: Storm) -> list[int]:
    return sorted({m for story in storm.stories if story.is_muted for m in monitors_of(story)})


def _seconds(answers: Iterable[Answer]) -> Iterable[float]:
    return (answer.seconds for answer in answers)
