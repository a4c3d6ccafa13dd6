"""Log search, in the first Rayne's short words and in Datadog's own."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from api.access import ForViewers
from api.bodies import AsEver
from api.datadog_port import Found
from api.dependencies import FromDatadog
from dd_lib.log_pages import LogQuestion

router = APIRouter(prefix="/v1/logs", tags=["logs"], dependencies=[ForViewers])

MOST_LOGS = 1000  # Datadog refuses more in one page

Moment = Annotated[
    str, Field(description="now-30m, a time in ISO 8601, or milliseconds since 1970")
]


class LogSearch(AsEver):
    """More than 1000 are 1000."""

    query: str = "*"
    from_: Moment = Field(alias="from")
    to: Moment
    limit: Annotated[int, Field(ge=1)] = 50

    def question(self) -> LogQuestion:
        return LogQuestion(
            query=self.query or "*",
            start=self.from_,
            end=self.to,
            indexes=("main",),
            limit=min(self.limit, MOST_LOGS),
        )


class Closed(AsEver):
    """What we would have to drop is refused instead."""

    model_config = ConfigDict(extra="forbid")


class LogFilter(Closed):
    query: str = "*"
    indexes: tuple[str, ...] = ()
    from_: Moment = Field(default="", alias="from")
    to: Moment = ""


class LogPaging(Closed):
    limit: Annotated[int, Field(ge=1, le=MOST_LOGS)] = 50
    cursor: str = ""


class AdvancedLogSearch(Closed):
    """Datadog's own words. Without times it takes its last 15 minutes, without indexes all."""

    filter: LogFilter = Field(default_factory=LogFilter)
    sort: Literal["timestamp", "-timestamp"] = "timestamp"
    page: LogPaging = Field(default_factory=LogPaging)

    def question(self) -> LogQuestion:
        return LogQuestion(
            query=self.filter.query or "*",
            start=self.filter.from_,
            end=self.filter.to,
            indexes=self.filter.indexes,
            sort=self.sort,
            limit=self.page.limit,
            cursor=self.page.cursor,
        )


@router.post("/search")
async def search_logs(search: LogSearch, datadog: FromDatadog) -> Found:
    """The index `main`, oldest first."""
    return await datadog.search_logs(search.question())


@router.post("/search/advanced")
async def search_logs_in_datadogs_words(search: AdvancedLogSearch, datadog: FromDatadog) -> Found:
    """`meta.page.after` is the next page's `cursor`; keep the times absolute while paging."""
    return await datadog.search_logs(search.question())
