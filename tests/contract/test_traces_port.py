"""Whatever plays Datadog gives spans and health like this: in memory and over HTTP."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from dd_lib.datadog import DatadogApi
from domain.evidence import MetricSeries, SpanRecord
from domain.ports import Datadog
from tests.factories import NOON, a_series, a_span, a_window
from tests.fakes.datadog import FakeDatadog

MINUTE = timedelta(minutes=1)
STATISTICS = ("hits", "error_rate")

Stage = Callable[[Sequence[SpanRecord], Sequence[MetricSeries]], Datadog]


class TracesServer:
    """An httpx transport's handler with Datadog's wire shapes; two spans a page."""

    def __init__(self, spans: Sequence[SpanRecord], health: Sequence[MetricSeries]) -> None:
        self._spans = spans
        self._health = health

    def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)["data"]["attributes"]
        search = request.url.path == "/api/v2/spans/events/search"
        return httpx.Response(200, json=self._search(asked) if search else self._query(asked))

    def _search(self, asked: dict[str, Any]) -> dict[str, Any]:
        start, end = (datetime.fromisoformat(asked["filter"][name]) for name in ("from", "to"))
        found = [span for span in self._spans if start <= span.started_at <= end]
        found.sort(key=lambda span: span.started_at)
        given = int(asked["page"].get("cursor", 0))
        end_of_page = given + min(asked["page"]["limit"], 2)
        answer: dict[str, Any] = {"data": [_wire(span) for span in found[given:end_of_page]]}
        if end_of_page < len(found):
            answer["meta"] = {"page": {"after": str(end_of_page)}}
        return answer

    def _query(self, asked: dict[str, Any]) -> dict[str, Any]:
        service = asked["queries"][0]["service"]
        found = [one for one in self._health if one.scope.startswith(f"service:{service},")]
        names = [query["stat"] for query in asked["queries"]]
        series = [{"query_index": names.index(one.query), "group_tags": []} for one in found]
        times = [round(point.at.timestamp() * 1000) for point in found[0].points] if found else []
        values = [[point.value for point in one.points] for one in found]
        return {"data": {"attributes": {"series": series, "times": times, "values": values}}}


def _wire(span: SpanRecord) -> dict[str, Any]:
    custom: dict[str, Any] = {"duration": round(span.duration_ms * 1_000_000)}
    if span.error:
        custom["error"] = {"message": span.error_message}
    attributes = {
        "start_timestamp": span.started_at.isoformat(),
        "resource_name": span.resource,
        "parent_id": span.parent_id or "0",
        "custom": custom,
        **span.model_dump(include={"service", "host", "trace_id", "span_id", "tags"}),
    }
    return {"id": "AQ", "type": "spans", "attributes": attributes}


@pytest.fixture(params=["in memory", "over HTTP"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    connected: list[DatadogApi] = []

    def play(spans: Sequence[SpanRecord], health: Sequence[MetricSeries]) -> Datadog:
        if request.param == "in memory":
            return FakeDatadog(spans=spans, health=health)
        api = DatadogApi.connect(
            api_url="https://api.datadog.test",
            app_url="https://app.datadog.test",
            api_key="key",
            app_key="app",
            transport=httpx.MockTransport(TracesServer(spans, health)),
        )
        connected.append(api)
        return api

    yield play
    for api in connected:
        await api.aclose()


async def test_spans_come_from_the_window_oldest_first(stage: Stage) -> None:
    late = a_span(started_at=NOON, span_id="9", parent_id="8")
    early = a_span(started_at=NOON - 9 * MINUTE, error=True, error_message="no answer")
    outside = a_span(started_at=NOON - 60 * MINUTE)
    middle = a_span(started_at=NOON - MINUTE, host="web-1")

    found = await stage([late, outside, early, middle], ()).search_spans(
        "env:prod", a_window(), limit=10
    )

    assert found.spans == (early, middle, late)
    assert found.partial == ""


async def test_a_span_search_that_stops_at_its_limit_says_so(stage: Stage) -> None:
    spans = [a_span(span_id=str(number)) for number in range(4)]

    found = await stage(spans, ()).search_spans("*", a_window(), limit=3)

    assert len(found.spans) == 3
    assert found.partial == "stopped at the first 3; there may be more"


async def test_a_services_health_is_told_by_statistic(stage: Stage) -> None:
    health = [_series(statistic) for statistic in STATISTICS]

    found = await stage((), health).service_health("checkout", "prod", a_window())

    assert {one.query: [point.value for point in one.points] for one in found} == {
        "hits": [0.0, 0.5],
        "error_rate": [0.0, 0.5],
    }
    assert {one.scope for one in found} == {"service:checkout,env:prod"}


async def test_a_service_that_is_not_traced_has_no_health(stage: Stage) -> None:
    found = await stage((), [_series("hits")]).service_health("cart", "prod", a_window())

    assert found == ()


def _series(statistic: str) -> MetricSeries:
    series = a_series([0.0, 0.5], scope="service:checkout,env:prod")
    return series.model_copy(update={"query": statistic})
