"""Incidents that a person takes in hand: closed, merged into another, or resumed."""

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, Field

from api.access import ForOperators, FromJournal
from api.dependencies import FromResources
from domain.analysis import AnalysisKey
from workflows import ids

router = APIRouter(prefix="/v1/incidents", tags=["incidents"])


class Closing(BaseModel):
    why: str = Field("", max_length=1_000)


class Closed(BaseModel):
    """`closed` is false where it was closed already. Its run does the rest, an instant later."""

    incident_id: int
    closed: bool
    workflow_id: str


class Resumed(BaseModel):
    incident_id: int
    workflow_id: str


class Merging(BaseModel):
    into: int = Field(ge=1, le=2**63 - 1)


class Merged(BaseModel):
    incident_id: int
    merged_into: int
    workflow_id: str  # of the incident that goes on


@router.post("/{incident_id}/close", status_code=202, dependencies=[ForOperators])
async def close_incident(
    incident_id: int,
    resources: FromResources,
    journal: FromJournal,
    closing: Annotated[Closing, Body(default_factory=Closing)],
) -> Closed:
    """As if all its alerts had recovered now: downtimes are lifted, the notebook says resolved.

    Safe at any time and again. An alert that goes on opens a new incident with its next reminder.
    """
    closed = await resources.endings.close_incident(
        incident_id, why=closing.why, now=resources.clock(), signed=journal.sign()
    )
    await _tell_its_run(resources, incident_id)
    return Closed(incident_id=incident_id, closed=closed, workflow_id=ids.incident(incident_id))


@router.post("/{incident_id}/merge", status_code=202, dependencies=[ForOperators])
async def merge_incident(
    incident_id: int, merging: Merging, resources: FromResources, journal: FromJournal
) -> Merged:
    """What still alerts in it, and what comes of its group later, is the other's from now on.

    Its analysis is stopped; its report, if there is one, says where it went. Safe to repeat.
    """
    await resources.endings.merge_incident(
        incident_id, into=merging.into, now=resources.clock(), signed=journal.sign()
    )
    incident = await resources.incidents.get_incident(incident_id)
    latest = AnalysisKey(incident_id=incident_id, number=max(incident.analyses, 1))
    await resources.runs.stop_analysis(latest, f"merged into incident {merging.into}")
    for one in (incident_id, merging.into):
        await _tell_its_run(resources, one)
    return Merged(
        incident_id=incident_id,
        merged_into=merging.into,
        workflow_id=ids.incident(merging.into),
    )


@router.post("/{incident_id}/resume", status_code=202, dependencies=[ForOperators])
async def resume_incident(
    incident_id: int, resources: FromResources, journal: FromJournal
) -> Resumed:
    """Its run looks at the database again; where Temporal has lost the run, it starts anew.

    For a Temporal that was lost, or restored from a backup older than the database. Safe at any
    time and again: what was done is in the database, and is not done twice.
    """
    await _tell_its_run(resources, incident_id)
    journal.tell("incident.resumed", f"incident {incident_id}")
    return Resumed(incident_id=incident_id, workflow_id=ids.incident(incident_id))


async def _tell_its_run(resources: FromResources, incident_id: int) -> None:
    incident = await resources.incidents.get_incident(incident_id)
    await resources.runs.look_again(incident, resources.grouping)
