"""Laws of the tools: the fields that callers read, whatever Datadog leaves out."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types
from pydantic import JsonValue

from dd_lib.tools.registry import TOOLS, call
from dd_lib.tools.tool import Asking
from domain.errors import InvalidInput, KeyRefused, NotFound
from tests.factories import NOON
from tests.unit.dd_lib.conversations import Script, client_of

EXPECTED = {
    "aggregate_logs",
    "get_downtimes",
    "get_events",
    "get_host_info",
    "get_monitor_details",
    "get_monitors",
    "get_service_health",
    "get_triggered_monitors",
    "list_changes",
    "list_services",
    "query_metrics",
    "search_logs",
    "search_spans",
}
AT = NOON.isoformat()


class ByPath(Script):
    """Answers each path in its own way, and anything else with an empty object."""

    def __init__(self, **answers: httpx.Response | dict[str, Any]) -> None:
        super().__init__({})
        self._by_name = answers

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._by_name.get(request.url.path.rpartition("/")[2], {})
        return httpx.Response(200, json=answer) if isinstance(answer, dict) else answer


async def told(script: Script, name: str, given: Mapping[str, JsonValue]) -> Any:
    async with client_of(script) as client:
        return await call(Asking(client, lambda: NOON), name, given)


def test_there_are_the_thirteen_tools() -> None:
    assert set(TOOLS) == EXPECTED


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_tool_tells_what_it_does_and_takes(name: str) -> None:
    tool = TOOLS[name]

    Draft202012Validator.check_schema(tool.schema)
    assert tool.schema["additionalProperties"] is False
    assert tool.description.endswith(".")
    assert tool.read_only


async def test_an_unknown_tool_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="search_logs"):
        await told(Script({}), "search_log", {})


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("search_logs", {"querry": "x"}),
        ("search_logs", {"limit": 0}),
        ("search_logs", {"from_time": "soon"}),
        ("search_logs", {"from_time": "now", "to_time": "now-1h"}),
        ("get_monitor_details", {}),
        ("get_host_info", {"hostname": ""}),
        ("aggregate_logs", {"aggregation": "mode"}),
    ],
)
async def test_parameters_that_do_not_fit_ask_nothing(
    name: str, given: dict[str, JsonValue]
) -> None:
    script = Script({})

    with pytest.raises(InvalidInput):
        await told(script, name, given)

    assert script.requests == []


async def test_a_relative_time_becomes_absolute_before_it_is_asked() -> None:
    script = Script({"data": []})

    await told(script, "search_logs", {"from_time": "now-30m"})

    asked = json.loads(script.requests[0].content)["filter"]
    assert asked["from"] == "2026-01-02T11:30:00.000+00:00"
    assert asked["to"] == "2026-01-02T12:00:00.000+00:00"


async def test_log_lines_have_the_fields_that_callers_read() -> None:
    attributes = {
        "timestamp": AT,
        "status": "error",
        "service": "checkout",
        "host": "web-1",
        "message": "boom",
        "attributes": {"trace_id": "77"},
    }

    answer = await told(Script({"data": [{"attributes": attributes}]}), "search_logs", {})

    assert answer["count"] == 1
    line = answer["logs"][0]
    assert line == {
        "timestamp": AT,
        "status": "error",
        "service": "checkout",
        "host": "web-1",
        "message": "boom",
        "trace_id": "77",
    }


async def test_a_host_has_the_fields_that_callers_read() -> None:
    host = {
        "name": "web-1",
        "up": True,
        "is_muted": True,
        "apps": ["nginx"],
        "sources": ["agent"],
        "metrics": {"cpu": 12.5, "load": 0.4},
        "tags_by_source": {"Datadog": ["env:prod"]},
    }

    answer = await told(
        Script({"host_list": [host], "total_matching": 1}), "get_host_info", {"hostname": "web-1"}
    )

    assert answer == {
        "hostname": "web-1",
        "up": True,
        "is_muted": True,
        "apps": ["nginx"],
        "sources": ["agent"],
        "tags": ["env:prod"],
        "metrics": {"cpu": 12.5, "iowait": None, "load": 0.4, "memory": None},
    }


async def test_a_host_that_is_not_there_is_an_answer() -> None:
    answer = await told(Script({"host_list": []}), "get_host_info", {"hostname": "web-1"})

    assert answer["hostname"] == "web-1"
    assert "no host of that name" in answer["error"]


async def test_events_have_the_fields_that_callers_read() -> None:
    event = {
        "id_str": "7",
        "title": "Deployed",
        "alert_type": "info",
        "source_type_name": "deployment",
        "host": "web-1",
    }

    answer = await told(Script({"events": [event]}), "get_events", {"from_time": 1767353700})

    assert answer["count"] == 1
    wanted = {"id": "7", "title": "Deployed", "alert_type": "info", "source": "deployment"}
    assert answer["events"][0].items() >= (wanted | {"host": "web-1"}).items()


@pytest.mark.parametrize(("there", "limit"), [(3, 2), (1000, 1000)])
async def test_events_that_were_left_out_are_told(there: int, limit: int) -> None:
    script = Script({"events": [{"id_str": str(number)} for number in range(there)]})

    answer = await told(script, "get_events", {"limit": limit})

    assert "only the newest" in answer["partial"]


async def test_a_monitors_creator_is_a_name_and_its_groups_have_states() -> None:
    monitor = {
        "id": 42,
        "name": "n",
        "type": "query alert",
        "query": "q",
        "creator": {"name": None, "handle": "a@b.example"},
        "state": {"groups": {"host:b": {"status": "OK"}, "host:a": {"status": "Alert"}}},
    }

    answer = await told(Script(monitor), "get_monitor_details", {"monitor_id": 42})

    assert (answer["name"], answer["type"], answer["query"]) == ("n", "query alert", "q")
    assert answer["creator"] == "a@b.example"
    assert answer["groups"] == {"host:a": "Alert", "host:b": "OK"}


async def test_a_monitor_that_is_not_there_is_an_answer() -> None:
    missing = httpx.Response(404, json={"errors": ["Monitor not found"]})

    answer = await told(Script(missing), "get_monitor_details", {"monitor_id": 7})

    assert answer == {"id": 7, "error": "there is no monitor 7"}


async def test_refused_keys_are_no_answer() -> None:
    with pytest.raises(KeyRefused):
        await told(Script(httpx.Response(403)), "list_services", {})


async def test_a_metric_is_summed_up_and_thinned() -> None:
    first = round(NOON.timestamp() * 1000)
    attributes = {
        "series": [{"group_tags": ["host:a"]}],
        "times": [first + 60_000 * i for i in range(300)],
        "values": [[float(i) for i in range(300)]],
    }

    answer = await told(
        Script({"data": {"attributes": attributes}}), "query_metrics", {"query": "avg:a{*}"}
    )

    (series,) = answer["series"]
    assert (series["min"], series["avg"], series["max"], series["last"]) == (0, 149.5, 299, 299)
    assert len(series["points"]) == 60


async def test_changes_of_both_places_are_in_one_order() -> None:
    event = {
        "timestamp": "2026-01-02T11:50:00Z",
        "attributes": {"title": "Flag checkout-v2 on", "source_type_name": "feature_flag"},
    }
    deployment = {"service": "cart", "started_at": "2026-01-02T11:40:00Z", "version": "2.4.1"}
    script = ByPath(
        search={"data": [{"id": "e", "attributes": event}]},
        deployments={"data": [{"id": "d", "attributes": deployment}]},
    )

    answer = await told(script, "list_changes", {})

    assert [change["kind"] for change in answer["changes"]] == ["deployment", "feature flag"]
    assert answer["changes"][0]["title"] == "Deployed cart 2.4.1"


async def test_alerts_among_the_events_are_no_changes() -> None:
    event = {"timestamp": AT, "attributes": {"title": "CPU", "source_type_name": "alert"}}
    script = ByPath(search={"data": [{"id": "e", "attributes": event}]})

    answer = await told(script, "list_changes", {})

    assert answer["changes"] == []


async def test_without_deployments_the_other_changes_are_told_and_the_gap_too() -> None:
    event = {"timestamp": AT, "attributes": {"title": "x", "source_type_name": "github"}}
    script = ByPath(
        search={"data": [{"id": "e", "attributes": event}]}, deployments=httpx.Response(403)
    )

    answer = await told(script, "list_changes", {})

    assert answer["count"] == 1
    assert "deployments could not be asked" in answer["partial"]


async def test_a_spans_duration_is_in_milliseconds() -> None:
    span = {"service": "cart", "custom": {"duration": 3_402_932, "error": {"type": "Timeout"}}}

    answer = await told(Script({"data": [{"attributes": span}]}), "search_spans", {})

    assert answer["spans"][0]["duration_ms"] == pytest.approx(3.402932)
    assert answer["spans"][0]["error"] == {"type": "Timeout"}


async def test_downtimes_of_a_monitor_leave_out_those_of_others() -> None:
    def downtime(id: str, identifier: dict[str, Any]) -> dict[str, Any]:
        attributes = {"status": "active", "monitor_identifier": identifier}
        return {"id": id, "attributes": attributes}

    listed = [
        downtime("ours", {"monitor_id": 42}),
        downtime("another's", {"monitor_id": 43}),
        downtime("by tags", {"monitor_tags": ["team:shop"]}),
    ]
    answer = {"data": listed, "meta": {"page": {"total_filtered_count": 3}}}

    found = await told(Script(answer), "get_downtimes", {"monitor_id": 42})

    assert [one["id"] for one in found["downtimes"]] == ["ours", "by tags"]


async def test_monitors_are_told_with_their_state() -> None:
    monitor = {"id": 1, "name": "n", "type": "t", "query": "q", "overall_state": "Warn"}
    script = Script(httpx.Response(200, json=[monitor]), httpx.Response(200, json=[]))

    found = await told(script, "get_monitors", {})

    assert found["monitors"][0]["status"] == "Warn"
