"""What Datadog is asked for an incident, and how each source ends."""

from temporalio.testing import ActivityEnvironment

from activities.evidence import EvidenceActivities
from domain.case import Frame
from domain.evidence import Source, SourceStatus
from tests.factories import a_datadog_event, a_frame, a_host, a_log_line, a_monitor, a_series
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
