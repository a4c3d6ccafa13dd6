"""Laws of the smaller resources: what is joined, sorted, quoted and left out."""

import json
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from dd_lib.client import DatadogClient
from dd_lib.custom_variables import CustomVariable, put_custom_variable
from dd_lib.deployments import list_deployments
from dd_lib.event_stream import list_stream_events
from dd_lib.host_tags import get_host_tags, list_host_tags
from dd_lib.hosts import list_hosts
from dd_lib.log_aggregation import MOST_PAGES, Measure, aggregate_logs
from dd_lib.monitor_search import triggered_monitors
from dd_lib.service_health import get_service_health
from dd_lib.services import list_services
from dd_lib.webhooks import Webhook, put_webhook
from domain.errors import InvalidInput, NotFound, Unavailable
from tests.factories import NOON, a_window
from tests.unit.dd_lib.conversations import Script, client_of

HOOK = Webhook(name="rayne", url="https://rayne.example", payload="{}")
VARIABLE = CustomVariable(name="SECRET", is_secret=True, value=SecretStr("hidden"))


def refused(status: int, text: str) -> httpx.Response:
    return httpx.Response(status, json={"errors": [text]})


def found(*ids: int, status: str) -> dict[str, Any]:
    monitors = [{"id": one, "status": status} for one in ids]
    return {"monitors": monitors, "metadata": {"total_count": len(ids)}}


class ByQuery(Script):
    """Answers a search for monitors by the state it asks for."""

    def __init__(self, **answers: dict[str, Any]) -> None:
        super().__init__({})
        self._by_state = answers

    def __call__(self, request: httpx.Request) -> httpx.Response:
        state = request.url.params["query"].removeprefix("status:")
        return httpx.Response(200, json=self._by_state[state])


async def test_alerting_monitors_come_before_the_warning_ones() -> None:
    script = ByQuery(alert=found(2, status="Alert"), warn=found(1, status="Warn"))

    async with client_of(script) as client:
        listed = await triggered_monitors(client, limit=10)

    assert [monitor.id for monitor in listed.items] == [2, 1]


async def test_a_monitor_seen_in_both_states_counts_once() -> None:
    script = ByQuery(alert=found(1, status="Alert"), warn=found(1, 2, status="Warn"))

    async with client_of(script) as client:
        listed = await triggered_monitors(client, limit=10)

    assert [(one.id, one.status) for one in listed.items] == [(1, "Alert"), (2, "Warn")]


async def test_triggered_monitors_beyond_the_limit_are_told() -> None:
    script = ByQuery(alert=found(1, 2, status="Alert"), warn=found(3, status="Warn"))

    async with client_of(script) as client:
        listed = await triggered_monitors(client, limit=2)

    assert len(listed.items) == 2
    assert listed.partial == "stopped at the first 2 of 3"


async def test_tags_are_told_by_host() -> None:
    script = Script({"tags": {"env:prod": ["web-2", "web-1"], "app": ["web-1"]}})

    async with client_of(script) as client:
        tags = await list_host_tags(client)

    assert tags == {"web-1": ("app", "env:prod"), "web-2": ("env:prod",)}


async def test_a_hosts_name_is_quoted_in_the_address() -> None:
    script = Script({"tags": []})

    async with client_of(script) as client:
        await get_host_tags(client, "a/b?c d")

    assert script.requests[0].url.raw_path == b"/api/v1/tags/hosts/a%2Fb%3Fc%20d"


async def test_hosts_are_listed_over_all_pages() -> None:
    pages = [{"host_list": [{"name": name}], "total_matching": 2} for name in ("a", "b")]

    async with client_of(Script(*pages)) as client:
        listed = await list_hosts(client, limit=10)

    assert [host.name for host in listed.items] == ["a", "b"]


async def test_a_recent_answer_is_not_asked_for_again() -> None:
    script = Script({"data": {"attributes": {"services": ["b", "a"]}}})

    async with client_of(script) as client:
        first = await list_services(client, "prod")
        second = await list_services(client, "prod")

    assert first == second == ("a", "b")
    assert len(script.requests) == 1


async def test_another_question_has_no_recent_answer() -> None:
    script = Script({"data": {"attributes": {"services": ["a"]}}})

    async with client_of(script) as client:
        await list_services(client, "prod")
        await list_services(client, "test")

    assert len(script.requests) == 2


async def test_a_refusal_is_not_remembered() -> None:
    script = Script(refused(404, "no"), {"data": {"attributes": {"services": ["a"]}}})

    async with client_of(script) as client:
        with pytest.raises(NotFound):
            await list_services(client)
        again = await list_services(client)

    assert again == ("a",)


async def test_a_webhook_that_exists_is_changed() -> None:
    answer = HOOK.model_dump()
    script = Script(refused(400, "Webhook already exists"), answer)

    async with client_of(script) as client:
        await put_webhook(client, HOOK)

    assert [request.method for request in script.requests] == ["POST", "PUT"]


async def test_a_webhook_whose_answer_was_lost_is_one_webhook() -> None:
    kept: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and kept:
            return refused(400, "Webhook already exists")
        if request.method == "POST":
            kept.append(json.loads(request.content)["name"])
            raise httpx.ReadError("connection reset")
        return httpx.Response(200, json=HOOK.model_dump())

    client = DatadogClient.connect(
        api_url="https://x.test", api_key="k", app_key="a", transport=httpx.MockTransport(answer)
    )
    with pytest.raises(Unavailable):
        await put_webhook(client, HOOK)

    stored = await put_webhook(client, HOOK)

    assert (stored.name, kept) == ("rayne", ["rayne"])


async def test_a_new_webhook_that_is_refused_tells_why() -> None:
    script = Script(refused(400, "bad url"), refused(404, "Webhook does not exist"))

    async with client_of(script) as client:
        with pytest.raises(InvalidInput, match="bad url"):
            await put_webhook(client, HOOK)


async def test_a_variable_that_is_missing_is_created() -> None:
    script = Script(refused(404, "missing"), {"name": "SECRET", "is_secret": True})

    async with client_of(script) as client:
        stored = await put_custom_variable(client, VARIABLE)

    assert [request.method for request in script.requests] == ["PUT", "POST"]
    assert stored.value is None


def test_a_variables_value_is_not_shown() -> None:
    assert "hidden" not in repr(VARIABLE)


async def test_a_large_event_id_stays_exact() -> None:
    event = {"id": 1234567890123456789, "id_str": "1234567890123456789"}

    async with client_of(Script({"events": [event]})) as client:
        (read,) = await list_stream_events(client, a_window())

    assert read.id == "1234567890123456789"


async def test_deployments_come_oldest_first() -> None:
    times = ("2026-01-02T11:50:00Z", "2026-01-02T11:40:00Z")
    data = [{"attributes": {"service": "a", "started_at": time}} for time in times]

    async with client_of(Script({"data": data})) as client:
        listed = await list_deployments(client, a_window(), limit=5)

    starts = [deployment.started_at for deployment in listed.items]
    assert starts == sorted(starts)
    assert listed.partial == ""


async def test_as_many_deployments_as_asked_for_may_not_be_all() -> None:
    data = [{"attributes": {"service": "a", "started_at": NOON.isoformat()}}]

    async with client_of(Script({"data": data})) as client:
        listed = await list_deployments(client, a_window(), limit=1)

    assert "may be more" in listed.partial


async def test_log_groups_are_read_page_by_page() -> None:
    first = {"data": {"buckets": [{"by": {"a": 1}}]}, "meta": {"page": {"after": "next"}}}
    script = Script(first, {"data": {"buckets": [{"by": {"a": 2}}]}})

    async with client_of(script) as client:
        listed = await aggregate_logs(client, "*", a_window(), measure=Measure())

    assert [bucket.by for bucket in listed.items] == [{"a": 1}, {"a": 2}]
    assert json.loads(script.requests[1].content)["page"] == {"cursor": "next"}


async def test_log_groups_that_ran_out_of_time_say_so() -> None:
    answer = {"data": {"buckets": []}, "meta": {"status": "timeout"}}

    async with client_of(Script(answer)) as client:
        listed = await aggregate_logs(client, "*", a_window(), measure=Measure())

    assert "ran out of time" in listed.partial


async def test_log_groups_without_end_are_stopped() -> None:
    endless = {"data": {"buckets": [{}]}, "meta": {"page": {"after": "next"}}}
    script = Script(endless)

    async with client_of(script) as client:
        listed = await aggregate_logs(client, "*", a_window(), measure=Measure())

    assert len(script.requests) == MOST_PAGES
    assert "may be more" in listed.partial


async def test_a_services_statistics_are_told_apart() -> None:
    milliseconds = round(NOON.timestamp() * 1000)
    attributes = {
        "series": [{"query_index": 1}, {"query_index": 3, "unit": [{"name": "second"}, None]}],
        "times": [milliseconds],
        "values": [[0.5], [2.0]],
    }

    async with client_of(Script({"data": {"attributes": attributes}})) as client:
        health = await get_service_health(client, "checkout", a_window())

    assert {name: series.points[0].value for name, series in health.items()} == {
        "error_rate": 0.5,
        "latency_p99": 2.0,
    }
    assert health["latency_p99"].unit == "second"
