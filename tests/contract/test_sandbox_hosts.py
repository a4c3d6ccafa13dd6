"""Hosts of the stand-in Datadog, and their tags."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.factories import NOON
from tests.servers.sandbox import a_sandbox, asking, write_scenario

HOSTS = "/api/v1/hosts"
TAGS = "/api/v1/tags/hosts"


async def names(client: httpx.AsyncClient, **query: str | int) -> list[str]:
    return [host["name"] for host in (await client.get(HOSTS, params=query)).json()["host_list"]]


async def test_hosts_are_filtered_and_paged(datadog: httpx.AsyncClient) -> None:
    query: dict[str, str | int] = {"filter": "checkout", "start": 1, "count": 1}

    answer = (await datadog.get(HOSTS, params=query)).json()

    assert [host["name"] for host in answer["host_list"]] == ["checkout-7d9f-b"]
    assert (answer["total_matching"], answer["total_returned"]) == (3, 1)


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        ("service:search-api", ["search-api-1"]),
        ("host:search-api-1", ["search-api-1"]),
        ("elastic", ["search-api-1"]),
        ("absent", []),
    ],
)
async def test_hosts_are_found_by_tag_name_or_application(
    datadog: httpx.AsyncClient, filter_: str, found: list[str]
) -> None:
    assert await names(datadog, filter=filter_) == found


async def test_order_turns_around(datadog: httpx.AsyncClient) -> None:
    assert await names(datadog, sort_dir="desc") == (await names(datadog))[::-1]


async def test_hosts_are_ordered_by_their_load(datadog: httpx.AsyncClient) -> None:
    assert (await names(datadog, sort_field="cpu", sort_dir="desc"))[0] == "search-api-1"


@pytest.mark.parametrize(
    ("asked_minutes_ago", "found"),
    [(None, ["db-1", "db-2"]), (60, ["db-1"]), (180, ["db-1", "db-2"])],
)
async def test_host_that_is_down_reported_a_while_ago(
    tmp_path: Path, asked_minutes_ago: int | None, found: list[str]
) -> None:
    hosts = [{"name": "db-1"}, {"name": "db-2", "up": False}]
    query = {}
    if asked_minutes_ago is not None:
        query = {"from": int((NOON - timedelta(minutes=asked_minutes_ago)).timestamp())}
    async with asking(a_sandbox(scenarios=write_scenario(tmp_path, hosts=hosts))) as client:
        await client.post("/sandbox/scenarios/small/load")

        assert await names(client, **query) == found


async def test_host_tells_its_load(datadog: httpx.AsyncClient) -> None:
    query = {"filter": "search-api-1"}

    (host,) = (await datadog.get(HOSTS, params=query)).json()["host_list"]

    assert host["metrics"] == {"cpu": 44.0, "iowait": 1.1, "load": 0.61}


async def test_hosts_that_report_are_counted(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.get(f"{HOSTS}/totals")

    assert answer.json() == {"total_active": 4, "total_up": 4}


async def test_each_tag_names_its_hosts(datadog: httpx.AsyncClient) -> None:
    tags = (await datadog.get(TAGS)).json()["tags"]

    assert tags["service:search-api"] == ["search-api-1"]
    assert len(tags["env:prod"]) == 4


async def test_host_names_its_tags(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.get(f"{TAGS}/search-api-1")

    assert answer.json() == {"host": "search-api-1", "tags": ["env:prod", "service:search-api"]}


async def test_source_that_gave_no_tags_has_none(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.get(f"{TAGS}/search-api-1", params={"source": "chef"})

    assert answer.json()["tags"] == []


async def test_tags_of_an_unknown_host_are_not_found(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.get(f"{TAGS}/absent")

    assert (answer.status_code, answer.json()) == (404, {"errors": ["Host absent not found"]})


@pytest.mark.parametrize(("name", "value"), [("count", 1001), ("start", -1), ("sort_dir", "up")])
async def test_bad_page_is_refused_by_name(
    datadog: httpx.AsyncClient, name: str, value: str | int
) -> None:
    answer = await datadog.get(HOSTS, params={name: value})

    assert answer.status_code == 400
    assert f"'{name}'" in answer.json()["errors"][0]
