"""Who changed what, newest first."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from api.access import ForAdmins
from api.dependencies import FromResources
from domain.audit import AuditEntry, AuditFilter

router = APIRouter(prefix="/v1/audit", tags=["people"], dependencies=[ForAdmins])

_LARGEST = 2**63 - 1


class Wanted(BaseModel):
    """`before` is the `next` of the page before."""

    who: str = Field("", max_length=200)
    action: str = Field("", max_length=200)
    subject: str = Field("", max_length=2000)
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    before: int | None = Field(None, ge=1, le=_LARGEST)
    limit: int = Field(50, ge=1, le=500)


class AuditPage(BaseModel):
    """`next` is null on the last page."""

    entries: list[AuditEntry]
    next: int | None


@router.get("")
async def list_audit(wanted: Annotated[Wanted, Query()], resources: FromResources) -> AuditPage:
    """Entries that are added meanwhile shift no page."""
    kept = AuditFilter(**wanted.model_dump(exclude={"before", "limit"}))
    entries = await resources.identity.audit.list_entries(
        kept, before_id=wanted.before, limit=wanted.limit
    )
    has_more = len(entries) == wanted.limit
    return AuditPage(entries=list(entries), next=entries[-1].id if has_more else None)
