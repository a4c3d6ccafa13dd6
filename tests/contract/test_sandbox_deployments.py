"""Deployments of the stand-in Datadog: told by scenarios, posted, and listed."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.factories import NOON

POST = "/api/v2/dora/deployment"
LIST = "/api/v2/dora/deployments"
SHA = "66adc9350f2cc9b250b69abddab733dd55e1a588"


def nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000_000


def a_deployment(**changes: Any) -> dict[str, Any]:
    attributes = {
        "service": "invoices",
        "started_at": nanoseconds(NOON - timedelta(minutes=10)),
        "finished_at": nanoseconds(NOON - timedelta(minutes=5)),
        "version": "1.2.3",
    } | changes
    return {"data": {"attributes": attributes}}


def a_list(**attributes: Any) -> dict[str, Any]:
    return {"data": {"type": "dora_deployments_list_request", "attributes": attributes}}


async def listed(client: httpx.AsyncClient, **attributes: Any) -> list[dict[str, Any]]:
    answer = await client.post(LIST, json=a_list(**attributes))
    assert answer.status_code == 200, answer.text
    return [each["attributes"] for each in answer.json()["data"]]


async def test_deployments_of_scenarios_are_listed_newest_first(
    datadog: httpx.AsyncClient,
) -> None:
    found = await listed(datadog)

    times = [each["started_at"] for each in found]
    assert times == sorted(times, reverse=True)
    assert ("checkout", "2.14.0") in {(each["service"], each["version"]) for each in found}


@pytest.mark.parametrize(
    ("asked", "services"),
    [
        ({"query": "service:checkout"}, ["checkout"]),
        ({"query": "service:checkout AND env:dev"}, []),
        ({"limit": 1}, ["search-api"]),
        ({"from": "2026-01-02T11:40:00Z", "sort": "started_at"}, ["checkout", "search-api"]),
        ({"to": "2026-01-02T11:00:00Z", "query": "version:1.40.2"}, ["cart"]),
    ],
)
async def test_list_is_narrowed(
    datadog: httpx.AsyncClient, asked: dict[str, Any], services: list[str]
) -> None:
    assert [each["service"] for each in await listed(datadog, **asked)] == services


async def test_posted_deployment_is_listed(empty: httpx.AsyncClient) -> None:
    git = {"commit_sha": SHA, "repository_url": "https://git.example/acme/invoices"}

    answer = await empty.post(POST, json=a_deployment(git=git))

    (found,) = await listed(empty)
    assert (answer.status_code, answer.json()["data"]["type"]) == (200, "dora_deployment")
    assert found["started_at"] == "2026-01-02T11:50:00Z"
    assert found["git"] == {"commit_sha": SHA, "repository_id": "git.example/acme/invoices"}


async def test_same_id_again_replaces(empty: httpx.AsyncClient) -> None:
    for version in ("1.2.3", "1.2.4"):
        await empty.post(POST, json=a_deployment(id="build-7", version=version))

    assert [each["version"] for each in await listed(empty)] == ["1.2.4"]


async def test_deployment_that_is_yet_to_start_is_not_listed(empty: httpx.AsyncClient) -> None:
    later = nanoseconds(NOON + timedelta(minutes=1))

    await empty.post(POST, json=a_deployment(started_at=later, finished_at=later))

    assert await listed(empty) == []


async def test_wrong_type_is_refused_in_datadogs_words(empty: httpx.AsyncClient) -> None:
    answer = await empty.post(LIST, json={"data": {"type": "list", "attributes": {}}})

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["title"]) == (400, "Bad Request")
    assert error["detail"] == 'got type "list" expected one of "dora_deployments_list_request"'


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"started_at": "soon"}, "data.attributes.started_at"),
        ({"git": {"commit_sha": "short", "repository_url": "x"}}, "commit_sha"),
        ({"colour": "red"}, "'colour' was unexpected"),
    ],
)
async def test_bad_deployment_is_refused_by_name(
    empty: httpx.AsyncClient, changes: dict[str, Any], named: str
) -> None:
    answer = await empty.post(POST, json=a_deployment(**changes))

    (error,) = answer.json()["errors"]
    assert answer.status_code == 400
    assert named in error["detail"]
