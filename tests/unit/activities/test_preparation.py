"""Evidence is made readable once, and every later step reads that."""

from decimal import Decimal

from temporalio.testing import ActivityEnvironment

from activities.cases import load_case
from activities.preparation import PreparationActivities
from domain.case import Case, Evidence
from domain.evidence import Source, SourceResult, SourceStatus
from domain.memory import SimilarIncident
from tests.factories import a_log_line, a_past_incident, a_turn, an_alert
from tests.unit.activities.desk import KEY, Desk

ENVIRONMENT = ActivityEnvironment()
SECRET = "AKIAIOSFODNN7EXAMPLE"


def steps_of(desk: Desk) -> PreparationActivities:
    return PreparationActivities(desk.incidents, desk.analyses, desk.transcripts)


async def case_of(desk: Desk) -> Case:
    return await load_case(desk.incidents, desk.analyses, KEY)


async def test_a_prepared_case_is_the_case() -> None:
    desk = await Desk.opened()
    await desk.found_logs(a_log_line(message=f"denied for {SECRET}"))
    before = await case_of(desk)

    count = await ENVIRONMENT.run(steps_of(desk).prepare_case, KEY)

    assert await case_of(desk) == before
    assert count == len(before.items)


async def test_what_is_prepared_holds_no_secret() -> None:
    desk = await Desk.opened()
    await desk.found_logs(a_log_line(message=f"denied for {SECRET}"))

    await ENVIRONMENT.run(steps_of(desk).prepare_case, KEY)

    prepared = await desk.analyses.get_prepared(KEY)
    assert prepared
    assert SECRET not in prepared.model_dump_json()


async def test_later_steps_read_what_was_prepared_and_not_the_evidence() -> None:
    desk = await Desk.opened()
    await desk.found_logs(a_log_line(message="pool exhausted"))
    await ENVIRONMENT.run(steps_of(desk).prepare_case, KEY)
    await desk.found_logs(a_log_line(message="something else"))

    case = await case_of(desk)

    assert [line.message for line in case.evidence.logs] == ["pool exhausted"]


async def test_similar_incidents_join_what_was_prepared_before_them() -> None:
    desk = await Desk.opened()
    await ENVIRONMENT.run(steps_of(desk).prepare_case, KEY)
    found = SourceResult(source=Source.SIMILAR, status=SourceStatus.FOUND, count=1)
    await desk.analyses.save_source(
        KEY, found, Evidence(similar=(SimilarIncident(incident=a_past_incident(), score=1.0),))
    )

    case = await case_of(desk)

    assert case.evidence.status(Source.SIMILAR) is SourceStatus.FOUND
    assert [item.id for item in case.items] == ["similar-1"]


async def test_alerts_that_joined_since_are_in_the_case() -> None:
    desk = await Desk.opened()
    await ENVIRONMENT.run(steps_of(desk).prepare_case, KEY)
    desk.join(an_alert(title="another one"))

    case = await case_of(desk)

    assert [alert.title for alert in case.alerts] == ["another one"]


async def test_a_digest_is_kept_and_told_in_a_line() -> None:
    desk = await Desk.opened()
    await desk.found_logs(a_log_line())

    line = await ENVIRONMENT.run(steps_of(desk).write_digest, KEY)

    digest = await desk.analyses.get_digest(KEY)
    assert digest
    assert line == f"{len(digest.shown)} items shown, {len(digest.left_out)} left out"


async def test_what_a_model_has_read_stays_for_a_run_that_begins_anew() -> None:
    desk = await Desk.opened()
    await desk.found_logs(a_log_line(message="pool exhausted"))
    await ENVIRONMENT.run(steps_of(desk).prepare_case, KEY)
    await ENVIRONMENT.run(steps_of(desk).write_digest, KEY)
    before = (await desk.analyses.get_prepared(KEY), await desk.analyses.get_digest(KEY))
    await desk.transcripts.save_turn(KEY, a_turn(), Decimal(0))
    await desk.found_logs(a_log_line(message="something else"))

    await ENVIRONMENT.run(steps_of(desk).prepare_case, KEY)
    await ENVIRONMENT.run(steps_of(desk).write_digest, KEY)

    assert (await desk.analyses.get_prepared(KEY), await desk.analyses.get_digest(KEY)) == before


async def test_what_no_model_has_read_is_prepared_anew() -> None:
    desk = await Desk.opened()
    await ENVIRONMENT.run(steps_of(desk).prepare_case, KEY)
    await desk.found_logs(a_log_line(message="pool exhausted"))

    await ENVIRONMENT.run(steps_of(desk).prepare_case, KEY)

    assert [line.message for line in (await case_of(desk)).evidence.logs] == ["pool exhausted"]
