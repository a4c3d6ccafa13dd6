"""Datadog's downtimes, in memory."""

from domain.downtimes import Downtime, DowntimeRequest, DowntimeStatus
from domain.errors import NotFound, RayneError


class FakeDowntimes:
    """`created` and `cancelled` record what was written, `downtimes` is what came of it.

    `crashes_with` is raised once, after the next downtime was made: the answer got lost.
    """

    def __init__(
        self, *, fails_with: RayneError | None = None, crashes_with: RayneError | None = None
    ) -> None:
        self.downtimes: dict[str, Downtime] = {}
        self.created: list[DowntimeRequest] = []
        self.cancelled: list[str] = []
        self.searches: list[str] = []
        self.fails_with = fails_with
        self.crashes_with = crashes_with

    async def find_downtime(self, key: str) -> Downtime | None:
        self._fail()
        self.searches.append(key)
        return next(
            (
                downtime
                for downtime in self.downtimes.values()
                if key in downtime.message and not downtime.status.is_over
            ),
            None,
        )

    async def create_downtime(self, request: DowntimeRequest) -> Downtime:
        self._fail()
        self.created.append(request)
        downtime = Downtime(
            id=f"00000000-0000-0000-0000-{len(self.created):012}", **request.model_dump()
        )
        self.downtimes[downtime.id] = downtime
        if self.crashes_with:
            crash, self.crashes_with = self.crashes_with, None
            raise crash
        return downtime

    async def cancel_downtime(self, id: str) -> None:
        self._fail()
        if id not in self.downtimes:
            raise NotFound(f"there is no downtime {id!r}")
        self.cancelled.append(id)
        self.downtimes[id] = self.downtimes[id].model_copy(
            update={"status": DowntimeStatus.CANCELED}
        )

    def _fail(self) -> None:
        if self.fails_with:
            raise self.fails_with
