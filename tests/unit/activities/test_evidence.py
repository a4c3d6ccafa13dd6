"""What Datadog is asked for an incident, and how each source ends."""

from datetime import timedelta

from temporalio.testing import ActivityEnvironment

from activities.evidence import EvidenceActivities
from domain.case import Frame
from domain.evidence import Source, SourceStatus
from tests.factories import (
    NOON,
    a_datadog_event,
    a_frame,
    a_host,
    a_log_line,
    a_monitor,
    a_series,
    a_span,
)
from tests.fakes.analyses import FakeAnalyses
from tests.fakes.datadog import FakeDatadog

ENVIRONMENT = ActivityEnvironment()


async def opened(frame: Frame) -> FakeAnalyses:
    analyses = FakeAnalyses()
    await analyses.open_analysis(frame)
    return analyses


async def test_logs_are_looked_for_in_the_incidents_window_and_nowhere_else() -> None:
    frame, datadog = a_frame(), FakeDatadog()
    steps = EvidenceActivities(datadog, await opened(frame))

    await ENVIRONMENT.run(steps.fetch_logs, frame)

    ((query, window),) = datadog.log_searches
    assert window == frame.window
    assert query.startswith("(service:checkout OR host:web-1) (status:error OR ")


async def test_the_baseline_ends_where_the_window_begins() -> None:
    frame, datadog = a_frame(), FakeDatadog()
    steps = EvidenceActivities(datadog, await opened(frame))

    await ENVIRONMENT.run(steps.fetch_baseline_logs, frame)

    ((_, window),) = datadog.log_searches
    assert (window.start, window.end) == (frame.changes.start, frame.window.start)


async def test_changes_are_looked_for_in_every_service() -> None:
    frame, datadog = a_frame(), FakeDatadog()
    steps = EvidenceActivities(datadog, await opened(frame))

    await ENVIRONMENT.run(steps.fetch_events, frame)

    ((query, window),) = datadog.event_searches
    assert window == frame.changes
    assert "source:deployment" in query


async def test_whatever_else_the_environment_reports_is_looked_at_too() -> None:
    frame, datadog = a_frame(), FakeDatadog()
    steps = EvidenceActivities(datadog, await opened(frame))

    await ENVIRONMENT.run(steps.fetch_events, frame)

    ((query, _),) = datadog.event_searches
    assert query.endswith(" OR (env:prod -source:alert))")


async def test_changes_are_asked_for_apart_where_there_is_too_much_to_report() -> None:
    frame, analyses = a_frame(), FakeAnalyses()
    await analyses.open_analysis(frame)
    datadog = FakeDatadog(events=[a_datadog_event(event_id=str(n)) for n in range(501)])
    steps = EvidenceActivities(datadog, analyses)

    result = await ENVIRONMENT.run(steps.fetch_events, frame)

    wide, narrow = (query for query, _ in datadog.event_searches)
    assert "env:prod" in wide
    assert "env:prod" not in narrow
    assert (result.count, len((await analyses.get_evidence(frame.key)).events)) == (500, 500)
    assert result.note.startswith("of everything: stopped at the first 500")


async def test_what_was_found_is_kept_under_its_source() -> None:
    frame = a_frame()
    analyses = await opened(frame)
    datadog = FakeDatadog(
        logs=[a_log_line()],
        events=[a_datadog_event()],
        hosts=[a_host()],
        monitors=[a_monitor()],
        series=[a_series([1.0, 2.0])],
    )
    steps = EvidenceActivities(datadog, analyses)

    for fetch in (
        steps.fetch_logs,
        steps.fetch_events,
        steps.fetch_host,
        steps.fetch_monitor,
        steps.fetch_metrics,
    ):
        await ENVIRONMENT.run(fetch, frame)

    evidence = await analyses.get_evidence(frame.key)
    assert [line.message for line in evidence.logs] == [a_log_line().message]
    assert [event.event_id for event in evidence.events] == ["7001"]
    assert evidence.host
    assert evidence.monitor
    assert len(evidence.metrics) == 1


async def test_a_host_that_datadog_does_not_know_is_nothing_there() -> None:
    frame = a_frame(hosts=("gone-1",))
    steps = EvidenceActivities(FakeDatadog(), await opened(frame))

    result = await ENVIRONMENT.run(steps.fetch_host, frame)

    assert (result.status, result.note) == (
        SourceStatus.NOTHING,
        "Datadog knows no host 'gone-1'",
    )


async def test_without_a_metric_in_the_alert_the_monitors_own_is_read() -> None:
    frame = a_frame(metric_query="")
    datadog = FakeDatadog(monitors=[a_monitor()], series=[a_series([1.0])])
    steps = EvidenceActivities(datadog, await opened(frame))

    await ENVIRONMENT.run(steps.fetch_metrics, frame)

    ((query, window),) = datadog.metric_questions
    assert query == "avg:checkout.errors{service:checkout}"
    assert window == frame.changes


async def test_a_deleted_monitor_leaves_no_metric_to_read() -> None:
    frame = a_frame(metric_query="")
    steps = EvidenceActivities(FakeDatadog(), await opened(frame))

    result = await ENVIRONMENT.run(steps.fetch_metrics, frame)

    assert (result.source, result.status) == (Source.METRICS, SourceStatus.NOTHING)


async def test_other_services_errors_are_looked_for_in_the_environment() -> None:
    frame, datadog = a_frame(), FakeDatadog()
    steps = EvidenceActivities(datadog, await opened(frame))

    await ENVIRONMENT.run(steps.fetch_related_logs, frame)

    queries = {query for query, _ in datadog.log_searches}
    assert queries == {
        (
            "env:prod (status:error OR status:critical OR status:alert OR status:emergency) "
            "-service:checkout -host:web-1"
        )
    }


async def test_other_services_errors_are_kept_with_those_of_the_hours_before() -> None:
    frame = a_frame()
    usual = a_log_line(service="cart", logged_at=NOON - timedelta(hours=2))
    border = a_log_line(service="cart", logged_at=frame.window.start)
    fresh = a_log_line(service="payments")
    analyses = await opened(frame)
    steps = EvidenceActivities(FakeDatadog(logs=[fresh, border, usual]), analyses)

    result = await ENVIRONMENT.run(steps.fetch_related_logs, frame)

    assert (await analyses.get_evidence(frame.key)).related_logs == (usual, border, fresh)
    assert (result.source, result.count) == (Source.RELATED_LOGS, 3)


async def test_where_our_own_logs_are_everyones_no_others_are_asked_for() -> None:
    frame, datadog = a_frame(services=(), hosts=()), FakeDatadog()
    steps = EvidenceActivities(datadog, await opened(frame))

    result = await ENVIRONMENT.run(steps.fetch_related_logs, frame)

    assert datadog.log_searches == []
    assert result.status is SourceStatus.NOTHING


async def test_a_related_search_that_was_cut_says_which() -> None:
    frame = a_frame()
    lines = [a_log_line(service="payments") for _ in range(501)]
    steps = EvidenceActivities(FakeDatadog(logs=lines), await opened(frame))

    result = await ENVIRONMENT.run(steps.fetch_related_logs, frame)

    assert result.note.startswith("in the window: stopped at the first 500")


async def test_a_span_that_both_searches_find_is_kept_once() -> None:
    frame, analyses = a_frame(), FakeAnalyses()
    await analyses.open_analysis(frame)
    failed, usual = a_span(span_id="1", error=True), a_span(span_id="2")
    steps = EvidenceActivities(FakeDatadog(spans=[usual, failed]), analyses)

    result = await ENVIRONMENT.run(steps.fetch_spans, frame)

    assert (await analyses.get_evidence(frame.key)).spans == (failed, usual)
    assert result.count == 2


async def test_failed_and_slow_spans_are_asked_for_apart() -> None:
    frame, datadog = a_frame(), FakeDatadog()
    steps = EvidenceActivities(datadog, await opened(frame))

    await ENVIRONMENT.run(steps.fetch_spans, frame)

    assert datadog.span_searches == [
        ("env:prod (status:error OR @duration:>1000000000)", frame.window),
        ("env:prod", frame.window),
    ]


async def test_without_environment_and_service_no_span_is_asked_for() -> None:
    frame, datadog = a_frame(env="", services=()), FakeDatadog()
    steps = EvidenceActivities(datadog, await opened(frame))

    result = await ENVIRONMENT.run(steps.fetch_spans, frame)

    assert datadog.span_searches == []
    assert result.status is SourceStatus.NOTHING


async def test_health_is_asked_of_our_services_and_of_those_in_trouble() -> None:
    frame = a_frame()
    datadog = FakeDatadog(
        logs=[a_log_line(service="cart")],
        spans=[
            a_span(service="payments", span_id="2", parent_id="1", error=True),
            a_span(service="tax", span_id="3", parent_id="1"),
            a_span(service="checkout", span_id="1"),
        ],
        health=[a_series([0.0, 0.5], scope="service:payments,env:prod")],
    )
    analyses = await opened(frame)
    steps = EvidenceActivities(datadog, analyses)
    for fetch in (steps.fetch_related_logs, steps.fetch_spans):
        await ENVIRONMENT.run(fetch, frame)

    result = await ENVIRONMENT.run(steps.fetch_health, frame)

    asked = [service for service, _, _ in datadog.health_questions]
    assert asked == ["checkout", "payments", "cart", "tax"]
    assert result.count == len((await analyses.get_evidence(frame.key)).health) == 1


async def test_health_is_asked_with_the_hours_before_to_compare_with() -> None:
    frame, datadog = a_frame(), FakeDatadog()
    steps = EvidenceActivities(datadog, await opened(frame))

    await ENVIRONMENT.run(steps.fetch_health, frame)

    assert datadog.health_questions == [("checkout", "prod", frame.changes)]
