"""What Rayne makes of the alerts."""

from typing import Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel

from api.access import ForOperators, ForViewers, FromJournal
from api.dependencies import FromPage, FromPiece, FromResources
from api.routes.webhooks import NotebookLink
from domain.analysis import AnalysisKey, AnalysisRecord, AnalysisState
from domain.errors import NotFound
from domain.incidents import Episode, Incident, IncidentState, Occasion
from domain.mutings import Muting
from domain.progress import Progress
from domain.timeline import Moment, timeline
from workflows import ids

router = APIRouter(prefix="/v1/incidents", tags=["incidents"])


class IncidentSummary(BaseModel):
    id: int
    key: str
    state: IncidentState
    title: str
    service: str
    env: str
    monitor_id: int | None
    priority: str
    opened_at: AwareDatetime
    first_alert_at: AwareDatetime
    last_alert_at: AwareDatetime
    ended_at: AwareDatetime | None
    outcome: str
    closed_by: str
    closed_why: str
    merged_into: int | None
    workflow_id: str
    notebook: NotebookLink | None
    episodes: list[Episode]


class IncidentList(BaseModel):
    """`next`, as `before`, asks for what follows; null after the last."""

    incidents: list[IncidentSummary]
    total_count: int
    total_is_exact: bool
    next: int | None
    page: int
    per_page: int


class AnalysisStarted(BaseModel):
    """`started` is false where one was under way already: `analysis` is that one's number."""

    incident_id: int
    analysis: int
    started: bool
    workflow_id: str


class Told(BaseModel):
    """`told_at` once every desktop was; null, and the reason in `given_up`, where one was not."""

    occasion: Occasion
    told_at: AwareDatetime | None
    given_up: str


class IncidentDetails(IncidentSummary):
    """Everything: `analyses` carry the evidence and the report, `timeline` the story."""

    event_ids: list[int]
    downtimes: list[Muting]
    notices: list[Told]
    analyses: list[AnalysisRecord]
    timeline: list[Moment]


@router.get("", dependencies=[ForViewers])
async def list_incidents(
    resources: FromResources,
    page: FromPage,
    piece: FromPiece,
    state: Literal["open"] | None = None,
    analysis: Literal["failed"] | None = None,
) -> IncidentList:
    """Newest first; with `state=open`, only those that are open; with `analysis=failed`, only those
    whose latest analysis failed for good.
    """
    listed = await resources.incidents.list_incidents(
        piece, is_open=state == "open", analysis_failed=analysis == "failed"
    )
    return IncidentList(
        incidents=[IncidentSummary(**_summary(incident)) for incident in listed.items],
        total_count=listed.total,
        total_is_exact=listed.is_exact,
        next=listed.next,
        page=page.number,
        per_page=page.size,
    )


@router.get("/{incident_id}", dependencies=[ForViewers])
async def get_incident(incident_id: int, resources: FromResources) -> IncidentDetails:
    incident = await resources.incidents.get_incident(incident_id)
    alerts = await resources.incidents.alerts_of(incident_id)
    analyses = await resources.analyses.list_analyses(incident_id)
    notices = await resources.desktops.notices.list_notices(incident_id)
    return IncidentDetails(
        **_summary(incident),
        event_ids=list(incident.event_ids),
        downtimes=list(incident.downtimes),
        notices=[Told.model_validate(notice, from_attributes=True) for notice in notices],
        analyses=list(analyses),
        timeline=list(timeline(incident, alerts, analyses)),
    )


@router.get("/{incident_id}/progress", dependencies=[ForViewers])
async def get_progress(incident_id: int, resources: FromResources) -> Progress:
    """The steps of the latest analysis, as its run tells them now."""
    analyses = await resources.analyses.list_analyses(incident_id)
    if not analyses:
        await resources.incidents.get_incident(incident_id)
        raise NotFound(f"incident {incident_id} has no analysis yet")
    return await resources.runs.progress(_latest(incident_id, analyses))


@router.post("/{incident_id}/analyze", status_code=202, dependencies=[ForOperators])
async def analyze_again(
    incident_id: int, resources: FromResources, journal: FromJournal
) -> AnalysisStarted:
    """Another analysis of the same minutes; the notebook is rewritten with what it finds.

    While one is under way, that one is answered and none is started.
    """
    incident = await resources.incidents.get_incident(incident_id)
    analyses = await resources.analyses.list_analyses(incident_id)
    number = max((analysis.key.number for analysis in analyses), default=0)
    key = AnalysisKey(incident_id=incident_id, number=max(number, 1))
    under_way = _is_under_way(incident, analyses)
    journal.tell("incident.analysed_again", f"incident {incident_id}")
    if not under_way:
        key = AnalysisKey(incident_id=incident_id, number=number + 1)
        await resources.runs.analyze_again(key)
    return AnalysisStarted(
        incident_id=incident_id,
        analysis=key.number,
        started=not under_way,
        workflow_id=ids.root_cause_analysis(key),
    )


def _is_under_way(incident: Incident, analyses: tuple[AnalysisRecord, ...]) -> bool:
    """An open incident without an analysis is about to get its first."""
    if analyses:
        return analyses[-1].state is AnalysisState.RUNNING
    return incident.state is IncidentState.OPEN


def _latest(incident_id: int, analyses: tuple[AnalysisRecord, ...]) -> AnalysisKey:
    return AnalysisKey(incident_id=incident_id, number=max(a.key.number for a in analyses))


def _summary(incident: Incident) -> dict[str, object]:
    known = incident.notebook
    return {
        **incident.model_dump(
            exclude={"event_ids", "downtimes", "notebook", "analyses", "group_key"}
        ),
        "workflow_id": ids.incident(incident.id),
        "notebook": NotebookLink(id=str(known.id), url=known.url) if known else None,
    }
