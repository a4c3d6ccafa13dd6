"""`rayne incident`: list them, end those that do not end by themselves, set lost ones going."""

from collections.abc import AsyncIterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from adapters.rayne_api import RayneApi
from adapters.settings import Settings
from api.routes.incident_endings import Closed, Merged
from api.routes.incidents import IncidentDetails, IncidentList, IncidentSummary
from cli.calling import rayne_at_hand
from domain.analysis import AnalysisState

PER_PAGE = 100


async def list_incidents(
    settings: Settings, console: Console, *, is_open: bool, failed: bool, most: int
) -> None:
    """The newest first; with `failed`, those whose latest analysis did, and why."""
    wanted = ("state=open&" if is_open else "") + ("analysis=failed&" if failed else "")
    async with rayne_at_hand(settings) as api:
        found = [one async for one in _newest(api, wanted, most)]
        table = Table("Incident", "State", "Priority", "Since", "Title", "Outcome")
        for one in found:
            why = await _why(api, one.id) if failed else one.outcome
            table.add_row(
                f"{one.id}",
                one.state,
                one.priority,
                f"{one.first_alert_at:%Y-%m-%d %H:%M:%S}",
                escape(one.title),
                escape(why),
            )
    console.print(table)


async def close_incident(settings: Settings, incident_id: int, why: str, console: Console) -> None:
    async with rayne_at_hand(settings) as api:
        told = await api.post(f"/v1/incidents/{incident_id}/close", {"why": why})
    closed = Closed.model_validate(told)
    what = "is being closed" if closed.closed else "was closed already"
    console.print(f"Incident {incident_id} {what}.")


async def merge_incident(settings: Settings, incident_id: int, into: int, console: Console) -> None:
    async with rayne_at_hand(settings) as api:
        told = await api.post(f"/v1/incidents/{incident_id}/merge", {"into": into})
    merged = Merged.model_validate(told)
    console.print(f"Incident {incident_id} belongs to incident {merged.merged_into} now.")


async def resume_incidents(settings: Settings, ids: Sequence[int], console: Console) -> None:
    """All that are open, where `ids` names none. Safe to repeat, also after a part of them."""
    resumed = 0
    async with rayne_at_hand(settings) as api:
        named = list(ids) or [one.id async for one in _newest(api, "state=open&", None)]
        for incident_id in named:
            await api.post(f"/v1/incidents/{incident_id}/resume", {})
            resumed += 1
    console.print(f"Incidents told to go on: {resumed}")


async def _newest(api: RayneApi, wanted: str, most: int | None) -> AsyncIterator[IncidentSummary]:
    """All of them where `most` is None."""
    told, before = 0, ""
    while True:
        path = f"/v1/incidents?{wanted}per_page={PER_PAGE}{before}"
        page = IncidentList.model_validate(await api.get(path))
        for incident in page.incidents:
            if told == most:
                return
            told += 1
            yield incident
        if page.next is None:
            return
        before = f"&before={page.next}"


async def _why(api: RayneApi, incident_id: int) -> str:
    details = IncidentDetails.model_validate(await api.get(f"/v1/incidents/{incident_id}"))
    errors = [one.error for one in details.analyses if one.state is AnalysisState.FAILED]
    return errors[-1] if errors else ""
