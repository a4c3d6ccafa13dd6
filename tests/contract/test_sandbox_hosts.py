"""Hosts of the stand-in Datadog, and their tags."""

import httpx


async def test_hosts_are_filtered_and_paged(datadog: httpx.AsyncClient) -> None:
    query: dict[str, str | int] = {"filter": "checkout", "start": 1, "count": 1}

    answer = (await datadog.get("/api/v1/hosts", params=query)).json()

    assert [host["name"] for host in answer["host_list"]] == ["checkout-7d9f-b"]
    assert (answer["total_matching"], answer["total_returned"]) == (3, 1)


async def test_host_tells_its_load(datadog: httpx.AsyncClient) -> None:
    query = {"filter": "search-api-1"}

    (host,) = (await datadog.get("/api/v1/hosts", params=query)).json()["host_list"]

    assert host["metrics"] == {"cpu": 44.0, "iowait": 1.1, "load": 0.61}
