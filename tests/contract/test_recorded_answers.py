"""What the real Datadog once answered to our operations is understood."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from dd_lib import (
    custom_variables,
    deployments,
    downtimes,
    events,
    incidents,
    log_aggregation,
    logs,
    metrics,
    monitor_search,
    monitors,
    notebooks,
    service_definitions,
    spans,
    validation,
    webhooks,
)
from dd_lib.client import DatadogClient
from dd_lib.hosts import list_hosts
from dd_lib.log_aggregation import Measure
from dd_lib.paging import Listing
from domain.errors import InvalidInput, Misconfigured, NotFound, RayneError
from tests.conformance.cutting import any_of
from tests.conformance.oracle import Oracle
from tests.contract.parity.writes import (
    APP,
    CHANGE,
    DOWNTIME_ID,
    NOTEBOOK,
    REQUEST,
    VARIABLE,
    WEBHOOK,
)
from tests.factories import a_window

Recording = dict[str, Any]
Operation = tuple[str, str]
Ask = Callable[[DatadogClient], Awaitable[object]]

WINDOW = a_window()
INTEGRATION = "/api/v1/integration/webhooks/configuration"

# A limit of one reads one page, whatever it says of others.
ASKED: dict[Operation, Ask] = {
    ("GET", "/api/v1/hosts"): lambda client: list_hosts(client, limit=1),
    ("GET", "/api/v1/monitor"): lambda client: monitors.list_monitors(client, limit=1),
    ("GET", "/api/v1/monitor/search"): lambda client: monitor_search.search_monitors(
        client, "", limit=1
    ),
    ("GET", "/api/v1/monitor/groups/search"): lambda client: monitor_search.search_groups(
        client, "", limit=1
    ),
    ("GET", "/api/v1/monitor/{id}"): lambda client: monitors.get_monitor_details(client, 1),
    ("GET", "/api/v1/notebooks"): lambda client: notebooks.find_notebook(client, APP, "k"),
    ("POST", "/api/v1/notebooks"): lambda client: notebooks.create_notebook(client, APP, NOTEBOOK),
    ("GET", "/api/v1/notebooks/{id}"): lambda client: notebooks.change_notebook(
        client, APP, 1, CHANGE
    ),
    ("PUT", "/api/v1/notebooks/{id}"): lambda client: notebooks.change_notebook(
        client, APP, 1, CHANGE
    ),
    ("GET", "/api/v1/validate"): validation.check_api_key,
    ("POST", f"{INTEGRATION}/webhooks"): lambda client: webhooks.create_webhook(client, WEBHOOK),
    ("GET", f"{INTEGRATION}/webhooks/{{name}}"): lambda client: webhooks.get_webhook(client, "n"),
    ("PUT", f"{INTEGRATION}/webhooks/{{name}}"): lambda client: webhooks.update_webhook(
        client, WEBHOOK
    ),
    ("DELETE", f"{INTEGRATION}/webhooks/{{name}}"): lambda client: webhooks.delete_webhook(
        client, "n"
    ),
    (
        "POST",
        f"{INTEGRATION}/custom-variables",
    ): lambda client: custom_variables.create_custom_variable(client, VARIABLE),
    (
        "PUT",
        f"{INTEGRATION}/custom-variables/{{name}}",
    ): lambda client: custom_variables.update_custom_variable(client, VARIABLE),
    ("GET", "/api/v2/downtime"): lambda client: downtimes.list_downtimes(client, limit=1),
    ("POST", "/api/v2/downtime"): lambda client: downtimes.create_downtime(client, REQUEST),
    ("GET", "/api/v2/downtime/{id}"): lambda client: downtimes.get_downtime(client, DOWNTIME_ID),
    ("PATCH", "/api/v2/downtime/{id}"): lambda client: downtimes.update_downtime(
        client, DOWNTIME_ID, message="m"
    ),
    ("DELETE", "/api/v2/downtime/{id}"): lambda client: downtimes.cancel_downtime(
        client, DOWNTIME_ID
    ),
    (
        "GET",
        "/api/v2/monitor/{id}/downtime_matches",
    ): lambda client: downtimes.list_muted_groups(client, 1, limit=1),
    ("POST", "/api/v2/events/search"): lambda client: events.search_events(client, "*", WINDOW, 1),
    ("POST", "/api/v2/logs/events/search"): lambda client: logs.search_logs(client, "*", WINDOW, 1),
    (
        "POST",
        "/api/v2/logs/analytics/aggregate",
    ): lambda client: log_aggregation.aggregate_logs(client, "*", WINDOW, measure=Measure()),
    ("POST", "/api/v2/spans/events/search"): lambda client: spans.search_spans(
        client, "*", WINDOW, limit=1
    ),
    ("POST", "/api/v2/query/timeseries"): lambda client: metrics.query_metric(client, "a", WINDOW),
    ("POST", "/api/v2/dora/deployments"): lambda client: deployments.list_deployments(
        client, WINDOW, limit=1
    ),
    ("GET", "/api/v2/incidents"): lambda client: incidents.list_incidents(client, limit=1),
    ("GET", "/api/v2/incidents/search"): lambda client: incidents.search_incidents(
        client, "*", limit=1
    ),
    (
        "GET",
        "/api/v2/services/definitions",
    ): lambda client: service_definitions.list_service_definitions(client, limit=1),
    (
        "POST",
        "/api/v2/services/definitions",
    ): lambda client: service_definitions.put_service_definition(client, {}),
    (
        "GET",
        "/api/v2/services/definitions/{name}",
    ): lambda client: service_definitions.get_service_definition(client, "n"),
}

WITHOUT_MONITOR = ("GET", "/api/v2/monitor/{id}/downtime_matches")
MEANINGS: dict[int, type[RayneError]] = {
    400: InvalidInput,
    403: Misconfigured,
    404: NotFound,
    422: InvalidInput,
}


def asking_for(recording: Recording) -> tuple[Operation, Ask] | None:
    """The most literal path counts."""
    request = recording["request"]
    fitting = (
        operation
        for operation in sorted(ASKED, key=lambda operation: operation[1].count("{"))
        if operation[0] == request["method"] and any_of([operation[1]]).fullmatch(request["path"])
    )
    operation = next(fitting, None)
    return (operation, ASKED[operation]) if operation else None


async def answered(ask: Ask, recording: Recording) -> object:
    """What we make of it, an error included."""
    said = recording["response"]
    body = said.get("body") or {"value": ""}
    answer = httpx.Response(said["status"], content=(body["value"] or "").encode())
    client = DatadogClient.connect(
        api_url="https://api.datadog.test",
        api_key="our-api-key",
        app_key="our-app-key",
        transport=httpx.MockTransport(lambda _: answer),
    )
    try:
        return await ask(client)
    except RayneError as error:
        return error


@pytest.fixture
def ours(recordings: list[Recording], oracle: Oracle) -> list[tuple[Recording, Operation, Ask]]:
    """The recordings of what we ask, each with its operation and how to ask it."""
    in_use = [
        recording
        for recording in recordings
        if oracle.knows(recording["request"]["method"], recording["request"]["path"])
    ]
    found = [(recording, asking_for(recording)) for recording in in_use]
    return [(recording, *known) for recording, known in found if known]


async def test_every_recorded_answer_is_understood(
    ours: list[tuple[Recording, Operation, Ask]], figures: Counter[str]
) -> None:
    good = [entry for entry in ours if entry[0]["response"]["status"] < 300]

    found = [(operation, await answered(ask, recording)) for recording, operation, ask in good]

    assert [(where, str(error)) for where, error in found if isinstance(error, RayneError)] == []
    assert {operation for operation, _ in found} == set(ASKED)
    assert len(found) > 90
    figures["recorded answers that dd_lib understands"] = len(found)


async def test_every_recorded_refusal_is_told_in_datadogs_words(
    ours: list[tuple[Recording, Operation, Ask]], figures: Counter[str]
) -> None:
    bad = [entry for entry in ours if entry[0]["response"]["status"] in MEANINGS]
    bad = [entry for entry in bad if entry[1] != WITHOUT_MONITOR]

    found = [(recording, await answered(ask, recording)) for recording, _, ask in bad]

    for recording, error in found:
        assert isinstance(error, MEANINGS[recording["response"]["status"]]), recording
        assert re.search(r"Datadog answered 4\d\d to .*: \S", str(error)), recording
    assert {recording["response"]["status"] for recording, _ in found} == set(MEANINGS)
    figures["recorded refusals that dd_lib tells in Datadog's words"] = len(found)


async def test_a_monitor_that_is_not_there_is_not_muted(
    ours: list[tuple[Recording, Operation, Ask]],
) -> None:
    missing = [entry for entry in ours if entry[0]["response"]["status"] == 404]
    (entry,) = [entry for entry in missing if entry[1] == WITHOUT_MONITOR]

    assert await answered(entry[2], entry[0]) == Listing()


@pytest.mark.parametrize("operation", ASKED)
def test_each_operation_here_is_one_in_use(operation: Operation, oracle: Oracle) -> None:
    method, path = operation

    assert oracle.knows(method, path.replace("{id}", "1").replace("{name}", "n"))
