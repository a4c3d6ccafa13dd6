"""Hosts as Datadog knows them: names, how many report, tags."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.access import ForViewers
from api.datadog_port import HostCount
from api.dependencies import FromDatadog

router = APIRouter(prefix="/v1/hosts", tags=["hosts"], dependencies=[ForViewers])

Filter = Annotated[str, Query(max_length=500)]


class HostTags(BaseModel):
    tags: list[str]


@router.get("")
async def list_hosts(datadog: FromDatadog, filter: Filter = "") -> list[str]:
    """The names of all hosts, or of those that Datadog's `filter` finds."""
    return await datadog.list_hosts(filter)


@router.get("/active")
async def count_hosts(datadog: FromDatadog) -> HostCount:
    return await datadog.count_hosts()


@router.get("/tags")
async def list_tags(datadog: FromDatadog, filter: Filter = "") -> dict[str, list[str]]:
    """By host, its tags: all of them or an error, never a host whose tags are an error's text."""
    return await datadog.list_host_tags(filter)


@router.get("/{hostname}/tags")
async def get_tags(hostname: str, datadog: FromDatadog) -> HostTags:
    return HostTags(tags=await datadog.get_host_tags(hostname))
