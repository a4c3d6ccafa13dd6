"""`rayne demo`: one alert through a running stack, every step as it happens, then the report."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from rich.console import Console

from adapters.rayne_api import Json, RayneApi
from api.routes.incidents import IncidentDetails
from api.routes.webhooks import Accepted, WebhookEvent
from cli.report import show_report
from cli.stack import Stack
from domain.deliveries import EventStatus
from domain.errors import Misconfigured, NotFound, TimedOut, Unavailable
from domain.incidents import IncidentState
from domain.progress import Progress, StepProgress, StepState

LOOK_EVERY = timedelta(milliseconds=200)
PATIENCE = timedelta(minutes=2)  # per stage; an analysis by rules takes seconds

# A new alert each time, recovering about when the report has been read.
FIRING: Json = {"fresh_ids": True, "recovers_after_seconds": 20}

T = TypeVar("T")

_MARKS = {
    StepState.DONE: "[green]✓[/]",
    StepState.DEGRADED: "[yellow]![/]",
}


async def demo(stack: Stack, scenario: str, console: Console, *, recover: bool) -> None:
    """Delivers the scenario's alert as Datadog would, and its recovery after the report."""
    if stack.sandbox is None:
        raise Misconfigured("the demo needs the sandbox: run `rayne up` without DD_API_KEY")
    api, sandbox = RayneApi.connect(stack.api), RayneApi.connect(stack.sandbox)
    try:
        loaded = await sandbox.post(f"/sandbox/scenarios/{scenario}/load", FIRING)
        incident_id = await _deliver_alert(api, _body(loaded, "webhook"), console)
        await _follow(api, incident_id, console)
        details = await _details(api, incident_id)
        show_report(details, stack, console)
        if recover:
            await _deliver_recovery(api, incident_id, _body(loaded, "recovery"), console)
    finally:
        await api.aclose()
        await sandbox.aclose()


async def _deliver_alert(api: RayneApi, webhook: Json, console: Console) -> int:
    accepted = await _deliver(api, webhook)
    console.print(f"[green]✓[/] delivered: {webhook.get('title')!s} (event {accepted.event_id})")

    async def incident_of_event() -> int | None:
        found = await api.get(f"/v1/webhooks/events/{accepted.event_id}")
        return WebhookEvent.model_validate(found).incident_id

    incident_id = await _until(incident_of_event, "the relay to open an incident")
    console.print(f"[green]✓[/] incident {incident_id} (workflow incident-{incident_id})")
    return incident_id


async def _deliver_recovery(
    api: RayneApi, incident_id: int, recovery: Json, console: Console
) -> None:
    """Leaves nothing of this demo alerting, so that the next one's alert opens its own incident."""
    accepted = await _deliver(api, recovery)
    await _until(lambda: _is_processed(api, accepted.event_id), "the recovery to be relayed")
    others = [e for e in (await _details(api, incident_id)).episodes if e.recovered_at is None]
    if others:
        console.print(f"[green]✓[/] recovered; incident {incident_id} waits for {len(others)} more")
        return
    await _until(lambda: _is_resolved(api, incident_id), "the incident to be resolved")
    console.print(
        f"[green]✓[/] recovered: incident {incident_id} is resolved; its notebook says so"
    )


async def _is_processed(api: RayneApi, event_id: int) -> bool | None:
    found = await api.get(f"/v1/webhooks/events/{event_id}")
    return WebhookEvent.model_validate(found).status is EventStatus.PROCESSED or None


async def _is_resolved(api: RayneApi, incident_id: int) -> bool | None:
    return (await _details(api, incident_id)).state is IncidentState.RESOLVED or None


async def _follow(api: RayneApi, incident_id: int, console: Console) -> None:
    """Prints each step once, when it has ended."""
    console.print("  waiting for the first wave of alerts (group wait) ...")
    async for step in _ended_steps(api, incident_id):
        note = f"  [dim]{step.note}[/]" if step.note else ""
        console.print(f"{_MARKS[step.state]} {step.name}{note}")


async def _ended_steps(api: RayneApi, incident_id: int) -> AsyncIterator[StepProgress]:
    told: set[str] = set()
    while True:
        progress = await _until(lambda: _progress(api, incident_id), "the analysis to start")
        ended = [step for step in progress.steps if step.state in _MARKS]
        for step in ended:
            if step.name not in told:
                told.add(step.name)
                yield step
        if len(ended) == len(progress.steps):
            return
        await asyncio.sleep(LOOK_EVERY.total_seconds())


async def _progress(api: RayneApi, incident_id: int) -> Progress | None:
    """None while there is nothing to tell yet, or nobody to tell it."""
    try:
        return Progress.model_validate(await api.get(f"/v1/incidents/{incident_id}/progress"))
    except (NotFound, Unavailable):
        return None


async def _details(api: RayneApi, incident_id: int) -> IncidentDetails:
    return IncidentDetails.model_validate(await api.get(f"/v1/incidents/{incident_id}"))


async def _deliver(api: RayneApi, webhook: Json) -> Accepted:
    return Accepted.model_validate(await api.post("/v1/webhooks/receive", webhook))


async def _until(look: Callable[[], Awaitable[T | None]], what: str) -> T:
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while True:
                found = await look()
                if found is not None:
                    return found
                await asyncio.sleep(LOOK_EVERY.total_seconds())
    except TimeoutError as error:
        raise TimedOut(f"waited {PATIENCE.seconds} s for {what}") from error


def _body(loaded: Json, name: str) -> Json:
    body = loaded.get(name)
    if not isinstance(body, dict):
        raise NotFound(f"the sandbox has no {name} for this scenario")
    return body
