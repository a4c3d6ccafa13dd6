"""What people say of an analysis: memory learns from it."""

from fastapi import APIRouter
from pydantic import BaseModel

from api.access import ForOperators, ForViewers, FromJournal
from api.dependencies import FromResources
from domain.errors import Conflict
from domain.feedback import Feedback, FeedbackRequest, Verdict
from workflows import ids

router = APIRouter(prefix="/v1/incidents", tags=["incidents"])


class FeedbackTaken(BaseModel):
    incident_id: int
    verdict: Verdict
    workflow_id: str  # of the run that tells memory


class FeedbackList(BaseModel):
    """Oldest first; the last one counts."""

    feedback: list[Feedback]


@router.post("/{incident_id}/feedback", status_code=202, dependencies=[ForOperators])
async def give_feedback(
    incident_id: int, given: FeedbackRequest, resources: FromResources, journal: FromJournal
) -> FeedbackTaken:
    """Stored first. A 503 means that memory was not told: send it again, which does no harm."""
    incident = await resources.incidents.get_incident(incident_id)
    if not incident.outcome:
        raise Conflict(f"incident {incident_id} has no finished analysis to judge yet")
    await resources.feedbacks.give(
        Feedback(incident_id=incident_id, given_at=resources.clock(), **given.model_dump())
    )
    journal.tell("feedback.given", f"incident {incident_id}", after={"verdict": given.verdict})
    await resources.runs.feedback_given(incident_id)
    return FeedbackTaken(
        incident_id=incident_id, verdict=given.verdict, workflow_id=ids.learning(incident_id)
    )


@router.get("/{incident_id}/feedback", dependencies=[ForViewers])
async def list_feedback(incident_id: int, resources: FromResources) -> FeedbackList:
    await resources.incidents.get_incident(incident_id)
    return FeedbackList(feedback=list(await resources.feedbacks.list_feedback(incident_id)))
