"""Scenarios can be solved, cannot be solved by a trick, and contradict themselves nowhere."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.evaluation_files import read_expected
from dd_lib.sandbox.app import SCENARIOS
from dd_lib.sandbox.records import EventRecord, Scenario
from dd_lib.sandbox.scenario import read_scenarios
from domain.changes import ChangeKind, kind_of
from domain.evidence import DatadogEvent
from tests.evaluation.make_held_out import HELD_OUT, write_held_out

LOOKBACK = timedelta(hours=6)
SHIPPED = [(SCENARIOS, scenario) for scenario in read_scenarios(SCENARIOS)]
KEPT_BACK = [(HELD_OUT, scenario) for scenario in read_scenarios(HELD_OUT)]

every_scenario = pytest.mark.parametrize(
    ("folder", "scenario"), SHIPPED + KEPT_BACK, ids=lambda it: getattr(it, "name", "")
)


def test_there_are_eighteen_shipped_scenarios() -> None:
    assert len(SHIPPED) >= 18


@pytest.mark.parametrize("scenarios", [SHIPPED, KEPT_BACK], ids=["shipped", "held out"])
def test_a_quarter_of_the_scenarios_has_no_culprit(
    scenarios: list[tuple[Path, Scenario]],
) -> None:
    without = [
        scenario
        for folder, scenario in scenarios
        if not read_expected(folder / scenario.name).has_culprit
    ]

    assert len(without) >= len(scenarios) / 4


def test_the_held_out_scenarios_are_what_their_script_writes(tmp_path: Path) -> None:
    write_held_out(tmp_path)

    assert _contents(tmp_path) == _contents(HELD_OUT)


def test_no_scenario_is_shipped_and_held_out() -> None:
    names = Counter(scenario.name for _, scenario in SHIPPED + KEPT_BACK)

    assert names.most_common(1)[0][1] == 1


@every_scenario
def test_the_culprit_is_a_change_in_reach_before_the_alert(
    folder: Path, scenario: Scenario
) -> None:
    expected = read_expected(folder / scenario.name)
    events = {event.id: event for event in scenario.telemetry.events}

    culprits = [events[expected.culprit_change]] if expected.has_culprit else []

    for culprit in culprits:
        assert timedelta(0) < scenario.alert_at - culprit.timestamp < LOOKBACK
        assert _kind(culprit) is not ChangeKind.NONE


@every_scenario
def test_two_or_more_innocent_changes_are_near(folder: Path, scenario: Scenario) -> None:
    expected = read_expected(folder / scenario.name)
    events = {event.id: event for event in scenario.telemetry.events}

    decoys = [events[decoy] for decoy in expected.decoy_changes]

    assert len(decoys) >= 2
    assert expected.culprit_change not in expected.decoy_changes
    assert all(_kind(decoy) is not ChangeKind.NONE for decoy in decoys)


@every_scenario
def test_the_first_failing_service_leaves_traces_or_logs(folder: Path, scenario: Scenario) -> None:
    first = read_expected(folder / scenario.name).first_failing_service
    seen = {log.service for log in scenario.telemetry.logs} | {
        span.service for span in scenario.telemetry.spans
    }

    assert first in seen | {""}


@every_scenario
def test_every_span_hangs_in_its_trace(folder: Path, scenario: Scenario) -> None:
    ids = {(span.trace_id, span.span_id) for span in scenario.telemetry.spans}

    orphans = [
        span
        for span in scenario.telemetry.spans
        if span.parent_id and (span.trace_id, span.parent_id) not in ids
    ]

    assert not orphans


@every_scenario
def test_errors_are_said_before_the_trouble_too(folder: Path, scenario: Scenario) -> None:
    """Else the first error line would give everything away."""
    usual = scenario.alert_at - timedelta(minutes=60)

    noise = [
        log
        for log in scenario.telemetry.logs
        if log.timestamp < usual and log.status in ("warn", "error")
    ]

    assert len(noise) >= 3


def _kind(event: EventRecord) -> ChangeKind:
    return kind_of(
        DatadogEvent(
            event_id=event.id,
            happened_at=event.timestamp,
            source=event.source,
            title=event.title,
            text=event.text,
            tags=event.tags,
        )
    )


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
