"""The stand-in Datadog, asked over HTTP: what it answers, and in which words it refuses."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.errors import InvalidInput
from tests.factories import NOON
from tests.servers.sandbox import (
    SetClock,
    a_cell,
    a_downtime_body,
    a_notebook_body,
    a_sandbox,
    a_timeseries_body,
    asking,
    write_scenario,
)

LOGS = "/api/v2/logs/events/search"
EVENTS = "/api/v2/events/search"
TIMESERIES = "/api/v2/query/timeseries"
NOTEBOOKS = "/api/v1/notebooks"
DOWNTIMES = "/api/v2/downtime"
LAST_HOURS = {"from": "now-6h", "to": "now"}
ERRORS_OF_CHECKOUT = {"query": "service:checkout status:error", **LAST_HOURS}


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def empty(clock: SetClock) -> AsyncIterator[httpx.AsyncClient]:
    """A Datadog where nothing has happened yet."""
    async with asking(a_sandbox(clock=clock)) as client:
        yield client


@pytest.fixture(scope="module")
async def datadog() -> AsyncIterator[httpx.AsyncClient]:
    """With the bad deployment's alert at NOON, which is now. Shared: for questions only."""
    async with asking(a_sandbox()) as client:
        await client.post("/sandbox/scenarios/bad-deploy/load")
        yield client


async def everything(client: httpx.AsyncClient, path: str, **request: Any) -> list[dict[str, Any]]:
    """All pages of a search."""
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {"limit": 7}
    while True:
        answer = (await client.post(path, json=request | {"page": page})).json()
        found += answer["data"]
        if "meta" not in answer:
            return found
        page = {"limit": 7, "cursor": answer["meta"]["page"]["after"]}


class TestKeys:
    async def test_two_keys_are_valid(self, empty: httpx.AsyncClient) -> None:
        answer = await empty.get("/api/v2/validate_keys")

        assert answer.json() == {"status": "ok"}

    async def test_validate_needs_the_api_key_only(self, empty: httpx.AsyncClient) -> None:
        del empty.headers["DD-APPLICATION-KEY"]

        assert (await empty.get("/api/v1/validate")).json() == {"valid": True}

    async def test_validate_without_a_key_says_so(self, empty: httpx.AsyncClient) -> None:
        del empty.headers["DD-API-KEY"]

        answer = await empty.get("/api/v1/validate")

        assert (answer.status_code, answer.json()) == (403, {"errors": ["API key required"]})

    @pytest.mark.parametrize("missing", ["DD-API-KEY", "DD-APPLICATION-KEY"])
    @pytest.mark.parametrize("path", ["/api/v1/hosts", NOTEBOOKS, DOWNTIMES, "/api/v1/monitor"])
    async def test_either_key_missing_is_forbidden(
        self, empty: httpx.AsyncClient, missing: str, path: str
    ) -> None:
        del empty.headers[missing]

        answer = await empty.get(path)

        assert (answer.status_code, answer.json()) == (403, {"errors": ["Forbidden"]})

    async def test_bearer_token_stands_for_both_keys(self, empty: httpx.AsyncClient) -> None:
        empty.headers.clear()

        answer = await empty.get("/api/v1/hosts", headers={"Authorization": "Bearer token"})

        assert answer.status_code == 200


class TestSearches:
    async def test_search_finds_what_the_query_says(self, datadog: httpx.AsyncClient) -> None:
        found = await everything(datadog, LOGS, filter=ERRORS_OF_CHECKOUT)

        attributes = [log["attributes"] for log in found]
        assert {(a["service"], a["status"]) for a in attributes} == {("checkout", "error")}

    @pytest.mark.parametrize("sort", ["timestamp", "-timestamp"])
    @pytest.mark.parametrize("path", [LOGS, EVENTS])
    async def test_pages_hold_everything_once_and_in_order(
        self, datadog: httpx.AsyncClient, path: str, sort: str
    ) -> None:
        whole = await datadog.post(
            path, json={"filter": LAST_HOURS, "sort": sort, "page": {"limit": 1000}}
        )
        paged = await everything(datadog, path, filter=LAST_HOURS, sort=sort)

        assert paged == whole.json()["data"]
        times = [record["attributes"]["timestamp"] for record in paged]
        assert times == sorted(times, reverse=sort.startswith("-"))

    async def test_last_page_has_no_meta(self, datadog: httpx.AsyncClient) -> None:
        answer = await datadog.post(EVENTS, json={"filter": LAST_HOURS, "page": {"limit": 1000}})

        assert "meta" not in answer.json()

    @pytest.mark.parametrize(
        "window",
        [
            {"from": "now-25m", "to": "now"},
            {"from": "2026-01-02T11:35:00Z", "to": "2026-01-02T12:00:00+00:00"},
            {"from": "1767353700000", "to": "1767355200000"},
        ],
    )
    async def test_every_spelling_of_a_window_means_the_same(
        self, datadog: httpx.AsyncClient, window: dict[str, str]
    ) -> None:
        found = await everything(datadog, EVENTS, filter={"query": "source:deployment", **window})

        titles = [event["attributes"]["attributes"]["title"] for event in found]
        assert titles == ["Deployed search-api 5.2.1 to prod", "Deployed checkout 2.14.0 to prod"]

    async def test_without_a_window_the_last_15_minutes_are_searched(
        self, datadog: httpx.AsyncClient
    ) -> None:
        found = await everything(datadog, EVENTS, filter={"query": "source:deployment"})

        assert len(found) == 2

    async def test_what_has_not_happened_yet_is_not_found(
        self, empty: httpx.AsyncClient, clock: SetClock
    ) -> None:
        await empty.post("/sandbox/scenarios/bad-deploy/load")
        tomorrow = {"query": "service:checkout", "from": "2026-01-02T12:00:01Z", "to": "now+1d"}
        before = await everything(empty, LOGS, filter=tomorrow)
        clock.pass_time(timedelta(minutes=10))

        after = await everything(empty, LOGS, filter=tomorrow)

        assert before == []
        assert after

    async def test_alert_event_carries_its_monitor(self, datadog: httpx.AsyncClient) -> None:
        (event,) = await everything(
            datadog, EVENTS, filter={"query": "source:alert @monitor.id:14205511", **LAST_HOURS}
        )

        attributes = event["attributes"]["attributes"]
        assert attributes["monitor"]["name"] == "Checkout error rate is high"
        assert attributes["monitor_id"] == 14205511
        assert attributes["status"] == "error"

    @pytest.mark.parametrize(
        "request_body",
        [
            {"filter": {"query": "("}},
            {"filter": {"from": "yesterday"}},
            {"filter": {"querry": "x"}},
            {"page": {"limit": 1001}},
            {"page": {"cursor": "nonsense"}},
            {"page": {"cursor": "bm9uc2Vuc2U="}},
            {"sort": "title"},
            [],
        ],
    )
    @pytest.mark.parametrize("path", [LOGS, EVENTS])
    async def test_bad_search_is_a_bad_request_with_a_reason(
        self, datadog: httpx.AsyncClient, path: str, request_body: Any
    ) -> None:
        answer = await datadog.post(path, json=request_body)

        assert answer.status_code == 400
        assert answer.json()["errors"][0]

    async def test_bad_cursor_is_refused_in_datadogs_words(
        self, datadog: httpx.AsyncClient
    ) -> None:
        answer = await datadog.post(EVENTS, json={"page": {"cursor": "nonsense"}})

        assert answer.json()["errors"][0].endswith("Field 'page' is invalid: invalid cursor")

    @pytest.mark.parametrize("path", [LOGS, EVENTS, TIMESERIES])
    async def test_limited_operations_tell_what_is_left(
        self, datadog: httpx.AsyncClient, path: str
    ) -> None:
        body = a_timeseries_body("avg:x{*}") if path == TIMESERIES else {}
        first = await datadog.post(path, json=body)
        second = await datadog.post(path, json=body)

        left = [int(answer.headers["X-RateLimit-Remaining"]) for answer in (first, second)]
        assert left[0] - left[1] == 1
        assert first.headers["X-RateLimit-Name"]


class TestMetrics:
    async def test_alerting_metric_is_high_at_the_alert(self, datadog: httpx.AsyncClient) -> None:
        body = a_timeseries_body("sum:checkout.errors{env:prod,service:checkout}.as_count()")

        attributes = (await datadog.post(TIMESERIES, json=body)).json()["data"]["attributes"]

        (values,) = attributes["values"]
        assert len(values) == len(attributes["times"]) == 60
        assert max(values[:30]) < 5
        assert values[-1] > 50

    async def test_by_gives_one_series_per_group_on_common_times(
        self, datadog: httpx.AsyncClient
    ) -> None:
        body = a_timeseries_body("sum:checkout.errors{*} by {host}")

        attributes = (await datadog.post(TIMESERIES, json=body)).json()["data"]["attributes"]

        assert [series["group_tags"][0] for series in attributes["series"]] == [
            "host:checkout-7d9f-a",
            "host:checkout-7d9f-b",
            "host:checkout-7d9f-c",
        ]
        assert {len(values) for values in attributes["values"]} == {len(attributes["times"])}

    async def test_formulas_choose_and_order_the_queries(self, datadog: httpx.AsyncClient) -> None:
        queries = [
            {"data_source": "metrics", "query": "avg:checkout.requests{*}", "name": "a"},
            {"data_source": "metrics", "query": "avg:checkout.latency.p95{*}", "name": "b"},
        ]
        body = a_timeseries_body("", queries=queries, formulas=[{"formula": "b"}])

        attributes = (await datadog.post(TIMESERIES, json=body)).json()["data"]["attributes"]

        assert max(attributes["values"][0]) < 1

    async def test_unknown_metric_is_an_empty_answer(self, datadog: httpx.AsyncClient) -> None:
        answer = await datadog.post(TIMESERIES, json=a_timeseries_body("avg:absent{*}"))

        assert answer.json()["data"]["attributes"] == {"series": [], "times": [], "values": []}

    async def test_wrong_type_is_refused_in_datadogs_words(
        self, datadog: httpx.AsyncClient
    ) -> None:
        body = a_timeseries_body("avg:x{*}")
        body["data"]["type"] = "timeseries"

        answer = await datadog.post(TIMESERIES, json=body)

        assert answer.status_code == 400
        assert answer.json() == {
            "errors": ['API input validation failed: Invalid type. Expected "timeseries_request".']
        }

    @pytest.mark.parametrize("changes", [{"queries": []}, {"formulas": [{"formula": "a / b"}]}])
    async def test_what_cannot_be_calculated_is_a_bad_request(
        self, datadog: httpx.AsyncClient, changes: dict[str, Any]
    ) -> None:
        answer = await datadog.post(TIMESERIES, json=a_timeseries_body("avg:x{*}", **changes))

        assert answer.status_code == 400


class TestHostsAndMonitors:
    async def test_hosts_are_filtered_and_paged(self, datadog: httpx.AsyncClient) -> None:
        query: dict[str, str | int] = {"filter": "checkout", "start": 1, "count": 1}

        answer = (await datadog.get("/api/v1/hosts", params=query)).json()

        assert [host["name"] for host in answer["host_list"]] == ["checkout-7d9f-b"]
        assert (answer["total_matching"], answer["total_returned"]) == (3, 1)

    async def test_host_tells_its_load(self, datadog: httpx.AsyncClient) -> None:
        query = {"filter": "search-api-1"}

        (host,) = (await datadog.get("/api/v1/hosts", params=query)).json()["host_list"]

        assert host["metrics"] == {"cpu": 44.0, "iowait": 1.1, "load": 0.61}

    async def test_monitor_is_found_by_id(self, datadog: httpx.AsyncClient) -> None:
        answer = await datadog.get("/api/v1/monitor/14205511")

        assert answer.json()["overall_state"] == "Alert"

    async def test_unknown_monitor_is_not_found(self, datadog: httpx.AsyncClient) -> None:
        answer = await datadog.get("/api/v1/monitor/1")

        assert (answer.status_code, answer.json()) == (404, {"errors": ["Monitor not found"]})

    async def test_page_of_monitors_after_the_last_is_empty(
        self, datadog: httpx.AsyncClient
    ) -> None:
        pages = [await datadog.get("/api/v1/monitor", params={"page": page}) for page in (0, 1)]

        assert [len(page.json()) for page in pages] == [1, 0]

    async def test_unknown_group_state_is_refused(self, datadog: httpx.AsyncClient) -> None:
        answer = await datadog.get("/api/v1/monitor", params={"group_states": "burning"})

        assert (answer.status_code, answer.json()) == (
            400,
            {"errors": ["Invalid group_state filters."]},
        )

    async def test_unknown_operation_is_not_found(self, datadog: httpx.AsyncClient) -> None:
        answer = await datadog.get("/api/v2/weather")

        assert (answer.status_code, answer.json()) == (404, {"errors": ["Not Found"]})


class TestNotebooks:
    async def test_created_notebook_is_read_again(self, empty: httpx.AsyncClient) -> None:
        created = (await empty.post(NOTEBOOKS, json=a_notebook_body(a_cell()))).json()

        read = await empty.get(f"{NOTEBOOKS}/{created['data']['id']}")

        assert read.json() == created
        assert len(created["data"]["attributes"]["cells"][0]["id"]) == 8

    async def test_list_finds_by_part_of_the_name(self, empty: httpx.AsyncClient) -> None:
        for name in ("one (aaa)", "two (bbb)"):
            await empty.post(NOTEBOOKS, json=a_notebook_body(a_cell(), name=name))

        answer = (await empty.get(NOTEBOOKS, params={"query": "BBB"})).json()

        assert [found["attributes"]["name"] for found in answer["data"]] == ["two (bbb)"]
        assert answer["data"][0]["attributes"]["cells"]

    async def test_list_leaves_cells_out_when_asked(self, empty: httpx.AsyncClient) -> None:
        await empty.post(NOTEBOOKS, json=a_notebook_body(a_cell()))

        answer = await empty.get(NOTEBOOKS, params={"include_cells": "false"})

        assert "cells" not in answer.json()["data"][0]["attributes"]

    async def test_list_is_paged_newest_first(self, empty: httpx.AsyncClient) -> None:
        for name in ("one", "two", "three"):
            await empty.post(NOTEBOOKS, json=a_notebook_body(name=name))

        answer = (await empty.get(NOTEBOOKS, params={"start": 1, "count": 1})).json()

        assert [found["attributes"]["name"] for found in answer["data"]] == ["two"]
        assert answer["meta"]["page"] == {"total_count": 3, "total_filtered_count": 1}

    async def test_put_keeps_listed_cells_adds_new_ones_and_drops_the_rest(
        self, empty: httpx.AsyncClient, clock: SetClock
    ) -> None:
        body = a_notebook_body(a_cell(), a_cell(type="markdown", text="dropped"))
        old = (await empty.post(NOTEBOOKS, json=body)).json()["data"]
        kept = old["attributes"]["cells"][0]["id"]
        clock.pass_time(timedelta(minutes=1))
        wanted = [a_cell(type="markdown", text="new"), a_cell() | {"id": kept}]

        answer = await empty.put(f"{NOTEBOOKS}/{old['id']}", json=a_notebook_body(*wanted))

        attributes = answer.json()["data"]["attributes"]
        new_id, old_id = (cell["id"] for cell in attributes["cells"])
        assert old_id == kept
        assert new_id not in {cell["id"] for cell in old["attributes"]["cells"]}
        assert attributes["created"] == old["attributes"]["created"] < attributes["modified"]

    @pytest.mark.parametrize("ids", [["zzzzzzzz"], ["same", "same"]])
    async def test_put_refuses_ids_that_it_does_not_have_or_has_twice(
        self, empty: httpx.AsyncClient, ids: list[str]
    ) -> None:
        old = (await empty.post(NOTEBOOKS, json=a_notebook_body(a_cell()))).json()["data"]
        known = old["attributes"]["cells"][0]["id"]
        cells = [a_cell() | {"id": known if each == "same" else each} for each in ids]

        answer = await empty.put(f"{NOTEBOOKS}/{old['id']}", json=a_notebook_body(*cells))

        assert answer.status_code == 400

    async def test_wrong_cell_type_is_refused_in_datadogs_words(
        self, empty: httpx.AsyncClient
    ) -> None:
        body = a_notebook_body(a_cell() | {"type": "markdown"})

        answer = await empty.post(NOTEBOOKS, json=body)

        assert answer.status_code == 400
        assert 'Invalid type. Expected "notebook_cells".' in answer.json()["errors"][0]

    @pytest.mark.parametrize(
        "body",
        [
            a_notebook_body(name="x" * 81),
            a_notebook_body(time={"live_span": "2h"}),
            a_notebook_body(time={}),
            a_notebook_body(status="draft"),
            a_notebook_body(tags=["a"]),
            a_notebook_body(a_cell(type="markdown")),
            a_notebook_body(a_cell(type="timeseries", requests=[])),
            a_notebook_body(a_cell(type="sunburst", requests=[{}])),
            a_notebook_body(a_cell() | {"id": "abcd1234"}),
            {"data": {"type": "notebook", "attributes": {}}},
        ],
        ids=str,
    )
    async def test_what_datadog_would_refuse_is_refused(
        self, empty: httpx.AsyncClient, body: dict[str, Any]
    ) -> None:
        answer = await empty.post(NOTEBOOKS, json=body)

        assert answer.status_code == 400
        assert answer.json()["errors"][0]

    async def test_deleted_notebook_is_gone(self, empty: httpx.AsyncClient) -> None:
        created = (await empty.post(NOTEBOOKS, json=a_notebook_body())).json()["data"]
        path = f"{NOTEBOOKS}/{created['id']}"

        first, second = await empty.delete(path), await empty.get(path)

        assert (first.status_code, first.content) == (204, b"")
        assert (second.status_code, second.json()) == (404, {"errors": ["Notebook not found"]})


class TestDowntimes:
    async def test_downtime_begins_now_and_lasts_by_default(self, empty: httpx.AsyncClient) -> None:
        answer = await empty.post(DOWNTIMES, json=a_downtime_body())

        attributes = answer.json()["data"]["attributes"]
        assert answer.status_code == 200
        assert attributes["status"] == "active"
        assert attributes["schedule"] == {"start": "2026-01-02T12:00:00.000000+00:00", "end": None}
        assert attributes["monitor_identifier"] == {"monitor_id": 42}

    async def test_downtime_goes_through_its_states(
        self, empty: httpx.AsyncClient, clock: SetClock
    ) -> None:
        schedule = {"start": "2026-01-02T12:10:00Z", "end": "2026-01-02T12:20:00Z"}
        created = (await empty.post(DOWNTIMES, json=a_downtime_body(schedule=schedule))).json()
        path = f"{DOWNTIMES}/{created['data']['id']}"
        states = []

        for _ in range(3):
            states.append((await empty.get(path)).json()["data"]["attributes"]["status"])
            clock.pass_time(timedelta(minutes=10))

        assert states == ["scheduled", "active", "ended"]

    async def test_cancelling_twice_answers_the_same(self, empty: httpx.AsyncClient) -> None:
        created = (await empty.post(DOWNTIMES, json=a_downtime_body())).json()["data"]
        path = f"{DOWNTIMES}/{created['id']}"

        answers = [await empty.delete(path) for _ in range(2)]

        assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
        cancelled = (await empty.get(path)).json()["data"]["attributes"]
        assert cancelled["status"] == "canceled"

    async def test_current_only_leaves_cancelled_ones_out(self, empty: httpx.AsyncClient) -> None:
        ids = [
            (await empty.post(DOWNTIMES, json=a_downtime_body())).json()["data"]["id"]
            for _ in range(2)
        ]
        await empty.delete(f"{DOWNTIMES}/{ids[0]}")

        answer = (await empty.get(DOWNTIMES, params={"current_only": "true"})).json()

        assert [downtime["id"] for downtime in answer["data"]] == [ids[1]]
        assert answer["meta"]["page"]["total_filtered_count"] == 1

    @pytest.mark.parametrize(
        ("method", "id", "status", "text"),
        [
            ("GET", "7", 400, "Invalid URL param: downtime_id must be an uuid"),
            ("GET", "00000000-0000-1234-0000-000000000000", 404, "Downtime not found"),
            (
                "DELETE",
                "00000000-0000-1234-0000-000000000000",
                404,
                "Downtime 00000000-0000-1234-0000-000000000000 not found",
            ),
        ],
    )
    async def test_unknown_downtime_is_refused_in_datadogs_words(
        self, empty: httpx.AsyncClient, method: str, id: str, status: int, text: str
    ) -> None:
        answer = await empty.request(method, f"{DOWNTIMES}/{id}")

        assert (answer.status_code, answer.json()) == (status, {"errors": [text]})

    @pytest.mark.parametrize(
        ("changes", "text"),
        [
            ({"scope": "prod"}, "All values must have a key"),
            ({"scope": ""}, "All values must have a key"),
            ({"monitor_identifier": {"monitor_id": 1, "monitor_tags": ["a"]}}, ""),
            ({"monitor_identifier": {"monitor_tags": []}}, ""),
            ({"monitor_id": 42}, ""),
            ({"schedule": {"end": "2026-01-02T11:00:00Z"}}, ""),
        ],
    )
    async def test_wrong_downtime_is_a_bad_request(
        self, empty: httpx.AsyncClient, changes: dict[str, Any], text: str
    ) -> None:
        answer = await empty.post(DOWNTIMES, json=a_downtime_body(**changes))

        assert answer.status_code == 400
        assert text in answer.json()["errors"][0]


class TestRestart:
    async def test_notebooks_and_downtimes_outlive_a_restart(self, tmp_path: Path) -> None:
        state = tmp_path / "datadog" / "state.json"
        async with asking(a_sandbox(state=state)) as before:
            await before.post(NOTEBOOKS, json=a_notebook_body(a_cell()))
            await before.post(DOWNTIMES, json=a_downtime_body())
            kept = (await before.get("/sandbox/state")).json()

        async with asking(a_sandbox(state=state)) as after:
            assert (await after.get("/sandbox/state")).json() == kept
        assert [path.name for path in state.parent.iterdir()] == ["state.json"]

    async def test_ids_go_on_after_a_restart(self, tmp_path: Path) -> None:
        state = tmp_path / "state.json"
        ids = []
        for _ in range(2):
            async with asking(a_sandbox(state=state)) as client:
                answer = await client.post(NOTEBOOKS, json=a_notebook_body())
                ids.append(answer.json()["data"]["id"])

        assert ids[1] == ids[0] + 1

    async def test_loaded_scenario_is_there_after_a_restart(self, tmp_path: Path) -> None:
        state = tmp_path / "state.json"
        found = []
        async with asking(a_sandbox(state=state)) as before:
            await before.post("/sandbox/scenarios/bad-deploy/load", json={"fresh_ids": True})
            found.append(await everything(before, LOGS, filter=ERRORS_OF_CHECKOUT))
            found.append(await everything(before, EVENTS, filter=LAST_HOURS))

        async with asking(a_sandbox(state=state)) as after:
            assert await everything(after, LOGS, filter=ERRORS_OF_CHECKOUT) == found[0]
            assert await everything(after, EVENTS, filter=LAST_HOURS) == found[1]
        assert len(found[0]) > 10

    async def test_notebooks_outlive_a_scenario_that_is_gone(self, tmp_path: Path) -> None:
        state, folder = tmp_path / "state.json", write_scenario(tmp_path / "scenarios")
        async with asking(a_sandbox(state=state, scenarios=folder)) as before:
            await before.post("/sandbox/scenarios/small/load")
            await before.post(NOTEBOOKS, json=a_notebook_body())

        async with asking(a_sandbox(state=state)) as after:
            assert len((await after.get("/sandbox/state")).json()["notebooks"]) == 1

    async def test_state_file_that_cannot_be_read_is_named(self, tmp_path: Path) -> None:
        state = tmp_path / "state.json"
        state.write_text("{")

        with pytest.raises(InvalidInput, match=r"state\.json cannot be read"):
            a_sandbox(state=state)


async def test_two_scenarios_stand_side_by_side(empty: httpx.AsyncClient) -> None:
    await empty.post("/sandbox/scenarios/bad-deploy/load")
    await empty.post("/sandbox/scenarios/feature-flag/load")

    monitors = (await empty.get("/api/v1/monitor")).json()

    assert [monitor["id"] for monitor in monitors] == [14205511, 18550317]


async def test_scenario_loaded_again_replaces_its_earlier_data(
    empty: httpx.AsyncClient, clock: SetClock
) -> None:
    await empty.post("/sandbox/scenarios/bad-deploy/load")
    before = await everything(empty, LOGS, filter={"query": "*", **LAST_HOURS})
    clock.pass_time(timedelta(minutes=3))
    await empty.post("/sandbox/scenarios/bad-deploy/load")

    after = await everything(empty, LOGS, filter={"query": "*", **LAST_HOURS})

    assert len(after) == len(before)
    assert after[0]["attributes"]["timestamp"] > NOON.isoformat()
