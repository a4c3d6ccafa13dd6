"""The shipped scenarios are what the script writes, and tell what they mean to tell."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from dd_lib.sandbox.app import SCENARIOS
from dd_lib.sandbox.metric_query import parse_metric_query
from dd_lib.sandbox.records import Scenario
from dd_lib.sandbox.reducers import METRIC
from dd_lib.sandbox.scenario import read_scenarios
from dd_lib.sandbox.timeseries import Span, evaluate
from scripts.make_scenarios import write_scenarios

SHIPPED = read_scenarios(SCENARIOS)
MONITOR_QUERY = re.compile(r"(?P<over>\w+)\(last_5m\):(?P<query>.+) > (?P<threshold>[\d.]+)")


def test_script_writes_the_shipped_scenarios_to_the_byte(tmp_path: Path) -> None:
    write_scenarios(tmp_path)

    assert _contents(tmp_path) == _contents(SCENARIOS)


@pytest.mark.parametrize("scenario", SHIPPED, ids=lambda scenario: scenario.name)
def test_monitor_is_over_its_threshold_at_the_alert_and_was_not_before(
    scenario: Scenario,
) -> None:
    over = [minute for minute in range(-30, 1) if _is_over(scenario, minute)]

    assert over
    assert min(over) >= -3


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _is_over(scenario: Scenario, minute: int) -> bool:
    match = MONITOR_QUERY.fullmatch(str(scenario.webhook["query"]))
    assert match, "the monitor's query is of another form"
    end = scenario.alert_at + timedelta(minutes=minute)
    span = Span.between(end - timedelta(minutes=5), end, 60)
    groups = evaluate(parse_metric_query(match["query"]), scenario.telemetry.metrics, span)
    over = METRIC[match["over"]]
    return any(over(list(s.points.values())) > float(match["threshold"]) for s in groups)
