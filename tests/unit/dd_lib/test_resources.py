"""Laws of hosts, monitors and metrics: what is read from their answers."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from domain.errors import InvalidInput, UnexpectedReply
from tests.factories import NOON, a_window
from tests.unit.dd_lib.conversations import Script, talking_to

MS = round(NOON.timestamp() * 1000)


def hosts(*found: dict[str, Any], matching: int = 0) -> dict[str, Any]:
    return {"host_list": list(found), "total_matching": matching or len(found)}


def series(values: list[list[float | None]], /, **changes: Any) -> dict[str, Any]:
    attributes = {
        "series": [{"group_tags": [], "query_index": 0, "unit": None} for _ in values],
        "times": [MS + 60_000 * i for i in range(len(values[0]))],
        "values": values,
    }
    return {"data": {"type": "timeseries_response", "attributes": attributes | changes}}


async def test_a_host_is_found_by_its_alias() -> None:
    script = Script(hosts({"name": "i-0abc", "up": True, "aliases": ["web-1"]}))

    async with talking_to(script) as api:
        found = await api.find_host("web-1")

    assert found is not None
    assert found.name == "i-0abc"


async def test_hosts_are_read_on_until_the_name_comes() -> None:
    script = Script(hosts({"name": "web-10"}, matching=2), hosts({"name": "web-1"}, matching=2))

    async with talking_to(script) as api:
        found = await api.find_host("web-1")

    assert found is not None
    assert [request.url.params["start"] for request in script.requests] == ["0", "1"]


async def test_an_empty_page_ends_the_hosts_whatever_the_total_says() -> None:
    script = Script(hosts({"name": "web-10"}, matching=9), hosts(matching=9))

    async with talking_to(script) as api:
        found = await api.find_host("web-1")

    assert found is None
    assert len(script.requests) == 2


async def test_a_hosts_tags_of_all_sources_are_joined_without_doubles() -> None:
    tags = {"Datadog": ["env:prod", "host:web-1"], "AWS": ["zone:a", "env:prod"]}
    async with talking_to(Script(hosts({"name": "web-1", "tags_by_source": tags}))) as api:
        found = await api.find_host("web-1")

    assert found is not None
    assert found.tags == ("env:prod", "host:web-1", "zone:a")


async def test_a_host_without_measurements_has_none() -> None:
    async with talking_to(Script(hosts({"name": "web-1", "mute_timeout": None}))) as api:
        found = await api.find_host("web-1")

    assert found is not None
    assert (found.cpu, found.iowait, found.load) == (None, None, None)


@pytest.mark.parametrize(
    ("creator", "name"),
    [
        ({"name": "Ada", "handle": "ada@x", "email": "ada@x"}, "Ada"),
        ({"name": None, "handle": "ada@x"}, "ada@x"),
        (None, ""),
    ],
)
async def test_a_monitors_creator_has_a_name_if_any(
    creator: dict[str, Any] | None, name: str
) -> None:
    answer = {"id": 42, "type": "t", "query": "q", "creator": creator}
    async with talking_to(Script(answer)) as api:
        monitor = await api.get_monitor(42)

    assert monitor.creator == name


async def test_a_metrics_gaps_are_left_out_and_are_no_zeros() -> None:
    async with talking_to(Script(series([[1.0, None, 0.0]]))) as api:
        (found,) = await api.query_metric("avg:a{*}", a_window())

    assert [(point.at, point.value) for point in found.points] == [
        (NOON, 1.0),
        (NOON + timedelta(minutes=2), 0.0),
    ]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999"])
async def test_what_is_no_number_is_a_gap(value: str) -> None:
    body = json.dumps(series([[1.0, 2.0]])).replace("2.0", value)
    async with talking_to(Script(httpx.Response(200, text=body))) as api:
        (found,) = await api.query_metric("avg:a{*}", a_window())

    assert [point.value for point in found.points] == [1.0]


async def test_a_series_keeps_its_group_and_its_unit() -> None:
    unit = [{"name": "byte", "family": "bytes"}, {"name": "second"}]
    group = {"group_tags": ["host:a", "env:prod"], "query_index": 0, "unit": unit}
    async with talking_to(Script(series([[1.0]], series=[group]))) as api:
        (found,) = await api.query_metric("avg:a{*} by {host,env}", a_window())

    assert (found.query, found.scope) == ("avg:a{*} by {host,env}", "host:a,env:prod")
    assert found.unit == "byte/second"


@pytest.mark.parametrize(
    "changes",
    [{"times": [MS]}, {"values": [[1.0]]}, {"series": []}, {"times": [MS, 10**18]}],
    ids=["times short", "row short", "series short", "time absurd"],
)
async def test_a_table_that_does_not_fit_together_is_an_unexpected_reply(
    changes: dict[str, Any],
) -> None:
    async with talking_to(Script(series([[1.0, 2.0]], **changes))) as api:
        with pytest.raises(UnexpectedReply):
            await api.query_metric("avg:a{*}", a_window())


async def test_a_query_that_datadog_could_not_read_is_invalid() -> None:
    async with talking_to(Script({"data": {}, "errors": "unexpected token"})) as api:
        with pytest.raises(InvalidInput, match="unexpected token"):
            await api.query_metric("avg:", a_window())
