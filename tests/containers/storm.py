"""A storm on the parts as Compose starts them, while one of each kind is killed."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

from adapters import clock
from tests.chaos.bodies import Writer
from tests.chaos.plan import Wanted
from tests.chaos.run import Report, muted, settle
from tests.chaos.sending import Sender
from tests.chaos.stage import CONFIG
from tests.chaos.telling import plan
from tests.chaos.verdict import judge
from tests.chaos.watching import look
from tests.containers.stage import ComposeStage

PARTS = ("api-1", "api-2", "worker-1", "worker-2", "agent-1")
KILLED: Mapping[str, float] = {
    "api-1": 0.3,
    "worker-1": 0.45,
    "agent-1": 0.6,
}  # when, of its length
AWAY = 2.0  # seconds
# Short, so that the storm sees the whole life of its incidents.
SETTINGS = {
    "RAYNE_GROUP_WAIT": "1s",
    "RAYNE_GROUP_IDLE": "40s",
    "RAYNE_DOWNTIME_GRACE": "1s",
    "RAYNE_MAX_ANALYSES": "4",
}
WANTED = Wanted(seed=1, deliveries=300, kills=0, stories=12, length=20, outage=0)
PATIENCE = 120  # seconds


async def storm(folder: Path, wanted: Wanted = WANTED) -> Report:
    began = monotonic()
    told = plan(wanted)
    stage = ComposeStage(folder, PARTS, **SETTINGS)
    with stage.state.opened():
        try:
            await stage.begin()
            await _mute(stage, muted(told))
            sender = Sender(stage, told, Writer(wanted.seed, clock.now()))
            async with asyncio.TaskGroup() as together:
                together.create_task(sender.run())
                for part, moment in KILLED.items():
                    together.create_task(_strike(stage, sender, part, moment * wanted.length))
            settled_after = await settle(stage, PATIENCE)
            stage.note_ends()
            findings = judge(told, sender.sent, await look(stage, Counter()))
        finally:
            await stage.end()
    return Report(
        storm=told,
        sent=sender.sent,
        findings=findings,
        kills=len(KILLED),
        ended_alone=stage.ended_alone,
        settled_after=settled_after,
        took=monotonic() - began,
    )


async def _strike(stage: ComposeStage, sender: Sender, part: str, moment: float) -> None:
    await sender.until(moment)
    await stage.kill_part(part, AWAY)


async def _mute(stage: ComposeStage, monitors: list[int]) -> None:
    config = {
        "name": CONFIG,
        "url": "https://rayne.example.com/v1/webhooks/receive",
        "auto_downtime": True,
        "downtime_duration_minutes": 30,
        "monitor_ids": monitors,
        "transitions": ["Triggered"],
    }
    (await stage.api.post("/v1/webhooks/config", json=config)).raise_for_status()
