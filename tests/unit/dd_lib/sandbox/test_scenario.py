"""Reading a scenario folder, and saying what is wrong with it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dd_lib.sandbox.app import SCENARIOS
from dd_lib.sandbox.scenario import list_scenarios, read_scenario, read_scenarios
from domain.errors import InvalidInput, NotFound
from tests.factories import NOON
from tests.servers.sandbox import write_scenario

LOG = {"timestamp": "2026-01-02T11:59:00Z", "message": "boom"}


def test_every_file_but_the_webhook_may_be_missing(tmp_path: Path) -> None:
    scenario = read_scenario(write_scenario(tmp_path), "small")

    assert scenario.alert_at == NOON
    assert scenario.telemetry.logs == ()


def test_all_files_are_read(tmp_path: Path) -> None:
    folder = write_scenario(
        tmp_path,
        logs=[LOG],
        metrics="timestamp,metric,value,tags\n2026-01-02T12:00:00Z,cpu,1.5,host:a;env:prod\n",
        events=[{"id": 7, "timestamp": "2026-01-02T11:00:00Z", "source": "github", "title": "t"}],
        spans=[
            {
                "start": "2026-01-02T12:00:00Z",
                "duration_ms": 3,
                "service": "a",
                "trace_id": "1",
                "span_id": "2",
            }
        ],
        hosts=[{"name": "a", "metrics": {"cpu": 3}}],
        monitors=[{"id": 1, "name": "n", "type": "query alert", "query": "q"}],
    )

    telemetry = read_scenario(folder, "small").telemetry

    assert telemetry.metrics[0].tags == ("host:a", "env:prod")
    assert telemetry.events[0].id == "7"
    assert telemetry.hosts[0].metrics.cpu == 3
    assert len(telemetry.logs) == len(telemetry.spans) == len(telemetry.monitors) == 1


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"logs": [LOG, {"message": "x"}]}, r"logs\.ndjson:2: field 'timestamp'"),
        ({"logs": "{}\nnope\n"}, r"logs\.ndjson:1: field"),
        ({"logs": f"{json.dumps(LOG)}\n\nnope\n"}, r"logs\.ndjson:3: is not JSON"),
        ({"metrics": "timestamp,metric,value\n"}, r"metrics\.csv:1: column 'tags' is missing"),
        (
            {"metrics": "timestamp,metric,value,tags\n2026-01-02T12:00:00Z,cpu,high,\n"},
            r"metrics\.csv:2: field 'value'",
        ),
        ({"hosts": [{"name": "a"}, {}]}, r"hosts\.json: entry 2: field 'name'"),
        ({"hosts": "{}"}, r"hosts\.json: must hold one JSON list"),
        ({"webhook": {"date": "noon"}}, r"webhook\.json: field 'date' must be epoch"),
        ({"webhook": "[]"}, r"webhook\.json: must hold one JSON object"),
        ({"webhook": "{"}, r"webhook\.json: is not JSON"),
    ],
)
def test_mistake_is_named_with_file_line_and_field(
    tmp_path: Path, files: dict[str, Any], complaint: str
) -> None:
    folder = write_scenario(tmp_path, **files)

    with pytest.raises(InvalidInput, match=complaint):
        read_scenario(folder, "small")


@pytest.mark.parametrize("name", ["absent", "..", "../small", "", "small/../small"])
def test_only_folders_of_the_collection_are_scenarios(tmp_path: Path, name: str) -> None:
    folder = write_scenario(tmp_path / "scenarios")

    with pytest.raises(NotFound):
        read_scenario(folder, name)


def test_expected_answers_are_never_read(tmp_path: Path) -> None:
    folder = write_scenario(tmp_path)
    (folder / "small" / "expected.json").write_text("not even JSON")

    assert read_scenario(folder, "small").name == "small"


def test_a_list_of_scenarios_leaves_their_telemetry_unread(tmp_path: Path) -> None:
    folder = write_scenario(tmp_path)
    (folder / "small" / "logs.ndjson").write_text("not even JSON")

    assert [synopsis.name for synopsis in list_scenarios(folder)] == ["small"]


@pytest.mark.parametrize("scenario", read_scenarios(SCENARIOS), ids=lambda s: s.name)
class TestShippedScenarios:
    def test_logs_are_of_a_realistic_number(self, scenario: Any) -> None:
        assert 150 <= len(scenario.telemetry.logs) <= 700

    def test_warnings_are_routine_before_the_window_too(self, scenario: Any) -> None:
        window = scenario.alert_at - timedelta(minutes=25)
        warned = [log for log in scenario.telemetry.logs if log.status == "warn"]

        assert any(log.timestamp < window for log in warned)
        assert any(log.timestamp >= window for log in warned)

    def test_event_ids_have_19_digits(self, scenario: Any) -> None:
        assert all(len(event.id) == 19 for event in scenario.telemetry.events)

    def test_monitor_asks_what_the_webhook_says(self, scenario: Any) -> None:
        queries = {str(m.id): m.query for m in scenario.telemetry.monitors}

        assert queries[scenario.webhook["monitor_id"]] == scenario.webhook["query"]

    def test_expected_changes_are_events_of_the_scenario(self, scenario: Any) -> None:
        text = (SCENARIOS / scenario.name / "expected.json").read_text()
        expected = json.loads(text)
        known = {event.id for event in scenario.telemetry.events} | {"none"}

        assert {expected["culprit_change"], *expected["decoy_changes"]} <= known
        assert expected["decoy_changes"]

    def test_spans_hang_together(self, scenario: Any) -> None:
        known = {span.span_id for span in scenario.telemetry.spans}
        parents = {span.parent_id for span in scenario.telemetry.spans} - {None}

        assert parents
        assert parents <= known

    def test_folder_stays_small(self, scenario: Any) -> None:
        sizes = [path.stat().st_size for path in (SCENARIOS / scenario.name).iterdir()]

        assert sum(sizes) < 600_000
