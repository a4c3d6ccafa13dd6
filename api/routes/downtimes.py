"""Datadog's downtimes: what is muted, muting by hand, and ending it."""

from contextlib import suppress
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response, status
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from api.access import ForOperators, ForViewers, FromJournal
from api.dependencies import FromDatadog, FromResources
from api.journal import Facts
from domain.downtimes import Downtime, DowntimeStatus
from domain.errors import NotFound
from domain.manual_downtimes import ManualDowntime, is_by_hand, request_of, why_too_wide

router = APIRouter(prefix="/v1/downtimes", tags=["downtimes"])

LONGEST_MINUTES = 7 * 24 * 60


class DowntimeView(BaseModel):
    """`monitor_id` is null where it mutes by tags, `end` where it never ends."""

    id: str
    monitor_id: int | None
    scope: str
    status: DowntimeStatus
    start: AwareDatetime | None
    end: AwareDatetime | None
    message: str


class DowntimeList(BaseModel):
    """`ids` and `scopes` are the first Rayne's parallel arrays, in the order of `downtimes`.

    An id is a UUID as text: Datadog's numbers ended with its first downtime API. `partial` says
    what is missing, or "".
    """

    ids: list[str]
    scopes: list[str]
    downtimes: list[DowntimeView]
    partial: str


def _narrow(scope: str) -> str:
    problem = why_too_wide(scope)
    if problem:
        raise ValueError(problem)
    return scope.strip()


class NewDowntime(BaseModel):
    """One monitor, and the group of it to mute: 'env:prod AND service:checkout'.

    Ends at `end`, or `duration_minutes` after it starts; two hours where neither is said.
    """

    model_config = ConfigDict(extra="forbid")

    monitor_id: int = Field(gt=0)
    scope: Annotated[str, Field(max_length=2000), AfterValidator(_narrow)]
    message: str = Field(default="", max_length=2000)
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None
    duration_minutes: int | None = Field(default=None, ge=1, le=LONGEST_MINUTES)

    @model_validator(mode="after")
    def _ends_once(self) -> Self:
        if self.end is not None and self.duration_minutes is not None:
            raise ValueError("give end or duration_minutes, not both")
        if self.end is not None and self.start is not None and self.end <= self.start:
            raise ValueError("end must be after start")
        return self

    def wish(self) -> ManualDowntime:
        return ManualDowntime(
            monitor_id=self.monitor_id,
            scope=self.scope,
            message=self.message,
            start_at=self.start,
            end_at=self.end,
            minutes=self.duration_minutes or 120,
        )


@router.get("", dependencies=[ForViewers])
async def list_downtimes(datadog: FromDatadog, *, current_only: bool = False) -> DowntimeList:
    """Every downtime that Datadog still tells of; with `current_only` those that mute now."""
    found = await datadog.list_downtimes(current_only=current_only)
    return DowntimeList(
        ids=[downtime.id for downtime in found.items],
        scopes=[downtime.scope for downtime in found.items],
        downtimes=[_view(downtime) for downtime in found.items],
        partial=found.partial,
    )


@router.post("", status_code=status.HTTP_201_CREATED, dependencies=[ForOperators])
async def create_downtime(
    new: NewDowntime,
    datadog: FromDatadog,
    resources: FromResources,
    response: Response,
    journal: FromJournal,
) -> DowntimeView:
    """Mutes one group of one monitor. Asked again while it mutes: 200 and the same downtime."""
    request = request_of(new.wish(), resources.clock())
    known = await datadog.find_downtime(request.key)
    if known is not None:
        response.status_code = status.HTTP_200_OK
        return _view(known)
    made = _view(await datadog.create_downtime(request))
    journal.tell("downtime.made", made.id, after=_facts(made))
    return made


@router.delete(
    "/{downtime_id}", status_code=status.HTTP_204_NO_CONTENT, dependencies=[ForOperators]
)
async def cancel_downtime(
    downtime_id: UUID, datadog: FromDatadog, resources: FromResources, journal: FromJournal
) -> None:
    """Ends it now, and tells the run of Rayne's that made it, if one did.

    Idempotent: after a 5xx, ask again.
    """
    downtime = await datadog.get_downtime(str(downtime_id))
    journal.tell("downtime.cancelled", downtime.id, before=_facts(_view(downtime)))
    await datadog.cancel_downtime(downtime.id)
    if downtime.key and not is_by_hand(downtime.key):
        with suppress(NotFound):  # its run is over, or another Rayne's
            await resources.runs.downtime_cancelled(downtime.key)


def _facts(downtime: DowntimeView) -> Facts:
    """What the audit log tells of a downtime."""
    return downtime.model_dump(mode="json", include={"monitor_id", "scope", "start", "end"})


def _view(downtime: Downtime) -> DowntimeView:
    return DowntimeView(
        id=downtime.id,
        monitor_id=downtime.monitor_id,
        scope=downtime.scope,
        status=downtime.status,
        start=downtime.start_at,
        end=downtime.end_at,
        message=downtime.message,
    )
