"""`rayne incident`: list them, and end those that do not end by themselves."""

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


async def list_incidents(settings: Settings, console: Console, *, failed: bool, most: int) -> None:
    """The newest first; with `failed`, those whose latest analysis did, and why."""
    async with rayne_at_hand(settings) as api:
        found = await _newest(api, failed=failed, most=most)
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


async def _newest(api: RayneApi, *, failed: bool, most: int) -> list[IncidentSummary]:
    found: list[IncidentSummary] = []
    wanted = "analysis=failed&" if failed else ""
    before = ""
    while len(found) < most:
        path = f"/v1/incidents?{wanted}per_page={PER_PAGE}{before}"
        page = IncidentList.model_validate(await api.get(path))
        found += page.incidents
        if page.next is None:
            break
        before = f"&before={page.next}"
    return found[:most]


async def _why(api: RayneApi, incident_id: int) -> str:
    details = IncidentDetails.model_validate(await api.get(f"/v1/incidents/{incident_id}"))
    errors = [one.error for one in details.analyses if one.state is AnalysisState.FAILED]
    return errors[-1] if errors else ""
