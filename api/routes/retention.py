"""How long data are kept: what the next run would remove, and running it now."""

from fastapi import APIRouter
from pydantic import BaseModel

from api.access import ForAdmins, ForViewers, FromJournal
from api.dependencies import FromResources
from domain.retention import Expected
from workflows import ids

router = APIRouter(prefix="/v1/retention", tags=["health"])


class RetentionPreview(BaseModel):
    """Nothing was removed. Up to 100,000 rows of a kind are counted."""

    kinds: list[Expected]


class RetentionStarted(BaseModel):
    workflow_id: str = ids.RETENTION


@router.get("", dependencies=[ForViewers])
async def preview_retention(resources: FromResources) -> RetentionPreview:
    """A dry run: what would go by today's settings."""
    plan = resources.keep.plan(resources.clock())
    return RetentionPreview(kinds=list(await resources.retention.expected(plan)))


@router.post("", status_code=202, dependencies=[ForAdmins])
async def run_retention(resources: FromResources, journal: FromJournal) -> RetentionStarted:
    """Removes now what tonight would. Does nothing where it runs already."""
    journal.tell("retention.started", "all kinds")
    await resources.runs.run_retention()
    return RetentionStarted()
