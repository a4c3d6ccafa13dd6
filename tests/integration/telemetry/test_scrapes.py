"""A scrape names every metric of the handbook, and no other."""

from collections.abc import Mapping

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.documented_metrics import Documented, documented
from tests.integration.telemetry.conftest import Story

PROCESSES = ("api", "worker")


class Scrape:
    def __init__(self, text: str) -> None:
        self.names = {line.split()[2] for line in text.splitlines() if line.startswith("# HELP")}
        self.kinds = {
            line.split()[2]: line.split()[3]
            for line in text.splitlines()
            if line.startswith("# TYPE")
        }
        self._families = list(text_string_to_metric_families(text))

    def labels(self) -> Mapping[str, set[str]]:
        """By metric, those that some series has."""
        found: dict[str, set[str]] = {}
        for family in self._families:
            for sample in family.samples:
                found.setdefault(_name(family, sample.name), set()).update(sample.labels)
        return found

    def value(self, name: str, /, **labels: str) -> float:
        """The sum of the series of that name which have these labels."""
        return sum(
            sample.value
            for family in self._families
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


def _name(family: Metric, sample: str) -> str:
    return family.name if family.type == "histogram" else sample


@pytest.fixture(scope="module")
async def scrapes(story: Story) -> dict[str, Scrape]:
    urls = {"api": story.stage.api, "worker": story.stage.worker}
    replies = {name: await story.stage.get(f"{url}/metrics") for name, url in urls.items()}
    assert {reply.status_code for reply in replies.values()} == {200}
    assert all(
        reply.headers["content-type"].startswith("text/plain; version=0.0.4")
        for reply in replies.values()
    )
    return {name: Scrape(reply.text) for name, reply in replies.items()}


@pytest.fixture(scope="module")
def handbook() -> dict[str, Documented]:
    return documented()


@pytest.mark.parametrize("process", PROCESSES)
def test_a_scrape_names_what_the_handbook_does(
    scrapes: dict[str, Scrape], handbook: dict[str, Documented], process: str
) -> None:
    assert scrapes[process].names == set(handbook)


@pytest.mark.parametrize("process", PROCESSES)
def test_each_is_of_the_documented_kind(
    scrapes: dict[str, Scrape], handbook: dict[str, Documented], process: str
) -> None:
    assert scrapes[process].kinds == {name: row.kind for name, row in handbook.items()}


@pytest.mark.parametrize("process", PROCESSES)
def test_each_has_the_documented_labels(
    scrapes: dict[str, Scrape], handbook: dict[str, Documented], process: str
) -> None:
    for name, labels in scrapes[process].labels().items():
        assert labels - {"le"} <= handbook[name].labels, name


def test_deliveries_are_counted_by_what_came_of_them(scrapes: dict[str, Scrape]) -> None:
    api = scrapes["api"]

    assert api.value("rayne_deliveries_total", result="accepted") == 2
    assert api.value("rayne_deliveries_total", result="duplicate") == 1
    assert api.value("rayne_dedup_hits_total", what="delivery") == 1


def test_requests_are_counted_by_route_and_status(scrapes: dict[str, Scrape]) -> None:
    route = "/v1/webhooks/receive"
    api = scrapes["api"]

    assert api.value("rayne_http_requests_total", method="POST", route=route, status="202") == 3
    assert api.value("rayne_http_request_seconds_count", route=route) == 3


def test_what_an_analysis_came_to_is_counted(scrapes: dict[str, Scrape]) -> None:
    worker = scrapes["worker"]

    assert worker.value("rayne_analyses_total", outcome="CONFIRMED", analyst="claude") == 1
    assert 0 < worker.value("rayne_analysis_seconds_sum", analyst="claude") < 60
    assert worker.value("rayne_model_turns_total") == 1
    assert worker.value("rayne_model_tokens_total", kind="output") > 0
    assert worker.value("rayne_model_dollars_total") > 0
    assert worker.value("rayne_notebooks_total", how="created") == 1


def test_calls_are_counted_by_operation_and_status(scrapes: dict[str, Scrape]) -> None:
    worker = scrapes["worker"]
    asked = {"to": "datadog", "operation": "POST /api/v1/notebooks", "status": "200"}

    assert worker.value("rayne_calls_total", **asked) == 1
    assert worker.value("rayne_calls_total", to="qdrant", operation="recall", status="ok") == 1
    assert worker.value("rayne_call_seconds_count", to="claude") == 1
    assert worker.value("rayne_datadog_limit_remaining", name="logs_public_search_api") > 0


def test_whatever_process_relayed_the_deliveries_has_counted_them(
    scrapes: dict[str, Scrape],
) -> None:
    relayed = sum(
        scrape.value("rayne_relay_deliveries_total", result="delivered")
        for scrape in scrapes.values()
    )

    assert relayed == 2


def test_both_processes_say_the_same_of_the_database(
    scrapes: dict[str, Scrape], handbook: dict[str, Documented]
) -> None:
    shared = [row.name for row in handbook.values() if row.of == "database"]

    assert {name: scrapes["api"].value(name) for name in shared} == {
        name: scrapes["worker"].value(name) for name in shared
    }
    assert scrapes["worker"].value("rayne_incidents_open") == 1
    assert scrapes["worker"].value("rayne_analyses_limit") == 10


def test_temporals_own_are_in_the_same_scrape(scrapes: dict[str, Scrape]) -> None:
    worker = scrapes["worker"]

    assert worker.value("temporal_workflow_completed_total", workflow_type="RootCauseAnalysis") == 1
    assert worker.value("temporal_activity_execution_latency_seconds_count") > 15
    assert worker.value("temporal_num_pollers") > 0
