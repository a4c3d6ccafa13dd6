"""Monitors as Datadog knows them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel

from api.access import ForViewers
from api.datadog_port import Monitor, MonitorList, MonitorPage, Pages
from api.dependencies import FromDatadog, Page, number_within

router = APIRouter(prefix="/v1/monitors", tags=["monitors"], dependencies=[ForViewers])

MOST_PER_PAGE = 100


class Triggered(MonitorList):
    count: int


class MonitorName(BaseModel):
    id: int
    name: str
    status: str


class MonitorNames(BaseModel):
    monitors: list[MonitorName]
    count: int
    partial: str


def page_from_0(page: str = "0", per_page: str = "30") -> Page:
    """Datadog's own counting. What makes no sense becomes the default, as ever."""
    return Page(
        number=number_within(page, 0, 1_000_000, 0),
        size=number_within(per_page, 1, MOST_PER_PAGE, 30),
    )


FromPageFrom0 = Annotated[Page, Depends(page_from_0)]
Search = Annotated[str, Query(max_length=1000, description="in Datadog's monitor search syntax")]


@router.get("")
async def list_monitors(
    datadog: FromDatadog, page: FromPageFrom0, query: Search = ""
) -> MonitorPage:
    return await datadog.search_monitor_page(query, page=page.number, per_page=page.size)


@router.get("/triggered")
async def list_triggered_monitors(datadog: FromDatadog) -> Triggered:
    """All monitors in Alert, then all in Warn."""
    found = await datadog.triggered_monitors()
    return Triggered(**dict(found), count=len(found.monitors))


@router.get("/ids")
async def list_monitor_names(datadog: FromDatadog, query: Search = "") -> MonitorNames:
    """All monitors, by name and state."""
    found = await datadog.search_monitors(query)
    names = [MonitorName(**monitor.model_dump()) for monitor in found.monitors]
    return MonitorNames(monitors=names, count=len(names), partial=found.partial)


@router.get("/pages")
async def count_pages(datadog: FromDatadog, page: FromPageFrom0, query: Search = "") -> Pages:
    found = await datadog.search_monitor_page(query, page=page.number, per_page=page.size)
    return Pages(**found.model_dump(exclude={"monitors"}))


@router.get("/{monitor_id}")
async def get_monitor(
    monitor_id: Annotated[int, Path(gt=0, lt=2**63)], datadog: FromDatadog
) -> Monitor:
    return await datadog.get_monitor(monitor_id)
