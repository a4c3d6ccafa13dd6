"""Analyses keep what each step found, so that a step done again finds it."""

import math

import pytest

from domain.analysis import AnalysisKey, AnalysisState
from domain.case import Evidence
from domain.errors import NotFound
from domain.evidence import MetricPoint, MetricSeries, Source, SourceResult, SourceStatus
from domain.memory import Embedding, SimilarIncident
from tests.factories import (
    NOON,
    a_conclusion,
    a_datadog_event,
    a_draft,
    a_frame,
    a_host,
    a_log_line,
    a_monitor,
    a_past_incident,
    a_series,
    a_span,
    an_item,
)
from tests.integration.postgres.stores import Stores, claim, deliver

UNKNOWN = AnalysisKey(incident_id=404, number=1)

EVIDENCE = Evidence(
    logs=(a_log_line(),),
    baseline_logs=(a_log_line(message="before"),),
    events=(a_datadog_event(),),
    host=a_host(),
    monitor=a_monitor(),
    metrics=(a_series([1.0, 2.5]),),
    related_logs=(a_log_line(service="payments"),),
    spans=(a_span(error=True, error_message="Timeout: no answer"),),
    health=(a_series([0.1, 0.4], scope="service:payments,env:prod"),),
    similar=(SimilarIncident(incident=a_past_incident(), score=0.7, matched_by=("words",)),),
)


async def an_open_analysis(stores: Stores) -> AnalysisKey:
    await deliver(stores)
    [dispatch] = await claim(stores)
    await stores.analyses.open_analysis(a_frame(incident_id=dispatch.incident_id))
    return AnalysisKey(incident_id=dispatch.incident_id, number=1)


def a_result(source: Source, status: SourceStatus = SourceStatus.FOUND) -> SourceResult:
    return SourceResult(source=source, status=status, count=1)


async def test_a_frame_reads_back_as_it_was_fixed(stores: Stores) -> None:
    key = await an_open_analysis(stores)

    assert await stores.analyses.get_frame(key) == a_frame(incident_id=key.incident_id)


async def test_the_sources_of_an_analysis_are_joined(stores: Stores) -> None:
    key = await an_open_analysis(stores)
    for source in reversed(Source):
        await stores.analyses.save_source(key, a_result(source), EVIDENCE)

    evidence = await stores.analyses.get_evidence(key)

    sources = tuple(a_result(source) for source in Source)
    assert evidence == EVIDENCE.model_copy(update={"sources": sources})


async def test_saving_a_source_keeps_no_other_part_of_the_evidence(stores: Stores) -> None:
    key = await an_open_analysis(stores)

    await stores.analyses.save_source(key, a_result(Source.LOGS), EVIDENCE)

    evidence = await stores.analyses.get_evidence(key)
    assert evidence == Evidence(sources=(a_result(Source.LOGS),), logs=EVIDENCE.logs)


async def test_a_source_asked_again_replaces_its_first_answer(stores: Stores) -> None:
    key = await an_open_analysis(stores)
    failed = a_result(Source.HOST, SourceStatus.COULD_NOT_ASK)
    await stores.analyses.save_source(key, failed, Evidence())

    await stores.analyses.save_source(key, a_result(Source.HOST), EVIDENCE)

    evidence = await stores.analyses.get_evidence(key)
    assert evidence.sources == (a_result(Source.HOST),)
    assert evidence.host == a_host()


async def test_numbers_that_json_does_not_know_come_back(stores: Stores) -> None:
    key = await an_open_analysis(stores)
    points = tuple(MetricPoint(at=NOON, value=value) for value in (math.inf, math.nan))
    evidence = Evidence(metrics=(MetricSeries(query="avg:x{*}", points=points),))

    await stores.analyses.save_source(key, a_result(Source.METRICS), evidence)

    [series] = (await stores.analyses.get_evidence(key)).metrics
    first, second = (point.value for point in series.points)
    assert math.isinf(first)
    assert math.isnan(second)


async def test_an_embedding_survives_to_the_last_digit(stores: Stores) -> None:
    key = await an_open_analysis(stores)
    embedding = Embedding(model="wordllama-256", vector=(0.1, -1e-17, 1 / 3))

    await stores.analyses.save_embedding(key, embedding)

    assert await stores.analyses.get_embedding(key) == embedding


async def test_a_draft_is_found_by_the_step_that_is_done_again(stores: Stores) -> None:
    key = await an_open_analysis(stores)

    await stores.analyses.save_draft(key, a_draft())

    assert await stores.analyses.get_draft(key) == a_draft()


async def test_what_was_not_saved_yet_is_none(stores: Stores) -> None:
    key = await an_open_analysis(stores)

    assert await stores.analyses.get_draft(key) is None
    assert await stores.analyses.get_embedding(key) is None
    assert await stores.analyses.get_evidence(key) == Evidence()


async def test_a_finished_analysis_is_listed_with_its_evidence_and_conclusion(
    stores: Stores,
) -> None:
    key = await an_open_analysis(stores)
    await stores.analyses.save_source(key, a_result(Source.METRICS), EVIDENCE)
    await stores.analyses.save_source(key, a_result(Source.LOGS), EVIDENCE)

    await stores.analyses.finish_analysis(key, [an_item()], a_conclusion())

    [record] = await stores.analyses.list_analyses(key.incident_id)
    assert (record.key, record.state) == (key, AnalysisState.FINISHED)
    assert record.sources == (a_result(Source.LOGS), a_result(Source.METRICS))
    assert record.evidence == (an_item(),)
    assert record.conclusion == a_conclusion()
    assert record.finished_at is not None


async def test_finishing_twice_keeps_the_first_time(stores: Stores) -> None:
    key = await an_open_analysis(stores)
    took = await stores.analyses.finish_analysis(key, [an_item()], a_conclusion())
    before = await stores.analyses.list_analyses(key.incident_id)

    again = await stores.analyses.finish_analysis(key, [an_item()], a_conclusion())

    assert await stores.analyses.list_analyses(key.incident_id) == before
    assert before[0].finished_at
    assert took == before[0].finished_at - before[0].started_at
    assert again is None


async def test_a_failed_analysis_says_why(stores: Stores) -> None:
    key = await an_open_analysis(stores)

    await stores.analyses.fail_analysis(key, "Datadog refused DD_API_KEY")

    [record] = await stores.analyses.list_analyses(key.incident_id)
    assert (record.state, record.error) == (AnalysisState.FAILED, "Datadog refused DD_API_KEY")


async def test_a_finished_analysis_cannot_fail_any_more(stores: Stores) -> None:
    key = await an_open_analysis(stores)
    await stores.analyses.finish_analysis(key, [], a_conclusion())

    await stores.analyses.fail_analysis(key, "too late")

    [record] = await stores.analyses.list_analyses(key.incident_id)
    assert (record.state, record.error) == (AnalysisState.FINISHED, "")


async def test_a_failed_analysis_runs_again_when_it_is_opened_again(stores: Stores) -> None:
    key = await an_open_analysis(stores)
    await stores.analyses.fail_analysis(key, "Datadog was away")

    await stores.analyses.open_analysis(a_frame(incident_id=key.incident_id))

    [record] = await stores.analyses.list_analyses(key.incident_id)
    assert (record.state, record.error) == (AnalysisState.RUNNING, "")
    assert record.finished_at is None


async def test_opening_again_loses_nothing_that_was_saved(stores: Stores) -> None:
    key = await an_open_analysis(stores)
    await stores.analyses.save_draft(key, a_draft())
    await stores.analyses.finish_analysis(key, [an_item()], a_conclusion())
    before = await stores.analyses.list_analyses(key.incident_id)

    await stores.analyses.open_analysis(a_frame(incident_id=key.incident_id))

    assert await stores.analyses.list_analyses(key.incident_id) == before
    assert await stores.analyses.get_draft(key) == a_draft()


async def test_analyses_are_listed_oldest_first(stores: Stores) -> None:
    key = await an_open_analysis(stores)
    await stores.analyses.open_analysis(a_frame(incident_id=key.incident_id, number=3))
    await stores.analyses.open_analysis(a_frame(incident_id=key.incident_id, number=2))

    records = await stores.analyses.list_analyses(key.incident_id)

    assert [record.key.number for record in records] == [1, 2, 3]


async def test_an_unknown_analysis_takes_nothing(stores: Stores) -> None:
    analyses = stores.analyses
    with pytest.raises(NotFound):
        await analyses.get_frame(UNKNOWN)
    with pytest.raises(NotFound):
        await analyses.save_source(UNKNOWN, a_result(Source.LOGS), EVIDENCE)
    with pytest.raises(NotFound):
        await analyses.save_draft(UNKNOWN, a_draft())
    with pytest.raises(NotFound):
        await analyses.finish_analysis(UNKNOWN, [], a_conclusion())


async def test_failing_an_analysis_that_never_opened_leaves_no_trace(stores: Stores) -> None:
    await stores.analyses.fail_analysis(UNKNOWN, "it never began")

    assert await stores.analyses.list_analyses(UNKNOWN.incident_id) == ()
